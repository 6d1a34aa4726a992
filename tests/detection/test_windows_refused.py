"""Rules that mean nothing that detection could compute: refused when they are read."""

from __future__ import annotations

import pytest

from opsrail.detection.library import library_of
from tests.detection.events import Document, files
from tests.detection.reference_judge import PARTS, rule


def codes(*rules: Document) -> set[str]:
    """The codes of what is wrong with these rules, which a, b and c stand beside."""
    return {one.code for one in library_of(files([*PARTS, *rules])).findings}


def test_rules_that_can_be_computed_are_not_refused() -> None:
    assert (
        codes(rule(condition={"gte": 1}), rule("temporal", "a and not b", rules="a b", name="s"))
        == set()
    )


def test_a_session_has_no_clock() -> None:
    assert codes(rule(condition={"lt": 1}, window="session")) == {"rule-unsupported"}


def test_rules_that_are_only_missing_are_refused() -> None:
    assert codes(rule("temporal", "not a and not b", rules="a b")) == {"rule-unsupported"}


@pytest.mark.parametrize("more", [{"every": "5s"}, {"window": "tumbling"}, {"window": "session"}])
def test_a_wait_has_no_other_window_and_no_clock(more: dict[str, str]) -> None:
    waiting = rule("temporal", "a and not b", rules="a b", ops=more)
    assert codes(waiting) == {"rule-unsupported"}


@pytest.mark.parametrize("text", ["a and b", "a and b and not c", "a or b"])
def test_an_order_told_in_words_has_one_rule_that_opens_it(text: str) -> None:
    names = " ".join(name for name in "abc" if name in text.split())
    assert codes(rule("temporal_ordered", text, rules=names)) == {"rule-unsupported"}


def test_rules_that_stand_on_each_other_are_refused() -> None:
    one = rule(condition={"gte": 1}, rules="two", name="one")
    two = rule(condition={"gte": 1}, rules="one", name="two")
    assert "rule-circle" in codes(one, two)


def test_rules_that_silence_each_other_are_refused() -> None:
    one = rule(condition={"gte": 1}, inhibited_by=["two"], name="one")
    two = rule(condition={"gte": 1}, inhibited_by=["one"], name="two")
    assert "rule-circle" in codes(one, two)
