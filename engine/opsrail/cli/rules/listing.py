"""`opsrail rules list`: the rules with their owners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import Severity
from opsrail.report.columns import in_columns
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.detection.model import Rule

HEADS = ("rule", "level", "type", "stream", "owner", "tests")


@click.command()
@click.option("--all", "is_all", is_flag=True, help="Also rules that others build on.")
def command(*, is_all: bool) -> None:
    """List the rules that raise alerts: name, level, type, streams, owner, number of tests."""
    from opsrail.detection.library import read_library
    from opsrail.repo.snapshot import worktree_snapshot

    library = read_library(worktree_snapshot(look_around().repository))
    shown = [rule for rule in library.rules.values() if rule.ops or is_all]
    for line in in_columns([HEADS, *(_row(rule, library) for rule in shown)] if shown else []):
        click.echo(line)
    if not shown:
        click.echo("no rules yet; `opsrail rules new AREA/NAME` starts one")
    errors = [one for one in library.findings if one.severity is Severity.ERROR]
    if errors:
        files = counted(len({one.location.path for one in errors}), "file")
        click.echo(f"not listed are rules with errors in {files}: see `opsrail check`", err=True)


def _row(rule: Rule, library: Library) -> tuple[str, ...]:
    from opsrail.detection.model import Correlation

    body = rule.body
    kind = body.type.value if isinstance(body, Correlation) else "detection"
    owner, tests = (rule.ops.owner, str(len(rule.ops.tests))) if rule.ops else ("-", "-")
    return (rule.name, rule.level.value, kind, ", ".join(streams_of(rule, library)), owner, tests)


def streams_of(rule: Rule, library: Library) -> tuple[str, ...]:
    """The streams that a rule reads, itself or through the rules it is built on, sorted."""
    from opsrail.detection.model import Correlation

    if not isinstance(rule.body, Correlation):
        return (rule.body.stream,)
    below = (streams_of(library.rules[name], library) for name in rule.references)
    return tuple(sorted({stream for streams in below for stream in streams}))
