"""A stream's rows as an engine holds them: typed, with a mark on those that are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from opsrail.streams import copies
from opsrail.streams.engines.model import Engine, EngineFault
from opsrail.streams.fault import StreamFault
from opsrail.streams.fields import wanted
from opsrail.streams.formats import FileKind
from opsrail.streams.headers import single
from opsrail.streams.model import Rejects, Stream
from opsrail.streams.shapes import FAULT, FILE, LINE, Shape, cell_name
from opsrail.streams.times import Clock
from opsrail.streams.typed import WHY, Typed


@dataclass(frozen=True, slots=True)
class Read:
    """`rows` is computed and kept; `rejects` are those that are wrong, None where none is."""

    rows: ir.Table
    rejects: Rejects | None


def read_table(engine: Engine, stream: Stream) -> Read:
    """The rows of a table of the engine's own database."""
    assert stream.table is not None
    table = engine.table(stream.table)
    if missing := [name for name in wanted(stream) if name not in table.columns]:
        raise StreamFault(
            f"stream {stream.name}: table {stream.table} has no column {missing[0]!r}",
            "it has: " + ", ".join(table.columns),
        )
    cells = {cell_name(place): table[name] for place, name in enumerate(wanted(stream))}
    rows = table.select(
        **cells, **{FILE: ibis.literal(0, type="int64"), LINE: ibis.literal(0, type="int64")}
    )
    source = _Source(engine, stream)
    try:
        kept = engine.keep(source.typed(rows))
        odd = [rows] if source.odd(kept) else []
        return Read(kept, source.rejects(odd, (stream.table,)))
    except EngineFault as fault:
        raise StreamFault(
            f"stream {stream.name}: {engine.name} cannot read table {stream.table}: {fault}"
        ) from fault


def read_files(engine: Engine, stream: Stream, shapes: Sequence[Shape], root: Path) -> Read:
    """The rows of files; those of text files with something wrong by way of a copy."""
    source = _Source(engine, stream)
    names = tuple(_shown(path, root) for shape in shapes for path in shape.files)
    kept, odd = source.natively(shapes)
    if not odd:
        return Read(kept, None)
    wrong = [single(shape, number) for shape in shapes for number in shape.numbers & odd]
    texts = [shape for shape in wrong if shape.kind is not FileKind.PARQUET]
    with TemporaryDirectory(prefix="opsrail-") as folder:
        copied = source.copied(texts, Path(folder))
        numbered = [
            engine.read(shape, numbered=True).table
            for shape in wrong
            if shape.kind is FileKind.PARQUET
        ]
        rows = source.replaced(kept, {shape.first for shape in texts}, copied)
        rejects = source.rejects([*copied, *numbered], names)
    return Read(rows, rejects)


def _shown(path: Path, root: Path) -> str:
    """A path as people know it: from the root, where it lies below it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


@dataclass(frozen=True, slots=True)
class _Source:
    """One stream on one engine."""

    engine: Engine
    stream: Stream

    def _events(self, rows: ir.Table) -> Typed:
        return Typed(self.stream, rows, Clock(self.engine, self.stream.time_zone))

    def typed(self, rows: ir.Table) -> ir.Table:
        """Typed rows, each with the number of its file."""
        return self._events(rows).events([FILE])

    def odd(self, typed: ir.Table) -> frozenset[int]:
        """Numbers of the files in which rows are wrong."""
        wrong = typed.filter(typed[WHY].notnull()).select(FILE).distinct()
        return frozenset(self.engine.run(wrong).column(FILE).to_pylist())

    def natively(self, shapes: Sequence[Shape]) -> tuple[ir.Table, frozenset[int]]:
        """The rows as the engine's own reader finds them, and the files to look into."""
        try:
            return self._natively(shapes)
        except EngineFault as fault:
            texts = [shape for shape in shapes if shape.kind is not FileKind.PARQUET]
            if not texts:
                raise StreamFault(
                    f"stream {self.stream.name}: {self.engine.name} cannot read its files: {fault}"
                ) from fault
        kept, odd = self.natively([one for one in shapes if one.kind is FileKind.PARQUET])
        return kept, odd.union(*(shape.numbers for shape in texts))

    def _natively(self, shapes: Sequence[Shape]) -> tuple[ir.Table, frozenset[int]]:
        if not shapes:
            nothing = self.typed(self.engine.upload(_nothing(self.stream)))
            return self.engine.keep(nothing), frozenset()
        readings = [self.engine.read(shape) for shape in shapes]
        kept = self.engine.keep(_together([self.typed(reading.table) for reading in readings]))
        return kept, self.odd(kept).union(*(reading.broken() for reading in readings))

    def copied(self, texts: Sequence[Shape], folder: Path) -> list[ir.Table]:
        """The rows of text files, read line by line."""
        if not texts:
            return []
        width = len(wanted(self.stream))
        paths = [copies.copy(shape, folder) for shape in texts]
        read = self.engine.read(copies.shape_of(paths, width)).table
        cells = copies.names(width)
        return [self.engine.keep(read.select(**{name: read[cell] for name, cell in cells.items()}))]

    def replaced(self, kept: ir.Table, files: set[int], copied: Iterable[ir.Table]) -> ir.Table:
        """Kept rows, but those of some files from their copies."""
        if not files:
            return kept
        rows = kept.filter(kept[FILE].notin(sorted(files)))
        whole = self.engine.keep(_together([rows, *(self.typed(copy) for copy in copied)]))
        self.engine.forget(kept)
        return whole

    def rejects(self, tables: Sequence[ir.Table], names: tuple[str, ...]) -> Rejects | None:
        """The rows that are wrong, with the cells as text."""
        if not tables:
            return None
        wrong = self.engine.keep(_together([self._wrong(table) for table in tables]))
        count = int(
            self.engine.run(wrong.aggregate(count=wrong.count())).column("count")[0].as_py()
        )
        return Rejects(self.engine, wrong, count, names)

    def _wrong(self, rows: ir.Table) -> ir.Table:
        fault = rows[FAULT] if FAULT in rows.columns else ibis.null("string")
        return self._events(rows).wrong(**{FILE: rows[FILE], LINE: rows[LINE], FAULT: fault})


def _together(tables: Sequence[ir.Table]) -> ir.Table:
    """All rows; types of one meaning are made the same."""
    first, *rest = tables
    return ibis.union(first, *(table.cast(first.schema()) for table in rest)) if rest else first


def _nothing(stream: Stream) -> pa.Table:
    """No rows, in the columns of rows as read."""
    cells = [(cell_name(place), pa.string()) for place in range(len(wanted(stream)))]
    return pa.schema([*cells, (FILE, pa.int64())]).empty_table()
