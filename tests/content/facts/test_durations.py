from __future__ import annotations

import pytest

from opsrail.content.facts import FactKind, find_facts


@pytest.mark.parametrize(
    ("written", "value", "seconds"),
    [
        ("14 days", "14 days", 14 * 86400),
        ("two weeks", "14 days", 14 * 86400),
        ("a 14-day window", "14 days", 14 * 86400),
        ("24 hours", "1 day", 86400),
        ("90 minutes", "90 minutes", 5400),
        ("1.5 hours", "90 minutes", 5400),
        ("1h 30m", "90 minutes", 5400),
        ("30s", "30 seconds", 30),
        ("250 ms", "250 ms", 0.25),
        ("2–4 hours", "2–4 hours", 4 * 3600),
        ("48 business hours", "48 business hours", 48 * 3600),
        ("1 business day", "1 business day", 86400),
        ("two business weeks", "10 business days", 10 * 86400),
        ("1 month", "1 month", 30.4375 * 86400),
        ("2 years", "24 months", 24 * 30.4375 * 86400),
    ],
)
def test_one_spelling_a_length(written: str, value: str, seconds: float) -> None:
    (fact,) = find_facts(f"Wait for {written}")
    assert (fact.kind, fact.value) == (FactKind.DURATION, value)
    assert fact.amount == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["15M rows", "3D print", "the second reply", "once a week", "in a second step", "4K"]
)
def test_no_length(text: str) -> None:
    assert not [fact for fact in find_facts(text) if fact.kind is FactKind.DURATION]
