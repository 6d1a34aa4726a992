"""Examples to learn from: labelled texts in a JSONL or CSV file of the repository."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.flows.model import Misconfigured
from opsrail.tailor.catalog import Catalog

LONGEST: Final = 20_000
"""Characters of a text that are read. What a ticket is about stands at its beginning."""
TEXTS: Final = ("subject", "body")
_HINT: Final = "one JSON object a line (.jsonl), or a table with a header (.csv)"


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what people said of it: `intent`, `area`, `priority`, `sentiment`."""

    text: str
    labels: Mapping[str, str]


def text_of(subject: str, body: str) -> str:
    """A ticket as one text. What it quotes of an earlier message (`> …`) is no part of it."""
    lines = (line for line in f"{subject}\n{body}"[:LONGEST].split("\n"))
    return "\n".join(line for line in lines if not line.lstrip().startswith(">")).strip()


def read_examples(
    catalog: Catalog, path: str, columns: Mapping[str, str], labels: Sequence[str]
) -> tuple[Example, ...]:
    """The examples of a file, in its order; those without a text are left out.

    `columns` says what its columns are called, where they aren't `subject`, `body` or as the
    labels. Raises `Misconfigured` with the line that cannot be read.
    """
    text = catalog.text(path)
    if text is None:
        raise Misconfigured(
            f"{path} is not in the repository, or cannot be read", ("examples",), _HINT
        )
    found = tuple(
        example for row in _rows(path, text) if (example := _example(row, columns, labels)).text
    )
    if not found:
        raise Misconfigured(
            f"{path} has no text to learn from",
            ("columns",) if columns else ("examples",),
            "`columns: {body: text}` says which column holds the text",
        )
    return found


def _example(
    row: Mapping[str, object], columns: Mapping[str, str], labels: Sequence[str]
) -> Example:
    def cell(name: str) -> str:
        value = row.get(columns.get(name, name))
        return "" if value is None else str(value).strip()

    subject, body = (cell(name) for name in TEXTS)
    return Example(text_of(subject, body), {name: cell(name) for name in labels if cell(name)})


def _rows(path: str, text: str) -> Iterator[Mapping[str, object]]:
    if path.endswith(".jsonl"):
        return _lines(path, text)
    if path.endswith(".csv"):
        return _table(path, text)
    raise Misconfigured(f"{path} is neither a .jsonl nor a .csv file", ("examples",), _HINT)


def _lines(path: str, text: str) -> Iterator[Mapping[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise Misconfigured(f"line {number} of {path} is no JSON object", ("examples",), _HINT)
        yield row


def _table(path: str, text: str) -> Iterator[Mapping[str, object]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                message = f"line {reader.line_num} of {path} has not as many cells as the header"
                raise Misconfigured(message, ("examples",), _QUOTES)
            yield row
    except csv.Error as error:
        message = f"line {reader.reader.line_num} of {path} is no row of a table: {error}"
        raise Misconfigured(message, ("examples",), _QUOTES) from None


_QUOTES: Final = "put a cell that holds commas, quotes or line breaks between double quotes"
