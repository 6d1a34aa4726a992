from __future__ import annotations

import re
from dataclasses import replace

import pytest

from opsrail.detection.formats import (
    CorrelationType,
    Direction,
    Level,
    Nulls,
    Ops,
    Season,
    Window,
)
from opsrail.detection.model import Correlation, Operator, Threshold
from opsrail.detection.words import in_words
from opsrail.detection.words.nouns import (
    a_length,
    field_in_words,
    length,
    listed,
    number,
    one,
    plural,
    records,
    rounded,
    singular,
    thing,
)
from opsrail.detection.words.windows import how_many
from opsrail.streams.spans import micros
from tests.detection.words_cases import EXPECTED, library, said

LIBRARY = library()


def test_every_rule_is_said_as_it_was_agreed() -> None:
    assert LIBRARY.findings == ()
    assert said(LIBRARY) == EXPECTED.read_text("utf-8")


def test_the_cases_have_every_construct() -> None:
    bodies = [r.body for r in LIBRARY.rules.values() if isinstance(r.body, Correlation)]
    ops = [rule.ops for rule in LIBRARY.rules.values() if rule.ops]
    baselines = [one.baseline for one in ops if one.baseline]
    assert {body.type for body in bodies} == {*CorrelationType}
    assert {rule.window for rule in LIBRARY.rules.values()} == {*Window}
    assert {one.group_nulls for one in ops} == {*Nulls}
    assert {one.season for one in baselines} == {*Season}
    assert {one.direction for one in baselines} == {*Direction}
    for name in set(Ops.model_fields) - {"owner", "route", "runbook", "tests"}:
        assert any(getattr(one, name) for one in ops), name


def test_sentences_have_no_jargon_and_no_loose_ends() -> None:
    text = EXPECTED.read_text("utf-8")
    assert not re.search(r"_|\bNone\b|  |,,|\.\.|,\.|\(\)|tumbling|sliding|null|dedupe", text)


@pytest.mark.parametrize("level", Level)
def test_a_level_has_its_article(level: Level) -> None:
    rule = replace(LIBRARY.rules["exactly-two"], level=level)
    article = "an" if level is Level.INFORMATIONAL else "a"
    assert f"raise {article} {level.value} alert" in in_words(rule, LIBRARY)


def test_a_runbook_without_a_title_is_named_after_its_file() -> None:
    words = in_words(LIBRARY.rules["sign-in-spike"], LIBRARY)
    assert "the runbook “Sign in outage”" in words
    titles = {"content/runbooks/refunds.md": "Refunds"}
    words = in_words(LIBRARY.rules["much-paid-back"], LIBRARY, titles)
    assert "the runbook “Refunds § First steps”" in words


def test_a_rule_that_is_not_there_is_named_as_written() -> None:
    rules = {name: rule for name, rule in LIBRARY.rules.items() if name != "angry-goodbye"}
    words = in_words(LIBRARY.rules["trouble-and-goodbye"], replace(LIBRARY, rules=rules))
    assert "“Sign-in tickets” and “angry-goodbye” both happen" in words


@pytest.mark.parametrize(
    ("bounds", "said_so"),
    [
        ({"gte": 20}, "20 or more tickets"),
        ({"gte": 1}, "one or more tickets"),
        ({"gt": 1200}, "more than 1,200 tickets"),
        ({"lt": 5}, "fewer than 5 tickets"),
        ({"lt": 1}, "no tickets"),
        ({"lte": 0}, "no tickets"),
        ({"eq": 0}, "no tickets"),
        ({"lte": 3}, "3 or fewer tickets"),
        ({"eq": 1}, "exactly 1 ticket"),
        ({"neq": 4}, "any number other than 4 tickets"),
        ({"lt": 9, "gte": 5}, "at least 5 and fewer than 9 tickets"),
    ],
)
def test_a_number_of_things(bounds: dict[str, float], said_so: str) -> None:
    thresholds = [Threshold(Operator(name), value) for name, value in bounds.items()]
    assert how_many(thresholds, "tickets") == said_so


@pytest.mark.parametrize(
    ("many", "single"),
    [
        ("tickets", "ticket"),
        ("replies", "reply"),
        ("product areas", "product area"),
        ("inboxes", "inbox"),
        ("days", "day"),
        ("classes", "class"),
        ("people", "person"),
        ("statuses", "status"),
    ],
)
def test_plurals_and_singulars(many: str, single: str) -> None:
    assert plural(single) == many
    assert singular(many) == single


@pytest.mark.parametrize(
    ("stream", "words"),
    [
        ("tickets", "tickets"),
        ("agent-events", "agent events"),
        ("csat", "csat records"),
        ("audit_log", "audit log records"),
        ("access", "access records"),
        ("status", "status records"),
    ],
)
def test_a_stream_has_a_noun_in_the_plural(stream: str, words: str) -> None:
    assert records(stream) == words


@pytest.mark.parametrize(
    ("span", "exact", "with_article", "roughly"),
    [
        ("15m", "15 minutes", "15 minutes", "15 minutes"),
        ("1h", "1 hour", "an hour", "1 hour"),
        ("1d", "1 day", "a day", "1 day"),
        ("90m", "1 hour 30 minutes", "1 hour 30 minutes", "1 hour 30 minutes"),
        ("0s", "0 seconds", "0 seconds", "0 seconds"),
        ("3m40s", "3 minutes 40 seconds", "3 minutes 40 seconds", "4 minutes"),
        ("1d2h13m", "1 day 2 hours 13 minutes", "1 day 2 hours 13 minutes", "1 day 2 hours"),
        ("2d1h40m", "2 days 1 hour 40 minutes", "2 days 1 hour 40 minutes", "2 days 2 hours"),
    ],
)
def test_lengths_of_time(span: str, exact: str, with_article: str, roughly: str) -> None:
    assert length(micros(span)) == exact
    assert a_length(micros(span)) == with_article
    assert rounded(micros(span)) == roughly


def test_small_pieces() -> None:
    assert listed(["a", "b", "c"], "or") == "a, b or c"
    assert listed([]) == ""
    assert [one(noun) for noun in ("alert", "user", "hour", "unit", "update", "ticket")] == [
        "an alert", "a user", "an hour", "a unit", "an update", "a ticket",
    ]  # fmt: skip
    assert [number(value) for value in (1200, 0.5, 3.0, -2)] == ["1,200", "0.5", "3", "-2"]
    assert field_in_words("product_area") == "product area"
    assert [thing(field) for field in ("customer_id", "id", "topic")] == ["customer", "id", "topic"]
