from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.findings import Unreadable
from opsrail.gate.forges.payload import MOST_BYTES, Payload, parse


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no JSON"),
        (b'{"a": 1,}', "no JSON"),
        (b'{"a": 1, "a": 2}', "the key `a` stands there twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"a": -Infinity}', "-Infinity is no number"),
        (b'{"a": "\xff"}', "byte 7 is no UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "no JSON"),
        (b"[1] [2]", "no JSON"),
        (b" " * (MOST_BYTES + 1), "larger than 5,000,000 bytes"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_plain_json_is_a_finding(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as told:
        parse("event.json", data)
    assert told.value.finding.code == "forge-payload"
    assert told.value.finding.location.path == "event.json"


def test_a_slip_in_json_has_its_line_and_column() -> None:
    with pytest.raises(Unreadable) as told:
        parse("event.json", b'{\n  "a": oops\n}')
    assert (told.value.finding.location.line, told.value.finding.location.column) == (2, 8)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse("x", b"\xef\xbb\xbf[1]").value == [1]


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_a_finding(data: bytes) -> None:
    try:
        parse("x", data)
    except Unreadable as told:
        assert "\n" not in str(told.finding)  # noqa: PT017 - either outcome is fine


@pytest.mark.parametrize(
    ("value", "read", "why"),
    [
        ({"a": None}, "part", "`a` is missing"),
        ({}, "part", "`a` is missing"),
        ([], "part", "a mapping is wanted, this is a list"),
    ],
)
def test_what_is_missing_is_named(value: object, read: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        getattr(Payload(value, "x"), read)("a")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, "text"),
        (None, "text"),
        (True, "number"),
        (0, "number"),
        (-3, "number"),
        (1.5, "number"),
        ("7", "number"),
        ("abc", "commit"),
        ("A" * 40, "commit"),
        ("a" * 40 + "\n", "commit"),
        (1_700_000_000, "instant"),
        ("2026-11-02T09:00:00", "instant"),
        ("2026-13-02T09:00:00Z", "instant"),
        ("soon", "instant"),
        ("text", "mapping"),
    ],
)
def test_another_type_is_never_taken_for_the_one_that_is_wanted(value: object, read: str) -> None:
    with pytest.raises(Unreadable, match=r"review\.at: "):
        getattr(Payload(value, "x", "review.at"), read)()


def test_lists_may_come_in_pages() -> None:
    assert [one.value for one in Payload([[1], [], [2, 3]], "x").entries()] == [1, 2, 3]
    assert [one.value for one in Payload([1, 2], "x").entries()] == [1, 2]


def test_what_was_written_there_is_shown_and_does_nothing() -> None:
    data = json.dumps({"head": {"sha": "\x1b[31m\u202e" + "x" * 500}}).encode()
    with pytest.raises(Unreadable) as told:
        parse("a\nb.json", data).part("head").part("sha").commit()
    shown = str(told.value.finding)
    assert "\x1b" not in shown
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 200
