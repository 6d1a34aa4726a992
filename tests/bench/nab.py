"""Baselines on the Numenta Anomaly Benchmark: `python -m tests.bench nab`.

One rule with one setting for all series. As the benchmark has it, the threshold is chosen on the
very labels that it is then scored on; so is the setting. The row `chosen on the other family`
says what is left of the score where both are chosen on other series.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.bench.nab_data import FOLDER, Series, read_series
from tests.bench.nab_peers import PUBLISHED, at_random, perfect, score, z_score
from tests.bench.nab_rules import Found, Readings, Setting, spaced
from tests.bench.nab_scoring import Labels

TIMESPANS = ("30m", "1h", "2h")
LOOKBACKS = ("7d", "14d")
COOLDOWNS = ("12h", "24h", "36h")
SIGNIFICANCES = (1e-2, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 1e-6, 1e-7)

SETTING = Setting("1h", "14d", 1e-4)
"""The one setting; its significance is replaced by the best for all series."""
COOLDOWN = "12h"


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting with its cooldown."""

    setting: Setting
    cooldown: str


def best(series: Sequence[Series], grid: Mapping[Choice, Found]) -> Choice:
    """The choice with the best score over these series."""
    return max(grid, key=lambda choice: score(series, grid[choice]))


def searched(readings: Readings) -> dict[Choice, Found]:
    """The alerts of every setting there is to choose from."""
    grid: dict[Choice, Found] = {}
    for given in itertools.product(TIMESPANS, LOOKBACKS, SIGNIFICANCES):
        setting = Setting(*given)
        every = readings.alerts(setting)
        grid |= {Choice(setting, one): spaced(every, one) for one in COOLDOWNS}
    return grid


def across(series: Sequence[Series], grid: Mapping[Choice, Found]) -> Found:
    """The alerts on each family of series, with what is best for the other series."""
    found: dict[str, Sequence[int]] = {}
    for family in sorted({one.family for one in series}):
        chosen = grid[best([one for one in series if one.family != family], grid)]
        found |= {one.name: chosen[one.name] for one in series if one.family == family}
    return found


def main() -> None:
    """Prints the table."""
    if not FOLDER.exists():
        print("NAB is not on this machine: ../shared/data/nab")
        return
    for line in table(read_series()):
        print(line)


def table(series: Sequence[Series]) -> Iterator[str]:
    """What our rule, others and chance score."""
    readings = Readings(series)
    grid = searched(readings)
    ours = max(
        (replace(SETTING, significance=one) for one in SIGNIFICANCES),
        key=lambda one: score(series, grid[Choice(one, COOLDOWN)]),
    )
    found = readings.alerts(ours, COOLDOWN)
    windows = sum(len(one.labels.windows) for one in series)
    yield f"NAB, standard profile: {len(series)} of its 58 series, {windows} anomalous windows"
    yield f"  {'':<44}{'these 27':>10}{'all 58':>10}"
    yield _row(f"opsrail {_told(Choice(ours, COOLDOWN))}", score(series, found))
    for family in sorted({one.family for one in series}):
        yield _row(f"  of these, {family}", score(_of(series, family), found))
    yield _row("  chosen on the other family", score(series, across(series, grid)))
    top = best(series, grid)
    yield _row(f"  best of {len(grid)}: {_told(top)}", score(series, grid[top]))
    yield _row("  worst of these with its best threshold", _worst(series, grid))
    for name, (everywhere, here) in PUBLISHED.items():
        yield _row(name, here, everywhere)
    for cooldown in ("0s", COOLDOWN, "25h"):
        yield _row(f"trailing z-score, cooldown {cooldown}", z_score(series, cooldown))
    yield _row("random", at_random(series, "0s"), 11.0)
    yield _row(f"random, cooldown {COOLDOWN}", at_random(series, COOLDOWN))
    yield _row("none at all", score(series, {one.name: [] for one in series}), 0.0)
    yield _row("perfect", score(series, perfect(series)), 100.0)
    yield from _notes(series, found)


def _notes(series: Sequence[Series], found: Found) -> Iterator[str]:
    alerts = sum(len(times) for times in found.values())
    hits = sum(_hits(one.labels, one.rows(found[one.name])) for one in series)
    days = sum(one.times[-1] - one.times[0] for one in series) / 86_400e6
    yield f"  {alerts} alerts in {days:.0f} days of readings, {hits} windows found"
    yield "  Ours: timespan, lookback, cooldown, significance; both directions, no season."
    yield "  One threshold for all series, chosen on the same labels, as NAB does it for everybody."
    yield "  The other keys of our rule were chosen on these labels, too, among the grid above."
    yield "  A cooldown alone lifts even chance: each false alert costs, and it lets few pass."
    yield "  Others' figures here stand on thresholds that NAB chose on all 58 series."


def _row(name: str, here: float, everywhere: float | None = None) -> str:
    full = "" if everywhere is None else f"{everywhere:.1f}"
    return f"  {name:<44}{here:>10.1f}{full:>10}".rstrip()


def _told(choice: Choice) -> str:
    one = choice.setting
    return f"{one.timespan}, {one.lookback}, {choice.cooldown}, {one.significance:g}"


def _of(series: Iterable[Series], family: str) -> list[Series]:
    return [one for one in series if one.family == family]


def _worst(series: Sequence[Series], grid: Mapping[Choice, Found]) -> float:
    """The score of the worst keys in the grid, each with the threshold that is best for them."""
    scores: dict[tuple[str, str, str], float] = {}
    for choice, found in grid.items():
        keys = (choice.setting.timespan, choice.setting.lookback, choice.cooldown)
        scores[keys] = max(scores.get(keys, -100.0), score(series, found))
    return min(scores.values())


def _hits(labels: Labels, rows: Iterable[int]) -> int:
    kept = [row for row in rows if row >= labels.learning]
    return sum(any(first <= row <= last for row in kept) for first, last in labels.windows)
