"""From what a person calls an engine to the engine itself.

| URL | engine |
|---|---|
| `duckdb` | DuckDB within this process; the default |
| `duckdb:///support.db` | the same, beside a database file whose tables it reads |
| `duckdb:////data/support.db` | the same, with an absolute path |
| `spark` | Spark on two threads of this machine |
| `spark+local[4]` | Spark on this machine, as it calls it |
| `spark://host:7077` | a Spark cluster |
| another URL | the database that Ibis reaches by it: `postgres://host/support` |

Nothing is reached out for but what the URL names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import unquote

from opsrail.findings import CannotWork
from opsrail.streams.engines.model import Engine

_DATABASE: Final = "duckdb:///"
_LOCAL: Final = "spark+"


def open_engine(url: str = "duckdb") -> Engine:
    """The engine of a URL; see above for their forms.

    Raises `CannotWork` where there is no such engine, it is not installed, or does not answer.
    """
    if url == "duckdb" or url.startswith(_DATABASE):
        return _duckdb(unquote(url.removeprefix("duckdb").removeprefix(":///")))
    if url == "spark" or url.startswith((_LOCAL, "spark://")):
        return _spark(url.removeprefix(_LOCAL))
    if "://" not in url:
        raise CannotWork(
            f"there is no engine {url!r}",
            hint="duckdb, duckdb:///support.db, spark, spark+local[4], spark://host:7077, "
            "or the URL of another database, such as postgres://host/support",
        )
    return _other(url)


# Each engine is imported when it is asked for: they are heavy, and Spark may not be there.


def _duckdb(database: str) -> Engine:
    from opsrail.streams.engines.duckdb import DuckDB

    return DuckDB(database=Path(database) if database else None)


def _spark(master: str) -> Engine:
    from opsrail.streams.engines.spark import LOCAL, Spark

    return Spark(LOCAL if master == "spark" else master)


def _other(url: str) -> Engine:
    from opsrail.streams.engines.other import Other

    return Other(url)
