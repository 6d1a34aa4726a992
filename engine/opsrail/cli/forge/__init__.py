"""`opsrail forge`: between a forge and the gate, by files. One file a command."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "answer": "Write the comment and check run that tell a plan.",
    "merge": "Write the request that lands what a plan opened.",
    "report": "Take the report out of what another run left behind.",
    "request": "Read a forge's payloads into one neutral request.",
}
"""Command → what `opsrail forge --help` says of it."""


@click.group(cls=LazyGroup, package=__name__, told=COMMANDS, name="forge")
def command() -> None:
    """Files from and for a forge such as GitHub. Nothing here speaks to one.

    A workflow fetches what these commands read and sends what they write, so that a token that
    can write is never in reach of what a request brings along.
    """
