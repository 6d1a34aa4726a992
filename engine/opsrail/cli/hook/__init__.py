"""`opsrail hook`: what Git calls on a server."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "pre-receive": "Let a push land on a guarded branch if its plan is open.",
}
"""Command → what `opsrail hook --help` says of it."""


@click.group(
    cls=LazyGroup,
    package=__name__,
    told=COMMANDS,
    modules={"pre-receive": "pre_receive"},
    name="hook",
)
def command() -> None:
    """Hooks for a Git server that has no reviews and rules of its own."""
