"""The SQL with which DuckDB reads files: paths and names quoted, never pasted as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from opsrail.streams.formats import FileKind
from opsrail.streams.shapes import FILE, LINE, Shape

_GLOB: Final = re.compile(r"[*?\[]")


def text(value: str) -> str:
    """`value` as a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as the name of a column, a table or an option's struct field."""
    return '"' + name.replace('"', '""') + '"'


def select_of(shape: Shape, *, rejects: str, numbered: bool = False) -> str:
    """The query that reads the files. `rejects`: the name for tables of rows left out."""
    parts = [_cell(shape, name, place) for name, place in shape.cells]
    parts.append(f"(file_index + {shape.first:d})::BIGINT AS {identifier(FILE)}")
    if numbered:
        parts.append(f"file_row_number + 1 AS {identifier(LINE)}")
    paths = "[" + ", ".join(text(_literally(path)) for path in shape.files) + "]"
    options = ", ".join([paths, *_options(shape, rejects, numbered=numbered)])
    reader = {"csv": "read_csv", "jsonl": "read_json", "parquet": "read_parquet"}[shape.kind]
    return f"SELECT {', '.join(parts)} FROM {reader}({options})"  # noqa: S608 - all of it is quoted


def _cell(shape: Shape, name: str, place: int | None) -> str:
    if place is None:
        return f"NULL::VARCHAR AS {identifier(name)}"
    source = f"h{place:d}" if shape.kind is FileKind.CSV else shape.header[place]
    return f"{identifier(source)} AS {identifier(name)}"


def _options(shape: Shape, rejects: str, *, numbered: bool) -> list[str]:
    match shape.kind:
        case FileKind.CSV:
            # Columns go by place: names that differ in case only would be one to DuckDB.
            columns = ", ".join(f"'h{place:d}': 'VARCHAR'" for place in range(len(shape.header)))
            return [
                f"columns = {{{columns}}}",
                "header = true",
                "auto_detect = false",
                f"delim = {text(shape.delimiter)}",
                "quote = '\"'",
                "escape = '\"'",
                "store_rejects = true",
                "rejects_limit = 0",
                f"rejects_table = {text(rejects)}",
                f"rejects_scan = {text(rejects + '_scan')}",
            ]
        case FileKind.JSONL:
            columns = ", ".join(f"{text(name)}: 'VARCHAR'" for name in shape.header)
            # A line that is no JSON comes out as a row of NULLs, hence without its time.
            return [
                f"columns = {{{columns}}}",
                "format = 'newline_delimited'",
                "ignore_errors = true",
            ]
        case FileKind.PARQUET:
            return ["union_by_name = false", *(["file_row_number = true"] if numbered else [])]


def _literally(path: Path) -> str:
    """A path in which no sign stands for others, as DuckDB takes every path for a glob."""
    return _GLOB.sub(lambda sign: f"[{sign[0]}]", str(path))
