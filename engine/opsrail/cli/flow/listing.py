"""`opsrail flow list`: the flows with what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import look_around
from opsrail.report.columns import in_columns
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.flows.model import Flow

_HEADS = ("flow", "title", "task", "model", "suite", "owner")


@click.command()
def command() -> None:
    """List the flows: name, title, task, model, suite, owner."""
    from opsrail.flows.reading import read_flows
    from opsrail.repo.snapshot import worktree_snapshot

    reads = read_flows(worktree_snapshot(look_around().repository)).values()
    rows = [_row(one.flow) for one in reads if one.flow]
    for line in in_columns([_HEADS, *rows]) if rows else ():
        click.echo(line)
    if not reads:
        click.echo("no flows yet; each is a file policies/flows/NAME.yaml")
    if broken := len(reads) - len(rows):
        click.echo(f"not listed: {counted(broken, 'flow')} with errors; see `opsrail check`")


def _row(flow: Flow) -> tuple[str, ...]:
    file = flow.file
    steps = " → ".join(step.flow for step in file.steps)
    model = flow.prompt.file.model if flow.prompt else "-"
    return (flow.name, file.title, file.task or steps, model, file.suite or "-", file.owner)
