"""`opsrail rules`: write, try, prove and run detection rules. One file a command."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "backtest": "Say what rules would have raised on recorded history, old against new.",
    "explain": "Say in plain words what a rule does, and how it has done.",
    "export": "Convert rules for another system, and say what is lost.",
    "list": "List the rules with their owners.",
    "mutate": "Say which mistakes in a rule its tests would not notice.",
    "new": "Start a rule from a template.",
    "run": "Evaluate rules up to now, from where the last run stopped.",
    "test": "Run the timed tests in rule files.",
    "tune": "Weigh thresholds and windows against recorded history.",
}
"""Command → what `opsrail rules --help` says of it."""


@click.group(
    cls=LazyGroup, package=__name__, told=COMMANDS, modules={"list": "listing"}, name="rules"
)
def command() -> None:
    """Detection rules: Sigma, with owners, folding of alerts, and tests."""
