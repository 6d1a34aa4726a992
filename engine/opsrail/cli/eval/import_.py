"""`opsrail eval import`: turn a promptfoo file into a suite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode

if TYPE_CHECKING:
    from opsrail.evals.importing import Imported

_SUITE = re.compile(r"policies/evals/(?P<name>[a-z0-9][a-z0-9_-]*)\.yaml")
_TARGET = re.compile(r"(?P<kind>playbook|role|python|command):(?P<value>\S.*)")
_GLOB = re.compile(r"[*?\[]")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--output", metavar="policies/evals/NAME.yaml", help="The suite to write.  [default: as FILE]"
)
@click.option(
    "--target",
    metavar="KIND:WHAT",
    help="What answers: playbook:refunds, role:tier-1, python:policies/evals/a.py:answer,"
    " command:./answer.  [default: a function that is still to be written]",
)
@click.option("--role", metavar="ROLE", default="", help="Whose page of a playbook answers.")
@click.option("--owner", metavar="TEAM", default="your-team", help="Who answers for the suite.")
def command(file: Path, output: str | None, target: str | None, role: str, owner: str) -> int:
    """Turn a promptfoo config, or a file of its tests (YAML, JSON, CSV), into a suite.

    What means the same is taken over. What does not is told here, and stands in the suite as a
    comment. Nothing is ever overwritten, and no code of the config is run.
    """
    from opsrail.evals.importing import Wishes, imported
    from opsrail.repo.journal import exclusive, recover, write_all
    from opsrail.repo.snapshot import decode

    around = look_around()
    root = around.repository.root.resolve()
    place = output or f"policies/evals/{_name(file)}.yaml"
    if _SUITE.fullmatch(place) is None:
        raise click.UsageError(
            f"{place} is no suite: write it like policies/evals/refund-facts.yaml, in lower-case"
            " letters, digits, dashes and underscores."
        )
    if (root / place).exists():
        raise click.UsageError(f"{place} is there already. Nothing was written.")
    shown = _shown(file.resolve(), root)
    wishes = Wishes(_target(target, place), owner, role=role)
    inside = (root, file.resolve().parent)

    def find(name: str) -> Mapping[str, str]:
        return {_shown(one, root): _read(one, root) for one in _named(file, name, inside)}

    made = imported(shown, decode(shown, file.read_bytes()), find, wishes)
    if made.text:
        with exclusive(around.repository):
            recover(around.repository)
            write_all(around.repository, {place: made.text})
    return _tell(place, made, has_target=target is not None)


def _name(file: Path) -> str:
    """A name for the suite: the file's, or its folder's where every config is called the same."""
    stem = file.resolve().parent.name if file.stem == "promptfooconfig" else file.stem
    return re.sub(r"[^a-z0-9_]+", "-", stem.lower()).strip("-_") or "imported"


def _target(told: str | None, place: str) -> Mapping[str, Any]:
    if told is None:
        return {"python": place.replace(".yaml", ".py") + ":answer"}
    found = _TARGET.fullmatch(told)
    if found is None:
        raise click.UsageError(
            f"{told} is no target: write playbook:NAME, role:NAME, python:FILE.py:FUNCTION or"
            " command:PROGRAM."
        )
    value = found["value"].strip()
    if found["kind"] == "python" and not re.fullmatch(r"[^:\s]+\.py:[A-Za-z_]\w*", value):
        raise click.UsageError(f"{value} is no function: write policies/evals/a.py:answer.")
    return {found["kind"]: value.split() if found["kind"] == "command" else value}


def _named(file: Path, name: str, inside: tuple[Path, ...]) -> Iterator[Path]:
    """The files that a path or glob names; none outside of the repository and FILE's folder."""
    folder = file.resolve().parent
    try:
        found = sorted(folder.glob(name)) if _GLOB.search(name) else [folder / name]
    except (NotImplementedError, ValueError):
        return  # a glob from the root of the disk, or no glob at all
    for path in found:
        real = path.resolve()
        if real.is_file() and any(real.is_relative_to(one) for one in inside):
            yield real


def _read(path: Path, root: Path) -> str:
    from opsrail.repo.snapshot import decode

    return decode(_shown(path, root), path.read_bytes())


def _shown(path: Path, root: Path) -> str:
    """A path as people know it: from the repository's root, or in full."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _tell(place: str, made: Imported, *, has_target: bool) -> int:
    count = len(made.left)
    if made.left:
        click.echo(f"Not taken over: {count} {'part' if count == 1 else 'parts'}")
        for found in made.left:
            click.echo(f"  {found.location}: {found.message}")
            click.echo(f"      {found.hint}" if found.hint else "", nl=bool(found.hint))
        click.echo()
    if not made.text:
        click.echo("Nothing is left that could be asked. Nothing was written.")
        return ExitCode.CLOSED
    name = Path(place).stem
    click.echo(f"Wrote {place} ({made.cases} {'case' if made.cases == 1 else 'cases'})\n\nNext:")
    if not has_target:
        click.echo("  name under `target` what answers, or write the function that stands there")
    click.echo(f"  read it over, and remove the comments\n  opsrail eval {name}")
    return ExitCode.PASS
