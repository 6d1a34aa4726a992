"""`opsrail eval new`: draft a suite from the facts on a playbook's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork

if TYPE_CHECKING:
    from opsrail.evals.drafting.draft import Draft
    from opsrail.tailor.catalog import Catalog, Playbook

SCHEMAS = ("schemas/eval-suite.schema.json", "engine/opsrail/schemas/eval-suite.schema.json")
_SUITE = re.compile(r"policies/evals/[a-z0-9][a-z0-9_-]*\.yaml")


@click.command()
@click.argument("playbook")
@click.option(
    "--role",
    "roles",
    metavar="ROLE",
    multiple=True,
    help="Only this role's page; may be given again.  [default: every role that reads it]",
)
@click.option(
    "--output",
    metavar="policies/evals/NAME.yaml",
    help="The suite to write.  [default: policies/evals/PLAYBOOK-facts.yaml]",
)
def command(playbook: str, roles: tuple[str, ...], output: str | None) -> None:
    """Draft a suite from the facts on the pages of PLAYBOOK: amounts, times, musts and nevers.

    Every case passes as the pages are now. The questions are drafts: put them in your readers'
    words. Nothing is ever overwritten.
    """
    from opsrail.evals.drafting.draft import draft
    from opsrail.repo.journal import exclusive, recover, write_all
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    around = look_around()
    root = around.repository.root
    catalog = Catalog(worktree_snapshot(around.repository))
    path = _path(playbook, output)
    found = _playbook(catalog, playbook)
    if (root / path).exists():
        raise click.UsageError(
            f"{path} is there already. Nothing was written: name another file with --output."
        )
    asked = _roles(catalog, found, roles)
    schema = next((f"../../{one}" for one in SCHEMAS if (root / one).is_file()), "")
    made = draft(catalog, playbook, asked, schema)
    if not made.text:
        raise CannotWork(
            f"the pages of {playbook} state no amounts, times, limits, musts or names",
            "write the cases by hand, with `contains`",
        )
    with exclusive(around.repository):
        recover(around.repository)
        write_all(around.repository, {path: made.text})
    _tell(path, made)


def _path(playbook: str, output: str | None) -> str:
    path = output or f"policies/evals/{playbook.lower()}-facts.yaml"
    if _SUITE.fullmatch(path) is None or path == "policies/evals/decisions.yaml":
        raise click.UsageError(
            f"{path} is no suite: write it like policies/evals/refunds-facts.yaml, in lower-case"
            " letters, digits, dashes and underscores."
        )
    return path


def _playbook(catalog: Catalog, name: str) -> Playbook:
    if (found := catalog.playbook(name)) is not None:
        return found
    if name in catalog.playbook_names:
        raise CannotWork(f"playbooks/{name}/playbook.yaml cannot be read", "see `opsrail check`")
    known = ", ".join(catalog.playbook_names)
    raise click.UsageError(
        f"There is no playbook {name}; there are {known}." if known else "There are no playbooks."
    )


def _roles(catalog: Catalog, playbook: Playbook, wanted: Sequence[str]) -> tuple[str, ...]:
    """The roles to draft for, in the playbook's order, each with a page."""
    from opsrail.tailor.catalog import PageName

    if unknown := [role for role in wanted if role not in playbook.roles]:
        raise click.UsageError(
            f"{unknown[0]} has no page of {playbook.name}; {', '.join(playbook.roles)} have."
        )
    roles = tuple(role for role in playbook.roles if not wanted or role in wanted)
    pages = (PageName(playbook.name, role).path for role in roles)
    if missing := [path for path in pages if catalog.text(path) is None]:
        raise CannotWork(f"there is no page {missing[0]}", "write it with `opsrail sync`")
    return roles


def _tell(path: str, made: Draft) -> None:
    said = ", ".join(f"{role} {count}" for role, count in made.counts.items())
    total = sum(made.counts.values())
    click.echo(
        f"Wrote {path}: {total} {'case' if total == 1 else 'cases'} ({said})\n\n"
        "Next:\n"
        "  edit it: put each question in your readers' words, take out what nobody asks\n"
        f"  opsrail eval {Path(path).stem}   does every case hold?"
    )
