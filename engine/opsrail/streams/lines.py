"""Files of text read line by line: slower than an engine does it, but each row knows its line.

Only files in which something is wrong are read this way. What one broken row does stays within
that row: a quote that nobody closed does not swallow the rows after it.
"""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

_MOST_LINES: Final = 200
"""Lines over which one quoted cell may run."""

_MARK: Final = b"\xef\xbb\xbf"
_NO_TEXT: Final = "is not written in UTF-8"
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Record:
    """A row: the line on which it starts, and its cells or what is wrong with it."""

    line: int
    cells: tuple[str | None, ...] = ()
    fault: str = ""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where its name ends in .gz."""
    if path.suffix.lower() == ".gz":
        with gzip.open(path, "rb") as packed:
            yield cast("BinaryIO", packed)
    else:
        with path.open("rb") as plain:
            yield plain


def csv_records(path: Path, delimiter: str = ",") -> Iterator[Record]:
    """The rows of a CSV file, the header among them; empty lines are none."""
    with opened(path) as file:
        lines = _Lines(file)
        while (line := lines.take()) is not None:
            if line.fault:
                yield line
            elif _said(line).strip("\r\n"):
                yield _row(line, lines, delimiter)


def json_records(path: Path, wanted: tuple[str, ...]) -> Iterator[Record]:
    """The lines of a JSON lines file, each with the values of the wanted keys as text."""
    with opened(path) as file:
        lines = _Lines(file)
        while (line := lines.take()) is not None:
            if line.fault:
                yield line
            elif _said(line).strip():
                yield _object(line, wanted)


class _Lines:
    """The lines of a file, of which some can be put back."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = _decoded(file)
        self._back: deque[Record] = deque()

    def take(self) -> Record | None:
        """The next line as a record of one cell; None at the end."""
        return self._back.popleft() if self._back else next(self._lines, None)

    def put_back(self, lines: list[Record]) -> None:
        """Let lines come again."""
        self._back.extendleft(reversed(lines))


def _decoded(file: BinaryIO) -> Iterator[Record]:
    number = 0
    try:
        for number, raw in enumerate(file, start=1):
            try:
                text = raw.removeprefix(_MARK).decode() if number == 1 else raw.decode()
            except UnicodeDecodeError:
                yield Record(number, fault=_NO_TEXT)
            else:
                yield Record(number, (text,))
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        yield Record(number + 1, fault=f"cannot be unpacked from here on: {fault}")


def _said(line: Record) -> str:
    return line.cells[0] or ""


def _row(line: Record, lines: _Lines, delimiter: str) -> Record:
    """The row that starts with a line; it takes more lines while a quote is open."""
    text = _said(line)
    if '"' not in text:
        return _of_cells(line.line, text.rstrip("\r\n").split(delimiter))
    taken: list[Record] = []
    while True:
        try:
            cells = next(csv.reader([text], delimiter=delimiter, strict=True))
        except csv.Error as fault:
            more = lines.take() if "unexpected end" in str(fault) else None
            if more is None or more.fault or len(taken) == _MOST_LINES:
                lines.put_back([*taken, more] if more else taken)
                return Record(line.line, fault=_of_quotes(fault, several=bool(taken)))
            taken.append(more)
            text += _said(more)
        else:
            return _of_cells(line.line, cells)


def _of_quotes(fault: csv.Error, *, several: bool) -> str:
    if several or "unexpected end" in str(fault):
        return "opens a quote that is not closed as it should be"
    return "has a quote in the middle of a cell; inside quotes, write it twice"


def _of_cells(line: int, cells: list[str]) -> Record:
    return Record(line, tuple(cell or None for cell in cells))


def _object(line: Record, wanted: tuple[str, ...]) -> Record:
    try:
        value = json.loads(_said(line))
    except json.JSONDecodeError as fault:
        return Record(line.line, fault=f"is no JSON: {fault.msg} at column {fault.colno}")
    except (ValueError, RecursionError):
        return Record(
            line.line, fault="is no JSON that can be read: too deep, or too long a number"
        )
    if not isinstance(value, dict):
        return Record(line.line, fault="is no JSON object with keys and values: {…}")
    cells = tuple(_text(value.get(name)) for name in wanted)
    if any(cell is not None and not _is_text(cell) for cell in cells):
        return Record(line.line, fault="has half a sign in a text (a lone surrogate)")
    return Record(line.line, cells)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_text(cell: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" for sign in cell)
