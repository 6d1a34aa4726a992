"""`opsrail policy`: try out who must agree to what, before it counts."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "simulate": "Judge the last landed changes under an edited policy, and say what differs.",
    "test": "Try the scenarios that are kept beside the policy.",
}
"""Command → what `opsrail policy --help` says of it."""


@click.group(cls=LazyGroup, package=__name__, told=COMMANDS, name="policy")
def command() -> None:
    """policies/governance.yaml: who must agree to what, and when nothing lands."""
