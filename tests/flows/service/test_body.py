"""Bodies: one strict JSON value, or in plain words why not."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.flows.service.body import parsed
from opsrail.flows.service.problems import Refused

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_what_json_writes_is_read_as_it_was(value: object, ascii_only: bool) -> None:
    assert parsed(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=40))
def test_whatever_comes_is_a_value_or_refused(body: bytes) -> None:
    with suppress(Refused):
        assert json.dumps(parsed(body))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"{",
        b"{} {}",
        b"{'a': 1}",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b"1e999",
        b"9" * 5000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\udc00"',
        b'{"\\ud800": 1}',
        b"[" * 40 + b"]" * 40,
        b'{"a":' * 100_000,
        b"[" * 100_000,
        b"```json\n{}\n```",
        '{"text": "x"}'.encode("utf-16"),
    ],
)
def test_what_two_readers_could_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parsed(body)
    assert refused.value.problem.name == "malformed"
    assert refused.value.problem.detail.startswith("the body cannot be read: ")
