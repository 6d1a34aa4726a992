"""Rows that could not be taken in: where each stands, and why, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from opsrail.streams.fields import KINDS, Check, checks, personal_sources, wanted
from opsrail.streams.files import REJECTS
from opsrail.streams.formats import ColumnType
from opsrail.streams.model import Events, Rejected, Rejects, Stream
from opsrail.streams.shapes import FAULT, FILE, LINE, cell_name
from opsrail.streams.typed import BROKEN, WHY

MASK: Final = "…"
"""What stands in the place of a personal value."""

_LONGEST: Final = 200
"""Characters of one cell that are shown."""

_HELP: Final = {
    ColumnType.TIMESTAMP: "write it as 2026-01-05 09:00:00, or with a zone: 2026-01-05T09:00:00Z",
    ColumnType.INTEGER: "write digits only: 1250",
    ColumnType.NUMBER: "write it with a point and no other signs: 1250.50",
    ColumnType.BOOLEAN: "write true or false",
    ColumnType.STRING: "write a text",
}


def rejected(stream: Stream, rejects: Rejects, most: int | None = None) -> Iterator[Rejected]:
    """Rejected rows, in the order of files and lines; personal values are masked.

    `most`: so many of them, all if not given.
    """
    told = _Telling(stream, rejects.names)
    rows = rejects.engine.run(rejects.table.order_by(FILE, LINE).limit(most))
    for batch in rows.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            yield told.row(row)


def rejects_path(folder: Path, stream: Stream) -> Path:
    """Where the rejected rows of a stream are written."""
    return folder / f"{stream.name}{REJECTS}"


def write_rejects(folder: Path, events: Events) -> Path | None:
    """Write all rejected rows of a stream, a JSON object a line, for its owner's eyes only.

    None where there are none; a file of an earlier time is then removed. Otherwise the file is
    replaced as a whole. It can be written as long as the engine is open.
    """
    path = rejects_path(folder, events.stream)
    if events.rejects is None:
        path.unlink(missing_ok=True)
        return None
    folder.mkdir(parents=True, exist_ok=True)
    # A temporary file is the owner's alone (mode 0600) from the moment it exists.
    with NamedTemporaryFile(
        "w", dir=folder, prefix=f".{path.name}.", encoding="utf-8", delete=False
    ) as beside:
        try:
            for row in rejected(events.stream, events.rejects):
                beside.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        except BaseException:
            Path(beside.name).unlink()
            raise
    Path(beside.name).replace(path)
    return path


class _Telling:
    """Puts rejected rows of one stream in words."""

    def __init__(self, stream: Stream, names: tuple[str, ...]) -> None:
        self._checks = checks(stream)
        self._sources = wanted(stream)
        self._personal = personal_sources(stream)
        self._names = names

    def row(self, row: Mapping[str, str | int | None]) -> Rejected:
        """A row of `Rejects.table` in words."""
        cells = {source: row[cell_name(place)] for place, source in enumerate(self._sources)}
        why = row[WHY]
        assert isinstance(why, int)
        broken = why == BROKEN
        file, line = row[FILE], row[LINE]
        assert isinstance(file, int)
        assert isinstance(line, int)
        reason = f"the row {row[FAULT]}" if broken else self._reason(self._checks[why], cells)
        # Of a row that cannot be taken apart nobody knows which part of it is personal.
        shown = "" if broken else json.dumps(self._shown(cells), ensure_ascii=False)
        return Rejected(self._names[file], line, reason, shown)

    def _reason(self, check: Check, cells: Mapping[str, str | int | None]) -> str:
        value = cells[check.source]
        if value is None or not str(value).strip():
            return f"{check.source} is missing, and without it the row has no time"
        what = "its value" if check.source in self._personal else repr(_short(str(value)))
        return f"{check.source}: {what} is no {KINDS[check.kind]}; {_HELP[check.kind]}"

    def _shown(self, cells: Mapping[str, str | int | None]) -> dict[str, str | None]:
        return {
            source: None
            if value is None
            else MASK
            if source in self._personal
            else _short(str(value))
            for source, value in cells.items()
        }


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
