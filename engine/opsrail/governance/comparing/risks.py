"""What an edit does to the weighing of risk: what weighs less now, or asks for less."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from opsrail.governance.comparing.coverage import Coverage
from opsrail.governance.comparing.model import Difference, listed, otherwise
from opsrail.governance.formats import Limits, RiskLevel, RiskPolicy
from opsrail.streams.spans import micros

WEAKENED: Final = "risk weakened"
CHANGED: Final = "risk changed"


def risk_changes(old: RiskPolicy, new: RiskPolicy, since: datetime) -> Iterator[Difference]:
    """Everything that weighs less or asks for less, then what is said otherwise."""
    if old == new:
        return
    weaker = list(_weaker(old, new, since))
    yield from weaker
    told = {one.subject.removeprefix("risk ") for one in weaker}
    yield from otherwise(CHANGED, "risk", old, new, told)


def _weaker(old: RiskPolicy, new: RiskPolicy, since: datetime) -> Iterator[Difference]:
    for key in ("people", "vendors", "tickets_an_hour", "score"):
        was, now = getattr(old, key), getattr(new, key)
        if now.medium > was.medium or now.high > was.high:
            yield _weakened(key, _limits(was), _limits(now))
    yield from _fewer_demands(old, new)
    if new.mitigate.rank > old.mitigate.rank:
        yield _weakened("mitigate", f"from {old.mitigate} on", f"from {new.mitigate} on")
    if micros(new.lookahead) < micros(old.lookahead):
        yield _weakened("lookahead", old.lookahead, new.lookahead)
    yield from _uncounted(old, new)
    yield from _shorter_peaks(old, new, since)


def _weakened(key: str, old: str, new: str) -> Difference:
    return Difference(WEAKENED, f"risk {key}", old, new)


def _limits(limits: Limits) -> str:
    return f"medium from {limits.medium:g}, high from {limits.high:g}"


def _fewer_demands(old: RiskPolicy, new: RiskPolicy) -> Iterator[Difference]:
    """Each level at which less is asked for, what lower levels ask for included."""
    for level in RiskLevel:
        (was, stages), (now, fewer) = _asked(old, level), _asked(new, level)
        if was - now or fewer < stages:
            yield _weakened(
                "demands",
                f"{level} needs {listed(was)}, stages {stages}",
                f"{level} needs {listed(now)}, stages {fewer}",
            )


def _asked(policy: RiskPolicy, level: RiskLevel) -> tuple[set[str], int]:
    demands = [one for at, one in policy.demands.items() if at.rank <= level.rank]
    needs = {name for one in demands for name in one.needs}
    return needs, max((one.stages for one in demands), default=1)


def _uncounted(old: RiskPolicy, new: RiskPolicy) -> Iterator[Difference]:
    kept = [one.model_dump_json() for one in new.volumes]
    for volume in old.volumes:
        if volume.model_dump_json() not in kept:
            yield _weakened("volumes", f"{volume.files} by {listed(volume.values)}", "")


def _shorter_peaks(old: RiskPolicy, new: RiskPolicy, since: datetime) -> Iterator[Difference]:
    if old.peaks == new.peaks:
        return
    coverage = Coverage((*old.peaks, *new.peaks), since)
    if coverage.is_too_much:
        yield _weakened("peaks", "", "more peaks than can be compared")
        return
    for name, at in sorted(coverage.lost(old.peaks, new.peaks).items()):
        yield _weakened("peaks", f"{name} on {at:%Y-%m-%d at %H:%M} UTC", "no peak")
