"""Counting the records of one recorded stream that some volumes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opsrail.governance.formats import Volume
from opsrail.streams.fault import StreamFault
from opsrail.streams.model import TIME, Stream
from opsrail.streams.spans import SECOND, micros

if TYPE_CHECKING:
    from opsrail.streams.model import Events

LOOKED_BACK: Final = micros("28d")
"""Four whole weeks, so that no weekday counts more often than another."""

_HOUR: Final = 3_600 * SECOND


class Uncounted(Exception):
    """Nothing can be counted; the message says why."""


def counted(stream: Stream, volumes: Sequence[Volume], root: Path) -> Mapping[str, Any]:
    """How many records of the last 28 recorded days fit any of the volumes: `records`, over how
    many `hours` and `days`, and the day of the `newest`. Where nothing can be counted, only `why`.

    Counted is back from the newest record and not from today: a recording that ended a month ago
    says what an hour usually brings as well as a fresh one.
    """
    fields = sorted({name for one in volumes for name in (one.field, *one.events)})
    if unknown := [name for name in fields if name not in stream.columns]:
        return {"why": f"the stream {stream.name} has no column {unknown[0]}"}
    # Importing these takes longer than most checks.
    from opsrail.streams.engines.duckdb import DuckDB
    from opsrail.streams.load import load

    with closing(DuckDB()) as engine:
        try:
            events = load(engine, stream, root)
        except StreamFault as fault:
            return {"why": f"{fault}"}
        if events.newest is None or events.oldest is None:
            return {"why": f"no record of {stream.name} can be read"}
        start = max(events.newest - LOOKED_BACK, events.oldest - 1)
        rows = engine.run(_grouped(events, fields, start)).to_pylist()
    records = sum(row["_count"] for row in rows if any(_fits(one, row) for one in volumes))
    length = max(events.newest - start, _HOUR)
    return {
        "records": records,
        "hours": length / _HOUR,
        "days": round(length / (24 * _HOUR), 1),
        "newest": str(datetime.fromtimestamp(events.newest / SECOND, UTC).date()),
    }


def _grouped(events: Events, fields: Sequence[str], start: int) -> Any:  # noqa: ANN401 - untyped
    """How many records since `start` have each combination of these fields."""
    recent = events.table.filter(events.table[TIME] > start)
    return recent.group_by(*fields).aggregate(_count=recent.count())


def _fits(volume: Volume, row: Mapping[str, object]) -> bool:
    if any(_text(row[name]) != value for name, value in volume.events.items()):
        return False
    said = _text(row[volume.field])
    return any(fnmatchcase(said, value) for value in volume.values)


def _text(value: object) -> str:
    return "" if value is None else str(value)
