"""`opsrail eval`: whether answers are still right, base against head. One file a command."""

from __future__ import annotations

from collections.abc import Mapping

import click

from opsrail.cli.lazy import LazyGroup

COMMANDS: Mapping[str, str] = {
    "agree": "Measure how much judges agree with people.",
    "decide": "Put on record what a suite could not decide, or what was taken from it.",
    "drift": "Show every suite's score from release to release.",
    "flaky": "Measure which cases come out either way, and set them aside for a time.",
    "import": "Turn a promptfoo file into a suite.",
    "list": "List the suites with their targets and owners.",
    "new": "Draft a suite from the facts on a playbook's pages.",
    "prove": "Simulate suites: how often the gate cries wolf, and what it misses.",
    "run": "Run suites, head against base; the default.",
}
"""Command → what `opsrail eval --help` says of it."""

_MODULES: Mapping[str, str] = {"import": "import_", "list": "listing"}


class _Running(LazyGroup):
    """`opsrail eval SUITE` is `opsrail eval run SUITE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take what names no command for arguments of `run`."""
        if not args or args[0] not in {*self.told, "-h", "--help"}:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Running, package=__name__, told=COMMANDS, modules=_MODULES, name="eval")
def command() -> None:
    """Run eval suites: `opsrail eval SUITE… --base main`."""
