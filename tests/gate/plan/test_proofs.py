from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from opsrail.evals.judging.judged import Outcome
from opsrail.evals.model import Verdict as SuiteVerdict
from opsrail.evals.parts import Tier
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.pipeline import Verdict
from opsrail.gate.plan.proofs import _checks, _suite


def test_checks_that_fail_are_named() -> None:
    found = tuple(
        Finding(Location("a.md"), code, "no", severity)
        for code, severity in (
            ("stale-section", Severity.ERROR),
            ("links", Severity.ERROR),
            ("freshness", Severity.WARNING),
        )
    )
    proof = _checks(Verdict(found, ("freshness", "links", "stale-section"), {}))
    assert (proof.held, proof.tried, proof.words) == (1, 3, "(links, stale-section)")


def judged(base: int, head: int, passed: int) -> Outcome:
    """As much of an outcome as figures are made of."""

    def results(count: int, good: int) -> dict[str, SimpleNamespace]:
        return {f"case-{at:02}": SimpleNamespace(is_passed=at < good) for at in range(count)}

    suite = SimpleNamespace(name="x", tier=Tier.PROTECTED)
    found = SimpleNamespace(
        head=results(head, passed),
        base=results(base, base),
        suite=suite,
        verdict=SuiteVerdict.PASS,
        is_open=True,
    )
    return cast("Outcome", found)


@pytest.mark.parametrize(
    ("base", "head", "words"),
    [
        (12, 12, "12 → 12 of 12, pass"),
        (11, 12, "11 of 11 → 12 of 12, pass"),
        (0, 12, "12 of 12"),
    ],
)
def test_a_suite_with_other_cases_is_told_out_of_as_many_as_it_had(
    base: int, head: int, words: str
) -> None:
    assert _suite(judged(base, head, head)).words == words
