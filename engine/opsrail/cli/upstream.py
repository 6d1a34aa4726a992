"""`opsrail upstream`: documents that come from another repository."""

from __future__ import annotations

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.gate.diff_formats import as_text
from opsrail.gate.takeover import Standing, standings, take_over
from opsrail.report import Report, render
from opsrail.report.model import counted


@click.group(name="upstream")
def command() -> None:
    """Look at, and take over, documents of other repositories (content/upstream.yaml).

    These are the only commands that reach out, and only to the repositories named there.
    """


@command.command()
@click.argument("names", nargs=-1)
def status(names: tuple[str, ...]) -> None:
    """Say what changed between the pinned and the newest commit of each source."""
    around = look_around()
    found = list(standings(around.repository, names))
    for standing in found:
        click.echo(_told(standing))
    if not found:
        click.echo("no upstream sources; name them in content/upstream.yaml")


@command.command()
@click.argument("names", nargs=-1)
@click.option("--keep-ours", is_flag=True, help="Where both changed the same words, keep ours.")
def pull(names: tuple[str, ...], *, keep_ours: bool) -> int:
    """Take over the newest commit of each source: one commit with the typed diff.

    Your own edits to the copies are kept. Nothing is written for a source with a conflict.
    """
    around = look_around()
    exit_code = ExitCode.PASS
    for standing in standings(around.repository, names, keep_ours=keep_ours):
        takeover = standing.takeover
        click.echo(_told(standing))
        if takeover.findings:
            click.echo(render(Report("opsrail upstream pull", takeover.findings), "text"))
            exit_code = ExitCode.CLOSED
        elif not takeover.is_current:
            commit = take_over(around.repository, standing)
            click.echo(f"committed as {commit[:7]}; now run `opsrail sync`")
    return exit_code


def _told(standing: Standing) -> str:
    takeover = standing.takeover
    pin = f"{takeover.source.name}  pinned {takeover.source.commit[:7]}"
    if takeover.is_current:
        return f"{pin}, which is the newest"
    behind = (
        f"{counted(standing.behind, 'commit')} behind"
        if standing.behind is not None
        else "of another line"
    )
    return f"{pin} → offered {takeover.offered[:7]}, {behind}\n{as_text(standing.told)}"
