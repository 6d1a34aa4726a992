"""The same cases, from the same expressions, in Spark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import ibis
import pytest

from opsrail.detection.conditions import matches
from tests.detection.conditions.asking import condition_of, rows_of
from tests.detection.conditions.cases import CASES
from tests.detection.conditions.test_cases import ROWS, expected

SCHEMA = (
    "_t bigint, _id string, text string, other string, count bigint,"
    " share double, ratio double, open boolean, at timestamp"
)
pytestmark = [
    pytest.mark.nightly,
    # Spark warns of versions of pandas, and of files that its Java process leaves open.
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture
def events(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[ibis.BaseBackend, ibis.Table]]:
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none on this machine")
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    builder = sql.SparkSession.builder.master("local[1]")
    for key, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
        "spark.ui.enabled": "false",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    rows = rows_of(ROWS).drop_columns(["nothing"]).to_pylist()
    session.createDataFrame([(*row.values(),) for row in rows], SCHEMA).createOrReplaceTempView("e")
    backend = ibis.pyspark.connect(session)
    yield backend, backend.table("e").mutate(nothing=ibis.null())
    session.stop()


def test_spark_finds_what_sigma_says(events: tuple[ibis.BaseBackend, ibis.Table]) -> None:
    backend, table = events
    fields = {name: table[name] for name in table.columns}
    wrong: list[str] = []
    for start in range(0, len(CASES), 30):
        part = {
            f"c{number}": matches(condition_of(CASES[number].detection), fields)
            for number in range(start, min(start + 30, len(CASES)))
        }
        found = backend.to_pyarrow(table.select("_t", **part).order_by("_t"))
        wrong += [about(name, found[name].to_pylist()) for name in part]
    assert [one for one in wrong if one] == []


def about(name: str, found: list[bool]) -> str:
    """The case, if Spark answers otherwise for its own rows."""
    number = int(name[1:])
    start = sum(len(expected(case)) for case in CASES[:number])
    case = CASES[number]
    return case.about if found[start : start + len(expected(case))] != expected(case) else ""
