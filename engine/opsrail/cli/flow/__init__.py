"""`opsrail flow`: flows, run, explained, served and approved. One file a command."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "approve": "Say yes or no to what a flow proposes; without an id, list what waits.",
    "explain": "Say in plain words what a flow does, and what a model adds to it.",
    "list": "List the flows with their owners.",
    "log": "Show the audit log of runs, or verify it.",
    "run": "Run a flow on an input, or on each line of a stream.",
    "serve": "Serve flows on this machine, for a help desk to call.",
    "value": "Measure what a model adds to a flow's baseline.",
}
"""Command → what `opsrail flow --help` says of it."""


@click.group(
    cls=LazyGroup, package=__name__, told=COMMANDS, modules={"list": "listing"}, name="flow"
)
def command() -> None:
    """Flows: from a ticket to what comes of it, with a model or without."""
