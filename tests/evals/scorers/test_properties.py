from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from opsrail.evals.model import Json
from opsrail.evals.scorers.registry import scorers
from opsrail.evals.texts.passages import LONGEST
from opsrail.evals.texts.plain import plain
from tests.evals.scorers.asking import score

WORDS = st.sampled_from(
    "refund within 30 days **14 days** of the charge USD 50 must never `tag` [link](a) - | \n"
    " # “quoted” don’t 1,200 straße STRASSE ``` {} [] , . null \ud800 İ".split(" ")
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30)
ANSWERS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
SETTINGS: dict[str, tuple[Any, ...]] = {
    "equals": (1, None, "refund", {"a": [1.0, "b"]}),
    "contains": ("refund", "30 days", "*", "STRASSE", 1200),
    "contains_all": (["refund", "days"], "charge", ["İ", "*"]),
    "contains_any": (["refund", "days"], "charge"),
    "states": ("within 30 days of the charge", "USD 50", ["14 days", "must never"]),
    "not_states": ("within 30 days", "USD 50"),
    "regex": ("refund|days", r"(?m)^\W*$", r"\d+"),
    "json_schema": (
        {"type": "object", "properties": {"refund": {"multipleOf": 0.1}}},
        {"type": ["string", "number"], "pattern": "^r", "multipleOf": 7},
        {"$ref": "#/$defs/list", "$defs": {"list": {"items": {"$ref": "#/$defs/list"}}}},
        {"uniqueItems": True, "not": {"type": "boolean"}},
    ),
    "number": (30, {"is": 14, "within": 2}, {"is": 1e308, "percent": 100}),
    "precision": (["refund", "charge"], [], "30, days"),
    "mrr": (["refund", "charge"], []),
    "overlap": ("within 30 days of the charge", "the"),
    "length": ({"most": 5}, {"least": 1, "in": "sentences"}, {"most": "9 characters"}),
    "reading_level": ({"most": 5},),
    "latency": ({"most": "1s"},),
    "faithful": (
        {"source": "Refund within 30 days of the charge. You must never ask for USD 50."},
    ),
}
SAME_SETTING = {"recall": "precision", "f1": "precision"}
FEWER = settings(max_examples=20)
"""Tests that are run for every scorer."""
NOT_RUN = {"judge", "python"}  # they only describe: a model is asked, a worker process runs


def _settings(name: str) -> tuple[Any, ...]:
    plain_name = name.removeprefix("not_")
    for known in (name, plain_name, plain_name.removeprefix("i"), SAME_SETTING.get(name, "")):
        if known in SETTINGS:
            return SETTINGS[known]
    raise AssertionError(f"add settings for {name}, so that it is tried on any answer")


@pytest.mark.parametrize("name", sorted(set(scorers()) - NOT_RUN))
@FEWER
@given(output=ANSWERS, data=st.data(), seconds=st.floats())
def test_any_answer_gets_a_score_between_0_and_1(
    name: str, output: Json, data: st.DataObject, seconds: float
) -> None:
    setting = data.draw(st.sampled_from(_settings(name)))
    got = score(name, setting, output, seconds)
    assert 0 <= got.value <= 1
    assert len(got.reason) <= LONGEST
    assert got.value == 1 or got.reason
    assert score(name, setting, output, seconds) == got


@pytest.mark.parametrize("name", sorted(name for name in scorers() if f"not_{name}" in scorers()))
@FEWER
@given(output=ANSWERS.filter(lambda answer: answer is not None), data=st.data())
def test_a_not_form_is_the_complement(name: str, output: Json, data: st.DataObject) -> None:
    settings = SETTINGS["not_states"] if name == "states" else _settings(name)
    setting = data.draw(st.sampled_from(settings))
    assert score(name, setting, output).value + score(f"not_{name}", setting, output).value == 1


@pytest.mark.parametrize("name", ["contains", "contains_any", "contains_all"])
@FEWER
@given(text=TEXTS, sought=TEXTS.filter(plain))
def test_the_i_forms_see_what_lower_case_letters_would_show(
    name: str, text: str, sought: str
) -> None:
    assert score(f"i{name}", sought, text).value >= score(name, sought, text).value
    if text.isascii() and sought.isascii():
        lowered = score(name, sought.lower(), text.lower())
        assert score(f"i{name}", sought, text).value == lowered.value


@given(TEXTS.filter(plain))
def test_a_text_contains_itself_and_overlaps_with_itself(text: str) -> None:
    for name in ("contains", "icontains", "contains_all", "overlap"):
        assert score(name, text, text).value == 1


@given(TEXTS.filter(plain), st.sampled_from(["**{}**", "_{}_", "`{}`", "x [{}](y) z", "\n{}\n"]))
def test_marks_around_words_do_not_hide_them(words: str, marked: str) -> None:
    if not words.isascii() or any(sign in words for sign in "*_`[]()<>\\"):
        return
    said = " ".join(words.split())
    assert score("contains", said, marked.format(said)).value == 1


def test_a_number_that_is_too_large_to_divide_is_told() -> None:
    got = score("json_schema", {"multipleOf": 0.1}, 10**400)
    assert (got.value, got.reason) == (0, "a number in the answer is too large to check")


LISTS = st.lists(st.sampled_from(["a", "b", "c d", "e"]), max_size=5)


@given(LISTS, LISTS)
def test_f1_is_the_same_both_ways_and_precision_is_recall_the_other_way(
    one: list[str], other: list[str]
) -> None:
    assert score("f1", one, other).value == score("f1", other, one).value
    assert score("precision", one, other).value == score("recall", other, one).value
    low, high = sorted(score(name, one, other).value for name in ("precision", "recall"))
    assert low <= score("f1", one, other).value <= high or low == high == 0
    assert score("f1", json.dumps(one), "\n".join(other)) == score("f1", one, other)


@given(LISTS, LISTS)
def test_the_first_right_item_decides_the_reciprocal_rank(
    right: list[str], answer: list[str]
) -> None:
    order = list(dict.fromkeys(answer))
    ranks = [1 / (order.index(item) + 1) for item in order if item in right]
    expected = max(ranks, default=1.0 if not right and not answer else 0.0)
    assert score("mrr", right, answer).value == expected


@given(TEXTS, TEXTS.filter(plain))
def test_overlap_is_the_same_both_ways(one: str, other: str) -> None:
    if plain(one):
        assert score("overlap", one, other).value == score("overlap", other, one).value


@pytest.mark.parametrize("name", sorted(scorers()))
@FEWER
@given(setting=ANSWERS)
def test_any_setting_is_taken_or_refused_in_words(name: str, setting: object) -> None:
    with contextlib.suppress(ValidationError):
        scorers()[name].setting.validate_python(setting)
