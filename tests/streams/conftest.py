"""What the tests of streams stand on: one engine of each kind, and a stream to read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from opsrail.streams.engines.duckdb import DuckDB
from opsrail.streams.engines.model import Engine
from opsrail.streams.formats import StreamEntry
from opsrail.streams.load import load
from opsrail.streams.model import Events, Stream


@pytest.fixture(scope="session")
def duck() -> Iterator[Engine]:
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def spark() -> Iterator[Engine]:
    if find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed: pip install 'opsrail[spark]'")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on the PATH")
    from opsrail.streams.engines.spark import Spark

    engine = Spark("local[1]")
    # A handful of rows is read sooner than Java is compiled for them.
    engine._session.conf.set("spark.sql.codegen.wholeStage", "false")
    engine._session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    engine._session.conf.set("spark.sql.shuffle.partitions", "1")
    yield engine
    engine.close()


@pytest.fixture
def stream() -> Callable[..., Stream]:
    """A stream of tickets; what is given replaces what it usually says."""

    def make(**given: Any) -> Stream:  # noqa: ANN401 - whatever a stream's entry may say
        entry: dict[str, Any] = {
            "path": "*.csv",
            "occurred_at": "at",
            "columns": {"at": "timestamp", "who": "string", "count": "integer"},
        }
        return Stream.from_entry("tickets", StreamEntry.model_validate(entry | given))

    return make


@pytest.fixture
def rows(duck: Engine, tmp_path: Path) -> Callable[[Stream], list[dict[str, Any]]]:
    """The events of a stream whose files lie in the test's folder, in the order of their ids."""

    def read(stream: Stream) -> list[dict[str, Any]]:
        return listed(duck, load(duck, stream, tmp_path))

    return read


def listed(engine: Engine, events: Events) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = engine.run(events.table.order_by("_t", "_id")).to_pylist()
    return found
