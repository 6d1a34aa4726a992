"""`opsrail rules tune`: thresholds and windows weighed on recorded history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from opsrail.cli.rules.backtest import checked_span, recorded_interval
from opsrail.cli.rules.choosing import chosen
from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import ExitCode

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.detection.model import Rule
    from opsrail.detection.tuning.sweep import Setting, Tuning

Value = TypeVar("Value")


@click.command()
@click.argument("name")
@click.option("--thresholds", metavar="LIST", help="Numbers to try: `10,15,20`.")
@click.option("--timespans", metavar="LIST", help="Windows to try: `10m,15m,1h`.")
@click.option("--since", metavar="SPAN", help="How much of the past: `90d`. As the policy says.")
@click.option(
    "--engine", "url", default="duckdb", show_default=True, metavar="URL", help="What runs them."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Draw the settings there as well, as SVG.",
)
def command(
    name: str,
    thresholds: str | None,
    timespans: str | None,
    since: str | None,
    url: str,
    picture: Path | None,
) -> int:
    """Try thresholds and timespans of the rule NAME on recorded history.

    For each setting: alerts a day, labelled incidents caught, right alerts, time to detect. The
    best ones are marked: no other setting beats them in everything. Nothing is changed.
    """
    from opsrail.detection.tuning.sweep import as_text

    around = look_around()
    tuning = _tuned(around, name, (thresholds, timespans), checked_span(since), url)
    click.echo(as_text(tuning), nl=False)
    for finding in tuning.findings:
        click.echo(str(finding), err=True)
    if picture:
        from opsrail.detection.tuning.picture import picture as drawn

        picture.write_text(drawn(tuning), encoding="utf-8")
        click.echo(f"drawn to {picture}")
    return ExitCode.CLOSED if tuning.findings else ExitCode.PASS


def _tuned(
    around: Surroundings,
    name: str,
    grid: tuple[str | None, str | None],
    since: str | None,
    url: str,
) -> Tuning:
    from opsrail.detection.backtest.history import read_history
    from opsrail.detection.library import read_library
    from opsrail.detection.tuning.sweep import tune
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.streams.engines.opening import open_engine

    snapshot = worktree_snapshot(around.repository)
    library = read_library(snapshot)
    chosen(library.rules, (name,))
    rule = library.rules[name]
    tried = _grid(rule, *grid)
    engine = open_engine(url)
    try:
        history = read_history(engine, snapshot, library, None, [name], since)
        recorded_interval(history)
        with progress_line() as progress:
            return tune(engine, history, rule, tried, progress)
    finally:
        engine.close()


def _grid(rule: Rule, thresholds: str | None, timespans: str | None) -> tuple[Setting, ...]:
    from opsrail.detection.tuning.sweep import (
        current,
        settings,
        thresholds_around,
        timespans_around,
    )
    from opsrail.streams.spans import micros

    now = current(rule)
    if now is None:
        raise click.UsageError(
            f"{rule.name} looks at single events: it has no threshold and no timespan to tune."
        )
    if thresholds and now.threshold is None:
        raise click.UsageError(f"{rule.name} has no threshold: leave --thresholds out.")
    numbers = _listed(thresholds, float, "no number such as 20") if thresholds else None
    lengths = _listed(timespans, micros, "no length of time such as 15m") if timespans else None
    return settings(rule, numbers or thresholds_around(rule), lengths or timespans_around(rule))


def _listed(given: str, read: Callable[[str], Value], otherwise: str) -> list[Value]:
    """The parts of a list with commas; a usage error for one that cannot be read."""
    values = []
    for text in (part.strip() for part in given.split(",")):
        try:
            values.append(read(text))
        except ValueError as error:
            raise click.UsageError(f"“{text}” is {otherwise}.") from error
    return values
