"""Recordings come back as they were made, and a damaged one is never used."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.llm.answers import Answer, Ended
from opsrail.llm.canonical import digest_of
from opsrail.llm.recordings import (
    Damaged,
    recorded,
    recording_fault,
    recording_of,
    recording_path,
)
from opsrail.repo.snapshot import LONGEST_LINE, decode
from tests.llm.asked import SCHEMA, asked

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
COUNT = st.none() | st.integers(0, 10**9)


@given(TEXT, TEXT, st.sampled_from(Ended), COUNT, COUNT)
def test_an_answer_comes_back_as_it_was(
    question: str, text: str, ended: Ended, sent: int | None, came: int | None
) -> None:
    request, answer = asked(question, schema=SCHEMA), Answer(text, ended, sent, came)
    held = decode("x", recording_of(request, answer).encode())
    assert recorded(request, held) == answer
    assert recording_fault(recording_path(request), held) == ""


def test_its_file_is_named_by_the_request() -> None:
    assert recording_path(asked()) == f"policies/recordings/triage/{digest_of(asked())}.json"


def test_it_says_nothing_of_when_and_where() -> None:
    whole = json.loads(recording_of(asked(), Answer("Yes.\nBye.", Ended.STOP, 3, 4)))
    assert set(whole) == {"request", "reply"}
    assert whole["reply"] == {
        "text": ["Yes.\n", "Bye."],
        "ended": "stop",
        "input_tokens": 3,
        "output_tokens": 4,
    }


def test_no_line_of_it_is_longer_than_a_governed_file_may_have() -> None:
    text = recording_of(asked("\x01" * 50_000), Answer("x" * 50_000))
    assert max(len(line) for line in text.split("\n")) < LONGEST_LINE


@pytest.mark.parametrize("purpose", ["", "../up", "a/b", "Ticket", "-x"])
def test_a_purpose_that_is_no_name_makes_no_path(purpose: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        recording_path(asked(purpose=purpose))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("You sort", "You burn", "not what its name stands for"),
        ('"repeat": 0', '"repeat": 1', "not what its name stands for"),
        ('"ended": "stop"', '"ended": "later"', "is not what it has to be"),
        ('"input_tokens": 3', '"input_tokens": -3', "is not what it has to be"),
        ('"input_tokens": 3', '"input_tokens": true', "is not what it has to be"),
        ('"reply"', '"answer"', "is missing"),
        ('"Yes."', "3", "is not what it has to be"),
        ("{", "[", "it is not JSON"),
        ('"seed": null', '"seed": null, "seed": null', "twice"),
    ],
)
def test_a_damaged_one_is_refused(old: str, new: str, why: str) -> None:
    text = recording_of(asked(), Answer("Yes.", Ended.STOP, 3, 4))
    assert old in text
    broken = text.replace(old, new, 1)
    with pytest.raises(Damaged, match=why):
        recorded(asked(), broken)
    assert why in recording_fault(recording_path(asked()), broken)


@pytest.mark.parametrize("text", ["", "null", "[]", '{"request": null, "reply": null}', "[" * 9999])
def test_what_is_no_recording_at_all_is_refused(text: str) -> None:
    with pytest.raises(Damaged):
        recorded(asked(), text)


def test_another_name_makes_it_no_recording() -> None:
    text = recording_of(asked(), Answer("Yes."))
    assert "not the digest" in recording_fault("policies/recordings/triage/notes.json", text)
    other = recording_path(asked(seed=1))
    assert "not what its name stands for" in recording_fault(other, text)
