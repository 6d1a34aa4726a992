"""`opsrail rules run`: what is there to be raised since the last run."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.rules.choosing import about, chosen
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode, Finding, closed_gates, in_order
from opsrail.report.escaping import visible
from opsrail.report.model import counted

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.detection.library import Library
    from opsrail.detection.live.runs import LiveRun
    from opsrail.streams.engines.model import Engine
    from opsrail.streams.fault import StreamFault
    from opsrail.streams.model import Events

STORE = ".opsrail/alerts.sqlite"
REJECTS = ".opsrail/rejects"
EARLIEST = (datetime.min - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001, DTZ901 - both are UTC
"""Microseconds from 1970 to the beginning of the calendar: nothing recorded is older."""


@click.command()
@click.argument("names", nargs=-1)
@click.option(
    "--since",
    metavar="SPAN",
    default="1d",
    show_default=True,
    help="How far back a rule begins that never ran before: `7d`.",
)
@click.option(
    "--now",
    metavar="TIME",
    help="Run as if it were this moment: `2026-10-01T12:00Z`.  [default: the clock]",
)
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The file that remembers alerts and progress.  [default: {STORE}]",
)
@click.option("--engine", "url", default="duckdb", show_default=True, metavar="URL")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text")
def command(
    names: tuple[str, ...],
    since: str,
    now: str | None,
    store: Path | None,
    url: str,
    form: str,
) -> int:
    """Evaluate rules (all that have an owner, or NAMES) and print the alerts that are new.

    Made for a schedule: each run takes up where the last one stopped, and any division into
    runs raises the same alerts. Exit code 1: some rules could not be read or evaluated; the
    others were.
    """
    from opsrail.streams.spans import micros

    around = look_around()
    moment = _moment(now)
    try:
        first = max(moment - micros(since), EARLIEST)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    at = store or around.repository.root / STORE
    is_whole = _run(around, names, (moment, first), at, (url, form))
    return ExitCode.PASS if is_whole else ExitCode.CLOSED


def _moment(given: str | None) -> int:
    """Microseconds since 1970 of the moment to run at."""
    if given is None:
        return time.time_ns() // 1_000
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        hint = "Write it like 2026-10-01T12:00Z."
        raise click.UsageError(f"--now is no time: {given}. {hint}") from error
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _run(
    around: Surroundings,
    names: tuple[str, ...],
    moments: tuple[int, int],
    store: Path,
    how: tuple[str, str],
) -> bool:
    """Run, print, and only then remember: whether everything could be evaluated."""
    # Importing engines takes a while, and usage errors should not wait for it.
    from opsrail.detection.evaluate import Ground
    from opsrail.detection.library import read_library
    from opsrail.detection.live.runs import run_until
    from opsrail.detection.live.store import opened
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.streams.engines.opening import open_engine
    from opsrail.streams.spans import SECOND, micros

    library = read_library(worktree_snapshot(around.repository))
    wanted = chosen(library.rules, names)
    engine = open_engine(how[0])
    try:
        streams, unread = _streams(library, engine, around.repository.root, wanted)
        ground = Ground(
            library,
            engine,
            {name: events.table for name, events in streams.items()},
            seconds=micros(library.policy.time_limit) / SECOND,
        )
        with opened(store) as kept:
            outcome = run_until(ground, wanted, moments[0], kept, first=moments[1])
            findings = in_order((*about(library, names), *unread, *outcome.findings))
            _print(outcome, library, how[1], len(wanted), findings)
            _tell_of_rows(streams, how[1])
            # An alert that nobody could read is told again by the next run.
            sys.stdout.flush()
    finally:
        engine.close()
    return not closed_gates(findings)


def _streams(
    library: Library, engine: Engine, root: Path, names: tuple[str, ...]
) -> tuple[Mapping[str, Events], tuple[Finding, ...]]:
    """The streams that these rules read, and what is wrong with those that cannot be read."""
    from opsrail.detection.recorded import streams_of
    from opsrail.streams.fault import StreamFault
    from opsrail.streams.load import load
    from opsrail.streams.rejects import write_rejects

    found, unread = {}, []
    for name in streams_of(library, names):
        try:
            found[name] = load(engine, library.streams[name], root)
        except StreamFault as fault:
            unread.append(_unread(library, name, fault))
        else:
            write_rejects(root / REJECTS, found[name])
    return found, tuple(unread)


def _unread(library: Library, stream: str, fault: StreamFault) -> Finding:
    """A stream that cannot be read, where rules/streams.yaml describes it."""
    from opsrail.detection.reading.documents import STREAMS_PATH
    from opsrail.repo.yaml import YamlText

    yaml = YamlText.parse(STREAMS_PATH, library.settings[STREAMS_PATH])
    route = ("streams", stream, "path" if library.streams[stream].path else "table")
    return Finding(yaml.place(route), "stream-unreadable", str(fault), hint=fault.hint)


def _print(
    outcome: LiveRun, library: Library, form: str, asked: int, findings: Sequence[Finding]
) -> None:
    from opsrail.detection.alerts.told import as_jsonl, as_lines

    if form == "jsonl":
        for line in as_jsonl((*outcome.raised, *outcome.grown), library):
            click.echo(line)
    else:
        for line in as_lines(outcome.raised, library):
            click.echo(visible(line))
    # What is not an alert goes beside: the output may be read by another program.
    for finding in findings:
        click.echo(visible(str(finding)), err=True)
    silent = sum(bool(alert.suppressed) for alert in outcome.raised)
    parts = [f"{counted(asked, 'rule')}: {counted(len(outcome.raised), 'new alert')}"]
    parts += [f"{silent} of them silent"] if silent else []
    parts += [f"{counted(len(outcome.grown), 'earlier one')} went on"] if outcome.grown else []
    parts += [f"did not run: {', '.join(outcome.failed)}"] if outcome.failed else []
    click.echo(" · ".join(parts), err=form == "jsonl")


def _tell_of_rows(streams: Mapping[str, Events], form: str) -> None:
    """What of the streams was left out, and where to look it up."""
    for name, events in streams.items():
        if events.rejected_count:
            count = counted(events.rejected_count, "row")
            line = f"{name}: {count} could not be read; {REJECTS} says which and why"
            click.echo(line, err=form == "jsonl")
