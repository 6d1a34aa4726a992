"""`opsrail eval list`: the suites with what they ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import look_around
from opsrail.report.columns import in_columns
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.evals.model import Suite

_HEADS = ("suite", "target", "judged by", "cases", "tier", "owner")


@click.command()
def command() -> None:
    """List the suites: name, target, how they are judged, number of cases, tier, owner."""
    from opsrail.evals.reading.suite import read_suite, suite_paths
    from opsrail.repo.snapshot import worktree_snapshot

    snapshot = worktree_snapshot(look_around().repository)
    read = [read_suite(snapshot, path) for path in suite_paths(snapshot)]
    rows = [_row(one.suite) for one in read if one.suite]
    for line in in_columns([_HEADS, *rows]) if rows else ():
        click.echo(line)
    if not read:
        click.echo("no suites yet; `opsrail eval new PLAYBOOK` drafts one")
    if unread := len(read) - len(rows):
        click.echo(f"not listed: {counted(unread, 'suite')} with errors; see `opsrail check`")


def _row(suite: Suite) -> tuple[str, ...]:
    judged = suite.judging.value
    if suite.repeats > 1:
        judged += f" × {suite.repeats}"
    count = str(len(suite.cases))
    return (suite.name, target_words(suite), judged, count, suite.tier.value, suite.owner)


def target_words(suite: Suite) -> str:
    """What a suite asks, in a few words."""
    entry = suite.target
    if entry.playbook is not None:
        return f"playbook {entry.playbook}"
    if entry.role is not None:
        return f"pages of {entry.role}"
    if entry.rules is not None:
        return "all rules" if entry.rules == ("all",) else counted(len(entry.rules), "rule")
    if entry.flow is not None:
        return f"flow {entry.flow}"
    if entry.baseline is not None:
        return f"flow {entry.baseline}, without a model"
    if entry.prompt is not None:
        return f"prompt {entry.prompt}"
    return entry.python or " ".join(entry.command or ())
