"""How Spark reads files. Names and paths go to it as values, never as parts of a query.

Spark's readers are more lenient than a person would be. A row that looks as if it had been
misread comes out as NULLs, hence without its time; such a file is then read line by line, and
that decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Final
from urllib.parse import unquote

from pyspark.sql import Column, DataFrame, SparkSession, functions
from pyspark.sql.types import StringType, StructField, StructType

from opsrail.streams.engines.model import EngineFault
from opsrail.streams.formats import FileKind
from opsrail.streams.shapes import FILE, LINE, Shape

_GLOB: Final = re.compile(r"[*?\[\]{}\\]")
_BROKEN: Final = "_broken"
_NO_TEXT: Final = "\ufffd"
"""What Spark makes of bytes that are no UTF-8."""


def frame_of(session: SparkSession, shape: Shape, *, numbered: bool = False) -> DataFrame:
    """The wanted cells of files, with `FILE`, and `LINE` if asked for (Parquet)."""
    for path in shape.files:
        if path.name.startswith(("_", ".")):
            raise EngineFault(f"Spark takes {path} for a hidden file and passes over it")
    frame, doubtful = _READERS[shape.kind](session, shape)
    cells = [_cell(shape, place, doubtful).alias(name) for name, place in shape.cells]
    cells.append(_file(frame, shape).alias(FILE))
    if numbered:
        cells.append((functions.col("_metadata.row_index") + 1).alias(LINE))
    return frame.select(*cells)


def _csv(session: SparkSession, shape: Shape) -> tuple[DataFrame, Column]:
    # Columns go by place: a header may hold a name twice.
    names = [f"h{place}" for place in range(len(shape.header))]
    frame = session.read.schema(_texts([*names, _BROKEN])).csv(
        _literally(shape),
        sep=shape.delimiter,
        header=True,
        quote='"',
        escape='"',
        multiLine=True,
        nullValue="",
        emptyValue="",
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=_BROKEN,
    )
    cells = [functions.col(name) for name in names]
    signs = [cell.startswith('"') | cell.contains(_NO_TEXT) for cell in cells]
    return frame, _any([functions.col(_BROKEN).isNotNull(), *signs])


def _json(session: SparkSession, shape: Shape) -> tuple[DataFrame, Column]:
    lines = session.read.text(_literally(shape))
    line = functions.col("value")
    schema = _texts([*shape.header, _BROKEN])
    options = {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": _BROKEN}
    frame = lines.filter(functions.trim(line) != "").withColumn(
        "row", functions.from_json(line, schema, options)
    )
    broken = functions.col(f"row.{_BROKEN}").isNotNull()
    # Spark reads the first object of a line and passes over what follows it.
    more = ~functions.rtrim(line).endswith("}") | line.rlike(r"\}\s*\{")
    return frame, _any([broken, more, line.contains(_NO_TEXT)])


def _parquet(session: SparkSession, shape: Shape) -> tuple[DataFrame, Column]:
    return session.read.parquet(*_literally(shape)), functions.lit(False)  # noqa: FBT003 - a literal of the query


_READERS: Final = {FileKind.CSV: _csv, FileKind.JSONL: _json, FileKind.PARQUET: _parquet}


def _cell(shape: Shape, place: int | None, doubtful: Column) -> Column:
    """A wanted cell; NULL where the row is in doubt."""
    if place is None:
        return functions.lit(None).cast("string")
    match shape.kind:
        case FileKind.CSV:
            return functions.when(~doubtful, functions.col(f"h{place}"))
        case FileKind.JSONL:
            name = _quoted(shape.header[place])
            return functions.when(~doubtful, functions.col(f"row.{name}"))
        case FileKind.PARQUET:
            return functions.col(_quoted(shape.header[place]))


def _file(frame: DataFrame, shape: Shape) -> Column:
    """The number of the file that a row comes from."""
    numbers = {str(path): shape.first + place for place, path in enumerate(shape.files)}
    pairs: list[Column] = []
    for uri in frame.inputFiles():
        plain = "/" + uri.removeprefix("file:").lstrip("/")
        pairs += [functions.lit(f"file:{plain}"), functions.lit(numbers[unquote(plain)])]
    known = functions.create_map(*pairs)
    return functions.element_at(known, functions.col("_metadata.file_path")).cast("bigint")


def _texts(names: Iterable[str]) -> StructType:
    return StructType([StructField(name, StringType()) for name in names])


def _any(conditions: Iterable[Column]) -> Column:
    """Whether any condition holds; one that is NULL does not."""
    false = functions.lit(False)  # noqa: FBT003 - a literal of the query
    return reduce(or_, (functions.coalesce(one, false) for one in conditions))


def _literally(shape: Shape) -> list[str]:
    """Paths in which no sign stands for others, as Spark takes every path for a glob."""
    return [_GLOB.sub(lambda sign: f"\\{sign[0]}", str(path)) for path in shape.files]


def _quoted(name: str) -> str:
    """A column's name as a whole: its dots and blanks are part of it."""
    return "`" + name.replace("`", "``") + "`"
