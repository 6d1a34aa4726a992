"""Cases as they stand in a file: in the suite itself, a line of JSONL, or a row of a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from opsrail.evals.formats import CaseEntry, CaseFile
from opsrail.evals.reading.asserted import CODE
from opsrail.findings import Finding, Location, Unreadable
from opsrail.repo.yaml import YamlText
from opsrail.repo.yaml_scalars import Scalar

KEYS: Final = frozenset(CaseEntry.model_fields)
_TRUE: Final = frozenset({"true", "yes", "1", "x"})
_FALSE: Final = frozenset({"false", "no", "0", ""})


@dataclass(frozen=True, slots=True)
class Row:
    """A case as written. `yaml` and `route` find the place of any part of it."""

    value: Mapping[Scalar, Any]
    yaml: YamlText
    route: tuple[str | int, ...] = ()


def rows_of_file(file: CaseFile, text: str) -> Iterator[Row | Finding]:
    """The cases of a JSONL or CSV file, or what is wrong with its lines."""
    if file.file.endswith(".jsonl"):
        yield from _lines(file.file, text)
    else:
        yield from _table(file, text)


def _lines(path: str, text: str) -> Iterator[Row | Finding]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            place = Location(path, number, error.colno)
            yield Finding(place, CODE, f"this line is no JSON: {error.msg}", hint=_ONE_A_LINE)
            continue
        if isinstance(value, dict):
            yield Row(value, YamlText(path, line, value, line_offset=number - 1))
        else:
            message = "a case is an object with keys: {“id”: …, “ask”: …}"
            yield Finding(Location(path, number), CODE, message, hint=_ONE_A_LINE)


_ONE_A_LINE: Final = "write one JSON object a line, without commas between the lines"


def _table(file: CaseFile, text: str) -> Iterator[Row | Finding]:
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = next(reader, [])
        yield from _misnamed(file, header)
        names = _names(file, header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                message = (
                    f"this row has {len(cells)} cells, and the table has {len(header)} columns"
                )
                yield Finding(Location(file.file, line), CODE, message, hint=_QUOTES)
                continue
            yield _row(file.file, line, names, cells)
    except csv.Error as error:
        message = f"this is no table: {error}"
        yield Finding(Location(file.file, reader.line_num), CODE, message, hint=_QUOTES)


_QUOTES: Final = "put a cell that holds commas, quotes or line breaks between double quotes"


def _names(file: CaseFile, header: list[str]) -> Sequence[tuple[int, str]]:
    """The columns by their place, each with a key of a case that it fills; it may fill several."""
    meant: dict[str, list[str]] = {}
    for key, column in file.columns.items():
        meant.setdefault(column, []).append(key)
    named = ((at, key) for at, name in enumerate(header) for key in meant.get(name, [name]))
    return [(at, key) for at, key in named if key.partition(".")[0] in KEYS]


def _misnamed(file: CaseFile, header: list[str]) -> Iterator[Finding]:
    place = Location(file.file)
    for key, column in file.columns.items():
        if column not in header:
            message = f"the suite takes `{key}` from a column {column}, which is not in this table"
            yield Finding(place, CODE, message, hint=f"its columns are {', '.join(header)}")
        if key.partition(".")[0] not in KEYS:
            message = f"a case has no key `{key}`"
            yield Finding(place, CODE, message, hint=f"its keys are {', '.join(sorted(KEYS))}")
    if not file.columns:
        for column in header:
            if column.partition(".")[0] not in KEYS:
                message = f"a case has no key `{column}`"
                hint = f"say in the suite which columns to take: `columns: {{ask: {column}}}`"
                yield Finding(place, CODE, message, hint=hint)


def _row(path: str, line: int, names: Sequence[tuple[int, str]], cells: list[str]) -> Row | Finding:
    value: dict[Scalar, Any] = {}
    for at, name in names:
        key, _, inner = name.partition(".")
        if inner:
            value.setdefault(key, {})[inner] = cells[at]
        elif key == "tags":
            value[key] = cells[at].replace(",", " ").split()
        elif key == "must_pass":
            if cells[at].strip().lower() not in _TRUE | _FALSE:
                message = f"`must_pass` is yes or no, not “{cells[at]}”"
                return Finding(Location(path, line), CODE, message)
            value[key] = cells[at].strip().lower() in _TRUE
        elif key == "expect":
            try:
                value[key] = YamlText.parse(path, cells[at]).value or []
            except Unreadable as error:
                message = f"`expect` cannot be read: {error.finding.message}"
                return Finding(Location(path, line), CODE, message)
        else:
            value[key] = cells[at]
    # A table has no places within a row: every finding is about its line.
    return Row(value, YamlText(path, "", value, line_offset=line - 1))
