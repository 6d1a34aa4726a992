"""Inputs: one value a line, however long the stream and whatever stands in it."""

from __future__ import annotations

import io
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.flows.inputs import Line, lines_of, value_of
from opsrail.llm.validating import NotJson


class Endless(io.RawIOBase):
    """A stream without end."""

    served = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # the protocol's own type is wider
        part = (b'{"a": 1}\n' * (len(view) // 9 + 1))[: len(view)]
        view[: len(part)] = part
        self.served += len(part)
        return len(part)


def lines(raw: bytes, most: int = 20) -> list[Line]:
    return list(lines_of(io.BytesIO(raw), most))


def test_a_stream_is_read_as_it_is_asked_for() -> None:
    stream = Endless()
    found = list(islice(lines_of(io.BufferedReader(stream), 100), 5))
    assert [one.number for one in found] == [1, 2, 3, 4, 5]
    assert stream.served < 100_000


def test_a_line_that_is_too_long_is_passed_over_in_pieces() -> None:
    found = lines(b"1\n" + b"9" * 1000 + b"\n2\n")
    assert [(one.number, one.value) for one in found] == [(1, 1), (2, None), (3, 2)]
    assert "longer than 20 bytes" in found[1].fault


def test_a_line_of_exactly_the_most_is_read() -> None:
    assert lines(b"1" * 20 + b"\n") == [Line(1, 11111111111111111111)]
    assert lines(b"1" * 21)[0].fault
    assert lines(b"1" * 21 + b"\n2\n")[1] == Line(2, 2)


def test_every_kind_of_broken_line_is_told_by_its_number() -> None:
    raw = b'\xef\xbb\xbf{"a": 1}\n\xff\n{"a": 1, "a": 2}\nNaN\n[[\n\n"end"'
    found = lines(raw)
    assert [one.number for one in found if one.fault] == [2, 3, 4, 5]
    assert found[0].value == {"a": 1}
    assert found[-1] == Line(7, "end")


def test_depth_without_end_is_told_and_no_crash() -> None:
    with pytest.raises(NotJson):
        value_of(b"[" * 100_000)


@given(st.lists(st.binary(max_size=30).filter(lambda raw: b"\n" not in raw)))
def test_no_line_hides_another(parts: list[bytes]) -> None:
    raw = b"".join(part + b'\n{"n": 1}\n' for part in parts)
    good = {one.number for one in lines(raw) if one.value == {"n": 1}}
    assert good >= {2 * n for n in range(1, len(parts) + 1)}
