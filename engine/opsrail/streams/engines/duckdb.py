"""DuckDB, within this process: the engine that needs nothing else."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import IbisError, TableNotFound
from ibis.expr.operations import DatabaseTable

from opsrail.findings import CannotWork
from opsrail.streams.engines.duckdb_reading import identifier, select_of, text
from opsrail.streams.engines.functions import built_in
from opsrail.streams.engines.model import EngineFault, Reading, TookTooLong
from opsrail.streams.fault import StreamFault
from opsrail.streams.shapes import Shape

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend


_epoch_us: Final = built_in("epoch_us", "timestamp('UTC')", "int64")
_make_timestamptz: Final = built_in("make_timestamptz", "int64", "timestamp('UTC')")


class DuckDB:
    """An engine on an in-memory database of its own, beside which a file may lie."""

    name = "duckdb"

    def __init__(self, *, threads: int | None = None, database: Path | None = None) -> None:
        """`threads`: how many it may use; one for each core if not given.

        `database`: a database file whose tables streams may name; it is only read. Raises
        `CannotWork` where it is no such file.
        """
        self.backend: Backend = ibis.duckdb.connect()
        self.backend.raw_sql("SET TimeZone = 'UTC'")
        # What an extension would do is built in; nothing is ever fetched.
        self.backend.raw_sql("SET autoinstall_known_extensions = false")
        if threads is not None:
            self.backend.raw_sql(f"SET threads = {threads:d}")
        self._names = (f"_kept_{number}" for number in itertools.count())
        self._catalog = _attached(self.backend, database) if database else None

    def upload(self, rows: pa.Table) -> ir.Table:
        """A table of these rows, copied into the database."""
        # By DuckDB itself: Ibis imports pandas for it, which takes longer than most queries.
        name = next(self._names)
        connection = self.backend.con
        connection.register(f"{name}_rows", rows)
        try:
            made, given = identifier(name), identifier(f"{name}_rows")
            connection.execute(f"CREATE TEMP TABLE {made} AS FROM {given}")
        finally:
            connection.unregister(f"{name}_rows")
        return self.backend.table(name)

    def keep(self, expression: ir.Table) -> ir.Table:
        """The rows of `expression`, computed once."""
        try:
            return self.backend.create_table(next(self._names), obj=expression, temp=True)
        except (duckdb.Error, IbisError) as refused:
            raise EngineFault(str(refused)) from refused

    def forget(self, kept: ir.Table) -> None:
        """Drop a table that `keep` or `upload` made."""
        node = kept.op()
        assert isinstance(node, DatabaseTable)
        self.backend.raw_sql(f"DROP TABLE temp.main.{identifier(node.name)}")

    def table(self, name: str) -> ir.Table:
        """A table of the database file, as `name` or `schema.name`."""
        if self._catalog is None:
            raise StreamFault(
                f"there is no database with a table {name}",
                "name the database file as the engine: duckdb:///support.db",
            )
        schema, _, table = name.rpartition(".")
        try:
            return self.backend.table(table, database=(self._catalog, schema or "main"))
        except TableNotFound as missing:
            raise StreamFault(f"the database has no table {name}") from missing

    def read(self, shape: Shape, *, numbered: bool = False) -> Reading:
        """Files, read as text (CSV, JSON lines) or as they are typed (Parquet)."""
        name = next(self._names)
        query = select_of(shape, rejects=f"{name}_rejects", numbered=numbered)
        try:
            self.backend.raw_sql(f"CREATE TEMP VIEW {identifier(name)} AS {query}")
        except duckdb.Error as refused:
            raise EngineFault(str(refused)) from refused
        table = self.backend.table(name)

        def broken() -> frozenset[int]:
            return self._with_rejects(f"{name}_rejects", shape)

        return Reading(table, broken)

    def _with_rejects(self, rejects: str, shape: Shape) -> frozenset[int]:
        """Numbers of the files from which rows were left out."""
        there = self.backend.con.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [rejects]
        ).fetchall()
        if not there[0][0]:
            return frozenset()
        rows = self.backend.con.execute(
            f"SELECT DISTINCT file_path FROM {identifier(rejects)} "  # noqa: S608 - quoted
            f"JOIN {identifier(rejects + '_scan')} USING (scan_id, file_id)"
        ).fetchall()
        numbers = {str(path): shape.first + place for place, path in enumerate(shape.files)}
        return frozenset(numbers[path] for (path,) in rows)

    def micros(self, moment: ir.TimestampValue) -> ir.IntegerValue:
        """Microseconds since 1970-01-01T00:00Z."""
        return _epoch_us(moment.cast("timestamp('UTC')"))

    def moment(self, micros: ir.IntegerValue) -> ir.TimestampValue:
        """The moment so many microseconds after 1970-01-01T00:00Z."""
        return _make_timestamptz(micros)

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        """The rows of `expression`; stopped with `TookTooLong` after `seconds`."""
        timer = threading.Timer(seconds or 0, self.backend.con.interrupt)
        timer.daemon = True
        if seconds is not None:
            timer.start()
        try:
            # What Ibis calls for this is deprecated by DuckDB 2.
            return self.backend.con.sql(self.backend.compile(expression)).to_arrow_table()
        except duckdb.InterruptException as stopped:
            raise TookTooLong(seconds or 0) from stopped
        except (duckdb.Error, IbisError) as refused:
            raise EngineFault(str(refused)) from refused
        finally:
            timer.cancel()

    def sql(self, expression: ir.Table) -> str:
        """The SQL that DuckDB runs for `expression`."""
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def close(self) -> None:
        """Close the database and forget what is in it."""
        self.backend.disconnect()


def _attached(backend: Backend, database: Path) -> str:
    """The name under which the database file can be read."""
    hint = "duckdb:///support.db is a file in this folder, duckdb:////data/support.db one in /data"
    if not database.is_file():
        raise CannotWork(f"there is no database file {database}", hint=hint)
    try:
        backend.raw_sql(f"ATTACH {text(str(database))} AS given (READ_ONLY, TYPE duckdb)")
    except duckdb.Error as fault:
        raise CannotWork(f"{database} is no DuckDB database: {fault}", hint=hint) from fault
    return "given"
