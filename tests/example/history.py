"""The whole history: one table a stream, and how it is written, one file a month."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tests.example import floor, money, ratings, tickets
from tests.example.matters import customers


def history() -> Mapping[str, pa.Table]:
    """Stream → its records in order of time: the same ones each time."""
    stream, solved = tickets.stream(customers())
    return {
        "tickets": stream,
        "csat": ratings.csat(solved),
        "qa": ratings.qa(solved),
        "deploys": floor.deploys(),
        "queues": floor.queues(),
        "desks": floor.desks(),
        "payments": money.payments(),
        "disputes": money.disputes(stream),
    }


def by_month(table: pa.Table) -> Mapping[str, pa.Table]:
    """Month (`2026-07`) → the records that occurred in it."""
    months = pc.strftime(table["occurred_at"], format="%Y-%m")
    return {
        str(month): table.filter(pc.equal(months, month)) for month in pc.unique(months).to_pylist()
    }


def write(folder: Path) -> list[Path]:
    """Write each stream's months as `STREAM-MONTH.parquet`, small rather than quick to read."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in history().items():
        for month, part in by_month(table).items():
            path = folder / f"{name}-{month}.parquet"
            _write(part, path)
            written.append(path)
    return written


def _write(table: pa.Table, path: Path) -> None:
    texts = [one.name for one in table.schema if pa.types.is_string(one.type)]
    steady = {
        one.name: "DELTA_BINARY_PACKED"
        for one in table.schema
        if pa.types.is_timestamp(one.type) or one.name in {"event_id", "ticket_id", "review_id"}
    }
    rest = [
        one.name
        for one in table.schema
        if one.name not in steady and one.name not in texts and not pa.types.is_boolean(one.type)
    ]
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=[*texts, *rest],
        column_encoding=steady,
        row_group_size=1 << 20,
        write_statistics=False,
    )
