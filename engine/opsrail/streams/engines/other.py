"""Any other database that Ibis speaks to, by its URL. Streams name its tables."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import IbisError, TableNotFound

from opsrail.findings import CannotWork
from opsrail.streams.engines.model import EngineFault, Reading
from opsrail.streams.fault import StreamFault
from opsrail.streams.shapes import Shape
from opsrail.streams.spans import SECOND

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


_DRIVERS: Final = (
    "duckdb",
    "sqlite3",
    "psycopg",
    "MySQLdb",
    "pyodbc",
    "oracledb",
    "trino.exceptions",
    "snowflake.connector",
    "clickhouse_connect.driver.exceptions",
)


class Other:
    """An engine on a database elsewhere. What it keeps are temporary tables there.

    A limit on how long a query may take is the database's own to set: `run` knows none here.
    """

    def __init__(self, url: str) -> None:
        """Connect to where `url` says. Raises `CannotWork` where nothing answers."""
        self.name = url.partition(":")[0]
        try:
            self.backend: BaseBackend = ibis.connect(url)
        except _faults(ImportError, ValueError, OSError) as fault:
            raise CannotWork(
                f"cannot connect to the engine {self.name}: {fault}",
                hint=f"pip install 'ibis-framework[{self.name}]', and see that it is running",
            ) from fault
        self._names = (f"opsrail_kept_{number}" for number in itertools.count())

    def upload(self, rows: pa.Table) -> ir.Table:
        """A table of these rows, sent to the database."""
        return self._created(rows)

    def keep(self, expression: ir.Table) -> ir.Table:
        """The rows of `expression`, computed once."""
        return self._created(expression)

    def _created(self, rows: pa.Table | ir.Table) -> ir.Table:
        try:
            return self.backend.create_table(next(self._names), obj=rows, temp=True)
        except _faults(NotImplementedError) as fault:
            raise EngineFault(str(fault)) from fault

    def forget(self, kept: ir.Table) -> None:
        """Nothing: a temporary table goes with the connection."""

    def table(self, name: str) -> ir.Table:
        """A table of the database, as `name` or `schema.name`."""
        schema, _, table = name.rpartition(".")
        try:
            return self.backend.table(table, database=schema or None)
        except TableNotFound as missing:
            raise StreamFault(f"the database has no table {name}") from missing

    def read(self, shape: Shape, *, numbered: bool = False) -> Reading:
        """Refused: a database elsewhere cannot see the files here."""
        del numbered
        raise StreamFault(
            f"{self.name} cannot read files such as {shape.files[0]}",
            "let the stream name a `table:` of that database, or use the engine duckdb or spark",
        )

    def micros(self, moment: ir.TimestampValue) -> ir.IntegerValue:
        """Microseconds since 1970-01-01T00:00Z."""
        return moment.epoch_seconds().cast("int64") * SECOND + moment.microsecond()

    def moment(self, micros: ir.IntegerValue) -> ir.TimestampValue:
        """The moment so many microseconds after 1970-01-01T00:00Z, to the second."""
        return (micros // SECOND).as_timestamp("s")

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        """The rows of `expression`, however long it takes."""
        del seconds
        try:
            return self.backend.to_pyarrow(expression)
        except _faults() as fault:
            raise EngineFault(str(fault)) from fault

    def sql(self, expression: ir.Table) -> str:
        """The text that the database runs for `expression`."""
        return str(self.backend.compile(expression))

    def close(self) -> None:
        """Close the connection."""
        self.backend.disconnect()


def _faults(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """What Ibis and the drivers in use raise: each driver has an `Error` of its own (PEP 249)."""
    drivers = (sys.modules.get(name) for name in _DRIVERS)
    return (*more, IbisError, *(driver.Error for driver in drivers if driver is not None))
