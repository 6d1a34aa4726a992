"""`opsrail diff`: what changed, and whom it touches."""

from __future__ import annotations

import click

from opsrail.cli.surroundings import look_around
from opsrail.gate.diff_formats import as_json, as_markdown, as_text
from opsrail.gate.subject import Subject
from opsrail.gate.telling import tell
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog

FORMATS = {"json": as_json, "markdown": as_markdown, "text": as_text}


@click.command()
@click.argument("base", default="HEAD")
@click.argument("head", required=False)
@click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), default="text", show_default=True
)
def command(base: str, head: str | None, form: str) -> None:
    """Say what changed since BASE in the work tree (or in the commit HEAD).

    BASE is compared where HEAD branched off from it, as a pull request shows it.
    """
    around = look_around()
    repository = around.repository
    tip = repository.resolve(head or "HEAD")
    start = repository.merge_base(repository.resolve(base), tip)
    after = revision_snapshot(repository, tip) if head else worktree_snapshot(repository)
    before = revision_snapshot(repository, start)
    told = tell(Subject(Catalog(after), Catalog(before), around.today))
    click.echo(FORMATS[form](told), nl=False)
