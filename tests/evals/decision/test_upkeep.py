"""The power lint and the quarantine."""

from __future__ import annotations

from datetime import date

import pytest

from opsrail.evals.decision.power_lint import lint_power
from opsrail.evals.decision.quarantine import Flips, Wrong, flips, quarantine_problems
from opsrail.evals.model import Case
from opsrail.evals.parts import Quarantined
from opsrail.findings import Location

TODAY = date(2026, 11, 22)


def case(name: str, *, must_pass: bool = False) -> Case:
    place = Location("policies/evals/a.yaml")
    return Case(name, "", None, None, (), must_pass, "", (), "", "", place, name)


CASES = [case(str(place), must_pass=place == 0) for place in range(40)]


def entry(name: str, until: date = date(2026, 12, 1)) -> Quarantined:
    return Quarantined(case=name, flips=0.3, until=until, reason="it depends on the hour")


def wrongs(*entries: Quarantined, measured: dict[str, Flips] | None = None) -> list[Wrong]:
    found = quarantine_problems(
        entries, CASES, today=TODAY, most_percent=5.0, most_days=30, measured=measured
    )
    return [problem.wrong for problem in found]


def test_a_small_sample_cannot_see_its_margin() -> None:
    found = lint_power(("",) * 60, 2.0)
    assert not found.is_enough
    assert found.smallest_drop == pytest.approx(12.86, abs=0.01)
    assert (found.cases_needed, found.clusters_needed) == (394, None)
    assert lint_power(("",) * 394, 2.0).is_enough
    assert not lint_power(("",) * 393, 2.0).is_enough


def test_clusters_take_more_cases() -> None:
    clusters = tuple(str(place // 10) for place in range(400))
    found = lint_power(clusters, 2.0)
    assert found.effective_cases == pytest.approx(400 / (1 + 9 * 0.3))
    assert not found.is_enough
    assert (found.cases_needed, found.clusters_needed) == (1458, 146)
    assert lint_power(clusters, 2.0, correlation=0.0).is_enough


def test_a_suite_without_cases_sees_nothing() -> None:
    found = lint_power((), 2.0)
    assert (found.power, found.smallest_drop, found.cases_needed) == (0.0, None, 394)


def test_flips_are_the_share_of_the_rarer_outcome() -> None:
    found = flips([True] * 7 + [False] * 3)
    assert (found.runs, found.odd, found.share, found.is_flaking) == (10, 3, 0.3, True)
    assert (found.low, found.high) == pytest.approx((0.1078, 0.6032), abs=1e-4)
    assert not flips([False] * 5).is_flaking
    assert flips([]).share == 0.0


def test_a_sound_quarantine_has_no_problems() -> None:
    assert wrongs(entry("1"), entry("2"), measured={"1": flips([True, False])}) == []


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([entry("1"), entry("2"), entry("3")], [Wrong.TOO_MANY]),
        ([entry("1", date(2026, 11, 21))], [Wrong.EXPIRED]),
        ([entry("1", TODAY)], []),
        ([entry("1", date(2026, 12, 23))], [Wrong.TOO_LONG]),
        ([entry("0")], [Wrong.MUST_PASS]),
        ([entry("nobody")], [Wrong.UNKNOWN]),
        ([entry("1"), entry("1")], [Wrong.TWICE]),
    ],
)
def test_what_is_wrong_with_a_quarantine(entries: list[Quarantined], expected: list[Wrong]) -> None:
    assert wrongs(*entries) == expected


def test_a_case_that_flakes_no_longer_is_told() -> None:
    assert wrongs(entry("1"), measured={"1": flips([True] * 10)}) == [Wrong.NOT_FLAKING]
    assert wrongs(entry("1"), measured={"1": flips([True])}) == []
