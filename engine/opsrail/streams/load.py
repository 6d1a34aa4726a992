"""Reading a stream: from files, or from a table, to events of one form.

The engine's own reader does the work. Files in which it meets something wrong are read once more,
line by line, so that every row left out is known by its line and costs no other row.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir

from opsrail.streams.engines.model import Engine
from opsrail.streams.fault import StreamFault
from opsrail.streams.files import files_of
from opsrail.streams.headers import shapes_of
from opsrail.streams.model import EVENT, TIME, Events, Stream
from opsrail.streams.reading import Read, read_files, read_table
from opsrail.streams.rejects import rejected
from opsrail.streams.typed import ARRIVED, TIE, WHY

LISTED: Final = 100
"""So many rejected rows are listed in `Events`; all of them are counted and can be written."""

_RANK: Final = "_rank"


def load(engine: Engine, stream: Stream, root: Path) -> Events:
    """The events of a stream. `root` is the folder from which its path counts.

    The order of files and rows makes no difference. Raises `StreamFault` where there is nothing
    to read, or a file is none of its kind or lacks a column as a whole.
    """
    _refuse_names(stream)
    if stream.table is not None:
        files: tuple[Path, ...] = ()
        read = read_table(engine, stream)
    else:
        found = files_of(stream, root)
        files = tuple(found)
        read = read_files(engine, stream, shapes_of(stream, found), root)
    return replace(_chosen(engine, stream, read), files=files)


def _refuse_names(stream: Stream) -> None:
    """Refuse names that an engine could not tell apart."""
    seen: dict[str, str] = {}
    for name in stream.columns:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise StreamFault(
                f"stream {stream.name}: columns {other!r} and {name!r} differ in case only",
                "name one of them otherwise and say `from:` what its files call it",
            )
        if name.startswith("_") and name[1:] in _OURS:
            raise StreamFault(
                f"stream {stream.name}: the column name {name!r} is taken",
                "name it otherwise and say `from:` what its files call it",
            )


_OURS: Final = frozenset("t id why arrived tie rank file line fault scope".split())


def _chosen(engine: Engine, stream: Stream, read: Read) -> Events:
    """The rows that count, and how many do not."""
    good = read.rows.filter(read.rows[WHY].isnull())
    late = _is_late(stream, good)
    counts = engine.run(good.aggregate(good=good.count(), late=good.count(where=late))).to_pylist()[
        0
    ]
    if counts["late"]:
        good = good.filter(~late)
    repeats = _repeats(engine, stream, good)
    if repeats:
        good = _first_of_each(stream, good)
    table = good.select(TIME, EVENT, *stream.columns)
    if repeats or counts["late"] or read.rejects is not None:
        table = engine.keep(table)
        engine.forget(read.rows)
    ends = engine.run(table.aggregate(newest=table[TIME].max(), oldest=table[TIME].min()))
    return Events(
        stream=stream,
        table=table,
        rows=counts["good"] - counts["late"] - repeats,
        **ends.to_pylist()[0],
        rejected=tuple(rejected(stream, read.rejects, LISTED)) if read.rejects else (),
        rejected_count=read.rejects.count if read.rejects else 0,
        rejects=read.rejects,
        duplicates=repeats,
        too_late=counts["late"],
    )


def _is_late(stream: Stream, rows: ir.Table) -> ir.BooleanValue:
    if stream.ingested_at is None:
        return rows[TIME].isnull()  # never
    return rows[ARRIVED] - rows[TIME] > stream.grace


def _repeats(engine: Engine, stream: Stream, rows: ir.Table) -> int:
    """How many rows equal an earlier one in the `dedupe` columns."""
    if not stream.dedupe:
        return 0
    told = rows.filter([rows[name].notnull() for name in stream.dedupe])
    several = told.group_by(*stream.dedupe).aggregate(**{_RANK: told.count()})
    more = several.aggregate(repeats=(several[_RANK] - 1).sum().coalesce(0).cast("int64"))
    return int(engine.run(more).column("repeats")[0].as_py())


def _first_of_each(stream: Stream, rows: ir.Table) -> ir.Table:
    """Rows that equal no earlier one; a row in which such a column is missing equals none."""
    arrived = [ARRIVED] if stream.ingested_at is not None else []
    order = ibis.window(
        group_by=[rows[name] for name in stream.dedupe],
        order_by=[rows[name] for name in (*arrived, TIME, EVENT, TIE)],
    )
    ranked = rows.mutate(**{_RANK: ibis.row_number().over(order)})
    whole = ibis.and_(*(ranked[name].notnull() for name in stream.dedupe))
    return ranked.filter((ranked[_RANK] == 0) | ~whole)
