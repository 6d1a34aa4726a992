"""Answers are held against what was asked for, strictly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.llm.answers import Answer, Ended
from opsrail.llm.model import FaultKind
from opsrail.llm.validating import NotJson, json_of, judged, misfits, shown
from tests.llm.asked import GOOD, SCHEMA, asked, fault, reply


def test_a_good_answer_has_its_text_and_its_value() -> None:
    found = reply(judged(asked(schema=SCHEMA), Answer(GOOD)))
    assert (found.text, found.value) == (GOOD, {"intent": "refund", "score": 3})


def test_without_a_schema_text_is_text() -> None:
    found = reply(judged(asked(), Answer(GOOD)))
    assert (found.text, found.value) == (GOOD, None)


@pytest.mark.parametrize(
    "text",
    [f"```json\n{GOOD}\n```", f"```\n{GOOD}\n```", f"\n {GOOD}\n", f"```json \n{GOOD}\n ```"],
)
def test_a_fence_around_all_of_it_is_taken_off(text: str) -> None:
    assert json_of(text) == json.loads(GOOD)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"Here you are: {GOOD}", "expecting value"),
        (f"{GOOD} Anything else?", "extra data"),
        (f"{GOOD}\n```", "extra data"),
        ('{"intent": "refund"', "delimiter"),
        ("{'intent': 'refund'}", "expecting property name"),
        ('{"a": 1, "a": 2}', "the key `a` stands in it twice"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": -Infinity}', "-Infinity is no number"),
        ('{"a": 1e999}', "too large"),
        ('{"a": ' + "9" * 5000 + "}", "too long"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_anything_else_is_not_json(text: str, why: str) -> None:
    with pytest.raises(NotJson, match=why):
        json_of(text)
    assert why in fault(judged(asked(schema=SCHEMA), Answer(text)), FaultKind.NOT_JSON).message


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    )
)  # fmt: skip
def test_all_json_is_read_as_the_standard_library_does(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert json_of(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"intent": "theft", "score": 3}', "at `intent`, expected `refund` or `other`"),
        ('{"intent": "other"}', "the key `score` is missing"),
        ('{"intent": "other", "score": 3, "note": ""}', "the key `note` is not known here"),
        ('{"intent": "other", "score": "3"}', "at `score`, expected a whole number, got text"),
        ("[]", "expected a mapping"),
        ("null", "expected a mapping"),
    ],
)
def test_what_does_not_fit_is_said_in_plain_words(text: str, why: str) -> None:
    assert why in fault(judged(asked(schema=SCHEMA), Answer(text)), FaultKind.SCHEMA).message


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (Answer("No,\nI won't.", Ended.REFUSAL), FaultKind.REFUSAL, "No, I won't."),
        (Answer("", Ended.REFUSAL), FaultKind.REFUSAL, "will not answer"),
        (Answer(GOOD, Ended.LENGTH), FaultKind.LENGTH, "200 tokens"),
        (Answer(" \n"), FaultKind.EMPTY, "nothing"),
    ],
)
def test_an_answer_that_is_none_is_a_fault(answer: Answer, kind: FaultKind, why: str) -> None:
    assert why in fault(judged(asked(schema=SCHEMA), answer), kind).message


def test_no_reference_is_followed_out_of_a_schema() -> None:
    schema = {"$ref": "https://schemas.example/answer.json"}
    assert misfits({}, schema) == (
        "the schema refers to `https://schemas.example/answer.json`, which is not in it",
    )


def test_a_schema_that_is_none_is_what_is_wrong() -> None:
    assert "not valid" in misfits({}, {"type": "text"})[0]


def test_somebody_elses_words_stay_in_one_line() -> None:
    assert shown("one\n\x1b[31mtwo\u202e  three", 12) == "one [31mtwo…"
