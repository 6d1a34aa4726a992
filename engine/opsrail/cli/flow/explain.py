"""`opsrail flow explain`: what a flow does, in plain words."""

from __future__ import annotations

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork


@click.command()
@click.argument("name")
def command(name: str) -> None:
    """Say what the flow NAME takes and gives, how it works without a model, and what it may do."""
    from opsrail.flows.explaining import in_words
    from opsrail.flows.reading import read_flows
    from opsrail.flows.running import BrokenFlow
    from opsrail.repo.snapshot import worktree_snapshot

    reads = read_flows(worktree_snapshot(look_around().repository))
    if name not in reads:
        there = ", ".join(reads) or "none yet"
        raise CannotWork(f"there is no flow {name}", f"there are: {there}")
    read = reads[name]
    if read.flow is None:
        raise BrokenFlow(name, read.findings)
    click.echo(in_words(read, reads))
