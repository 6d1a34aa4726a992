"""Spark, on this machine or a cluster: for more rows than one process should hold."""

from __future__ import annotations

import itertools
import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.common.exceptions import IbisError, TableNotFound
from ibis.expr.operations import DatabaseTable

from opsrail.findings import CannotWork
from opsrail.streams.engines.functions import built_in
from opsrail.streams.engines.model import EngineFault, Reading, TookTooLong
from opsrail.streams.fault import StreamFault
from opsrail.streams.shapes import Shape

try:
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "PySpark does not yet fully support pandas", FutureWarning
        )
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # it has no types
        from pyspark.errors import PySparkException
        from pyspark.sql import DataFrame, SparkSession

        from opsrail.streams.engines import spark_reading
except ImportError as missing:
    raise CannotWork(
        "Spark is not installed here", hint="pip install 'opsrail[spark]'"
    ) from missing

if TYPE_CHECKING:
    from ibis.backends.pyspark import Backend

LOCAL: Final = "local[2]"
"""Two threads of this machine."""

_AGAIN: Final = 0.2
"""Seconds after which a query that has to stop is told so once more."""

_FAULTS: Final = (PySparkException, Py4JError, IbisError)
_SETTINGS: Final = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
_HERE: Final = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
"""Of a Spark on this machine: nobody else can reach it."""


_unix_micros: Final = built_in("unix_micros", "timestamp('UTC')", "int64")
_timestamp_micros: Final = built_in("timestamp_micros", "int64", "timestamp('UTC')")


class Spark:
    """An engine on a Spark session. There is one session in a process: close it once."""

    name = "spark"

    def __init__(self, master: str = LOCAL) -> None:
        """`master`: where Spark runs, as it says it: `local[4]`, `spark://host:7077`.

        Raises `CannotWork` where it does not start.
        """
        # Spark wants a folder for tables of its own, by default in the working directory.
        self._folder = TemporaryDirectory(prefix="opsrail-spark-")
        self._session = _session(master, self._folder.name)
        # What fails is told by whoever asked; Spark would print it with all its Java besides.
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
        with _quiet():
            self.backend: Backend = ibis.pyspark.connect(self._session)
        self._names = (f"_kept_{number}" for number in itertools.count())

    def upload(self, rows: pa.Table) -> ir.Table:
        """A table of these rows, sent to Spark."""
        with _quiet(), _told():
            return self._named(self._session.createDataFrame(rows))

    def keep(self, expression: ir.Table) -> ir.Table:
        """The rows of `expression`, computed once."""
        with _quiet(), _told():
            return self._named(self._frame(expression).localCheckpoint(eager=True))

    def forget(self, kept: ir.Table) -> None:
        """Drop a table that `keep` or `upload` made."""
        node = kept.op()
        assert isinstance(node, DatabaseTable)
        self._session.catalog.dropTempView(node.name)

    def table(self, name: str) -> ir.Table:
        """A table of Spark's catalogue, as `name` or `database.name`."""
        database, _, table = name.rpartition(".")
        try:
            with _quiet():
                return self.backend.table(table, database=database or None)
        except TableNotFound as missing:
            raise StreamFault(f"Spark's catalogue has no table {name}") from missing

    def read(self, shape: Shape, *, numbered: bool = False) -> Reading:
        """Files, read as text (CSV, JSON lines) or as they are typed (Parquet)."""
        with _quiet(), _told():
            frame = spark_reading.frame_of(self._session, shape, numbered=numbered)
            # A row that cannot be taken apart comes out as NULLs, hence without its time.
            return Reading(self._named(frame), frozenset)

    def micros(self, moment: ir.TimestampValue) -> ir.IntegerValue:
        """Microseconds since 1970-01-01T00:00Z."""
        return _unix_micros(moment.cast("timestamp('UTC')"))

    def moment(self, micros: ir.IntegerValue) -> ir.TimestampValue:
        """The moment so many microseconds after 1970-01-01T00:00Z."""
        return _timestamp_micros(micros)

    def run(self, expression: ir.Table, seconds: float | None = None) -> pa.Table:
        """The rows of `expression`; stopped with `TookTooLong` after `seconds`."""
        with _quiet():
            if seconds is None:
                with _told():
                    return self._frame(expression).toArrow()
            return self._within(expression, seconds)

    def sql(self, expression: ir.Table) -> str:
        """The SQL that Spark runs for `expression`."""
        return str(ibis.to_sql(expression, dialect="pyspark"))

    def close(self) -> None:
        """Stop Spark and forget what it holds."""
        with _quiet():
            self._session.stop()
        self._folder.cleanup()

    def _frame(self, expression: ir.Table) -> DataFrame:
        return self._session.sql(str(self.backend.compile(expression)))

    def _named(self, frame: DataFrame) -> ir.Table:
        name = next(self._names)
        frame.createOrReplaceTempView(name)
        return self.backend.table(name)

    def _within(self, expression: ir.Table, seconds: float) -> pa.Table:
        context = self._session.sparkContext
        group = next(self._names)
        done, late = threading.Event(), threading.Event()

        def watch() -> None:
            if done.wait(seconds):
                return
            late.set()
            # Only jobs that run are stopped, and the query may still be about to start some.
            while not done.wait(_AGAIN):
                context.cancelJobGroup(group)

        context.setJobGroup(group, "opsrail", interruptOnCancel=True)
        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            return self._frame(expression).toArrow()
        except _FAULTS as fault:
            if late.is_set():
                raise TookTooLong(seconds) from fault
            raise EngineFault(str(fault)) from fault
        finally:
            done.set()
            watcher.join()
            context.setLocalProperty("spark.jobGroup.id", "")


def _session(master: str, folder: str) -> SparkSession:
    here = master.startswith("local")
    more = {**_HERE, "spark.sql.warehouse.dir": folder} if here else {}
    if here:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(master).appName("opsrail")
    for key, value in {**_SETTINGS, **more}.items():
        builder = builder.config(key, value)
    try:
        with _quiet():
            return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as fault:
        raise CannotWork(
            f"Spark does not start at {master}: {fault}",
            hint="Spark 4 needs Java 17 or 21: install it and let JAVA_HOME name its folder",
        ) from fault


@contextmanager
def _told() -> Iterator[None]:
    """What Spark refuses, as a fault of the engine."""
    try:
        yield
    except _FAULTS as fault:
        raise EngineFault(str(fault)) from fault


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Spark's own remarks on the pandas beside it, through which no data goes."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "PySpark does not yet fully support pandas", FutureWarning
        )
        yield
