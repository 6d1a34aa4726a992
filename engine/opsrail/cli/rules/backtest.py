"""`opsrail rules backtest`: what rules would have raised on recorded history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.rules.choosing import chosen
from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork, ExitCode

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.detection.backtest.history import History
    from opsrail.detection.backtest.replay import Backtest
    from opsrail.detection.evaluate import Interval
    from opsrail.detection.library import Library

FORMATS = ("json", "markdown", "text")


@click.command()
@click.argument("names", nargs=-1)
@click.option("--base", metavar="REV", help="Hold the rules against those of REV's merge base.")
@click.option("--since", metavar="SPAN", help="How much of the past: `90d`. As the policy says.")
@click.option(
    "--engine", "url", default="duckdb", show_default=True, metavar="URL", help="What runs them."
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it there instead.",
)
def command(
    names: tuple[str, ...],
    base: str | None,
    since: str | None,
    url: str,
    form: str,
    output: Path | None,
) -> int:
    """Say what rules (all that raise alerts, or NAMES) would have raised on recorded history.

    The streams of rules/streams.yaml are replayed, and alerts are held against the labelled
    incidents of content/incidents. With --base it says which alerts a change adds, removes and
    moves. Exit code 1: an incident is lost, or a rule could not be replayed.
    """
    from opsrail.detection.backtest.told import FORMATS as TELLING

    around = look_around()
    found, history = _replayed(around, names, base, checked_span(since), url)
    told = TELLING[form](found, history.incidents, history.early)
    if output:
        output.write_text(told, encoding="utf-8", errors="surrogateescape")
    else:
        click.echo(told, nl=False)
    for finding in (*found.findings, *history.findings):
        click.echo(str(finding), err=True)
    for stream, fault in history.unread.items():
        click.echo(f"not replayed: rules that read {stream}: {fault} ({fault.hint})", err=True)
    is_worse = bool(found.failed or history.unread) or any(one.lost for one in found.rules)
    return ExitCode.CLOSED if is_worse else ExitCode.PASS


def checked_span(given: str | None) -> str | None:
    """A length of time from the command line; a usage error for anything else."""
    from opsrail.streams.spans import micros

    if given is not None:
        try:
            micros(given)
        except ValueError as error:
            raise click.UsageError(str(error)) from error
    return given


def _replayed(
    around: Surroundings, names: tuple[str, ...], base: str | None, since: str | None, url: str
) -> tuple[Backtest, History]:
    # Importing engines takes a while, and usage errors should not wait for it.
    from opsrail.detection.backtest.history import read_history
    from opsrail.detection.backtest.replay import backtest, raising
    from opsrail.detection.library import read_library
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.streams.engines.opening import open_engine

    snapshot = worktree_snapshot(around.repository)
    head, before = read_library(snapshot), _library_at(around, base)
    known = {**(before.rules if before else {}), **head.rules}
    wanted = (
        chosen(known, names)
        if names
        else (
            *raising(head),
            *(set(raising(before)) - set(raising(head)) if before else ()),
        )
    )
    if not wanted:
        click.echo("no rules yet; `opsrail rules new AREA/NAME` starts one")
        raise click.exceptions.Exit(ExitCode.PASS)
    engine = open_engine(url)
    try:
        history = read_history(engine, snapshot, head, before, wanted, since)
        interval = recorded_interval(history)
        found = backtest(
            engine,
            history.head,
            history.base,
            history.names,
            interval,
            history.incidents,
            history.policy,
        )
    finally:
        engine.close()
    return found, history


def recorded_interval(history: History) -> Interval:
    """The time to replay. Raises `CannotWork` where nothing is recorded."""
    if history.interval is not None:
        return history.interval
    for fault in history.unread.values():
        raise CannotWork(str(fault), hint=fault.hint)
    raise CannotWork(
        "there are no recorded events to replay rules on",
        hint="rules/streams.yaml says where the streams' files lie: are they there?",
    )


def _library_at(around: Surroundings, base: str | None) -> Library | None:
    from opsrail.detection.library import read_library
    from opsrail.repo.snapshot import revision_snapshot

    if base is None:
        return None
    repository = around.repository
    start = repository.merge_base(repository.resolve(base), repository.resolve("HEAD"))
    return read_library(revision_snapshot(repository, start))
