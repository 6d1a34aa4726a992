"""Inputs as they come in: one JSON value, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from opsrail.llm.model import Json
from opsrail.llm.validating import NotJson, json_of

_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stream, counted from 1: its value, or what is wrong with it."""

    number: int
    value: Json = None
    fault: str = ""


def value_of(raw: bytes) -> Json:
    """The JSON value that a text is. Raises `NotJson`: for keys given twice and NaN, too."""
    try:
        return json_of(raw.removeprefix(_MARK).decode())
    except UnicodeDecodeError:
        raise NotJson("it is not written in UTF-8") from None


def lines_of(stream: BinaryIO, most_bytes: int) -> Iterator[Line]:
    """The values of a JSON lines stream, one at a time; empty lines are none.

    A line that is too long is passed over without ever being held whole.
    """
    number = 0
    while raw := stream.readline(most_bytes + 1):
        number += 1
        if len(raw) > most_bytes and not raw.endswith(b"\n"):
            _pass_over(stream, most_bytes)
            yield Line(number, fault=f"is longer than {most_bytes:,} bytes, the most that is read")
        elif raw.strip():
            yield _line(number, raw)


def _line(number: int, raw: bytes) -> Line:
    try:
        return Line(number, value_of(raw))
    except NotJson as error:
        return Line(number, fault=f"is no JSON: {error}")


def _pass_over(stream: BinaryIO, most_bytes: int) -> None:
    """Read to the end of the line that is under way."""
    while (raw := stream.readline(most_bytes)) and not raw.endswith(b"\n"):
        continue
