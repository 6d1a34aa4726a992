"""Cases that are set aside for a time: how much they flip, and what is wrong with a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from opsrail.evals.model import Case
from opsrail.evals.parts import Quarantined
from opsrail.evals.statistics.wilson import wilson


@dataclass(frozen=True, slots=True)
class Flips:
    """How a case came out in `runs` of one version.

    `odd` runs disagree with the others: the rarer of pass and fail. `share` of them is what a
    quarantine records, with Wilson's interval from `low` to `high`.
    """

    runs: int
    odd: int
    share: float
    low: float
    high: float

    @property
    def is_flaking(self) -> bool:
        """Whether one version was seen to come out either way."""
        return self.odd > 0


def flips(passes: Sequence[bool], confidence: float = 0.95) -> Flips:
    """Measure a case from its repeats: the rarer outcome's share, at most one half."""
    runs, passed = len(passes), sum(passes)
    odd = min(passed, runs - passed)
    share = odd / runs if runs else 0.0
    return Flips(runs, odd, share, *wilson(share, runs, confidence))


class Wrong(StrEnum):
    """What can be wrong with a quarantine."""

    TOO_MANY = "too many"
    EXPIRED = "expired"
    TOO_LONG = "too long"
    MUST_PASS = "must pass"  # noqa: S105 - a kind of problem, no password
    NOT_FLAKING = "not flaking"
    UNKNOWN = "unknown case"
    TWICE = "listed twice"


@dataclass(frozen=True, slots=True)
class QuarantineProblem:
    """Something wrong with one entry, or (`place` None) with all of them, told in words."""

    wrong: Wrong
    case: str
    place: int | None
    words: str


def quarantine_problems(
    entries: Sequence[Quarantined],
    cases: Sequence[Case],
    *,
    today: date,
    most_percent: float,
    most_days: int,
    measured: Mapping[str, Flips] | None = None,
) -> tuple[QuarantineProblem, ...]:
    """What is wrong with a list of cases set aside, by entry; `measured` are flips seen lately."""
    found = [*_too_many(entries, cases, most_percent)]
    by_id = {case.id: case for case in cases}
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        kinds = [*_dates(entry, today, most_days), *_about(by_id.get(entry.case), entry, measured)]
        if entry.case in seen:
            kinds.append((Wrong.TWICE, f"the case {entry.case} is set aside twice; keep one entry"))
        seen.add(entry.case)
        found += [QuarantineProblem(wrong, entry.case, place, words) for wrong, words in kinds]
    return tuple(found)


def _too_many(
    entries: Sequence[Quarantined], cases: Sequence[Case], most: float
) -> Iterator[QuarantineProblem]:
    count = len({entry.case for entry in entries} & {case.id for case in cases})
    if cases and 100 * count > most * len(cases) + 1e-9:
        words = (
            f"{count} of {len(cases)} cases are set aside, more than {most:g} %: mend some of them"
            " or take them out of the suite"
        )
        yield QuarantineProblem(Wrong.TOO_MANY, "", None, words)


def _dates(entry: Quarantined, today: date, most: int) -> Iterator[tuple[Wrong, str]]:
    if entry.until < today:
        words = f"the case {entry.case} was set aside until {entry.until}: it counts again"
        yield Wrong.EXPIRED, f"{words}; mend it, or measure it anew with `opsrail eval flaky`"
    if entry.until > today + timedelta(days=most):
        words = f"the case {entry.case} is set aside until {entry.until}, longer than {most} days"
        yield Wrong.TOO_LONG, f"{words}; choose {today + timedelta(days=most)} or earlier"


def _about(
    case: Case | None, entry: Quarantined, measured: Mapping[str, Flips] | None
) -> Iterator[tuple[Wrong, str]]:
    if case is None:
        yield Wrong.UNKNOWN, f"the suite has no case {entry.case}; remove the entry"
        return
    if case.must_pass:
        yield Wrong.MUST_PASS, f"the case {entry.case} must pass, so it cannot be set aside"
    lately = (measured or {}).get(entry.case)
    if lately is not None and lately.runs > 1 and not lately.is_flaking:
        words = f"the case {entry.case} came out the same in all of {lately.runs} runs"
        yield Wrong.NOT_FLAKING, f"{words}; take it out of quarantine"
