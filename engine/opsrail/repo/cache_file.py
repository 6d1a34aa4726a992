"""The SQLite file behind the cache: its layout, and reading, writing and pruning it."""

from __future__ import annotations

import hashlib
import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

_LOG: Final = logging.getLogger(__name__)

_LAYOUT: Final = 1
_SCHEMA: Final = f"""
PRAGMA journal_mode = WAL;
CREATE TABLE memo (
  key TEXT PRIMARY KEY, value BLOB NOT NULL, checksum BLOB NOT NULL, used INTEGER NOT NULL
);
CREATE INDEX memo_used ON memo (used);
PRAGMA user_version = {_LAYOUT};
"""
_MOST_PARAMETERS: Final = 500
_HOUR: Final = 3_600
_ROW_BYTES: Final = 300  # of a row and its index entries, beside the value
_KEPT_AFTER_PRUNING: Final = 0.8


class ForeignFileError(sqlite3.DatabaseError):
    """The file is a database, and not one of this layout."""


def opened(path: Path, wait_seconds: float) -> sqlite3.Connection:
    """A connection to the file, made first where there is none."""
    if not path.exists():
        _make(path)
    connection = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None)
    try:
        (layout,) = connection.execute("PRAGMA user_version").fetchone()
        if layout != _LAYOUT:
            raise ForeignFileError("it has another layout")
        connection.execute("PRAGMA synchronous = NORMAL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    # Made aside and linked into place: no other process ever meets a file half made.
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".cache-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        with closing(sqlite3.connect(made)) as connection:
            connection.executescript(_SCHEMA)
        try:
            os.link(made, path)
        except FileExistsError:
            _LOG.debug("another process made %s in the meantime", path)
        except OSError:
            # A file system without links.
            made.replace(path)


def read(connection: sqlite3.Connection, keys: Sequence[str], now: int) -> dict[str, bytes]:
    """The sound values under `keys`. Notes their use at `now` (seconds), at most once an hour."""
    found: dict[str, bytes] = {}
    unnoted: list[str] = []
    for some in _batches(keys):
        marks = ",".join("?" * len(some))
        query = f"SELECT key, value, checksum, used FROM memo WHERE key IN ({marks})"  # noqa: S608 - only question marks
        for key, value, checksum, used in connection.execute(query, some):
            if isinstance(value, bytes) and _checksum(key, value) == checksum:
                found[key] = value
                if abs(now - used) > _HOUR:
                    unnoted.append(key)
    if unnoted:
        _note_use(connection, unnoted, now)
    return found


def _note_use(connection: sqlite3.Connection, keys: Sequence[str], now: int) -> None:
    try:
        with _transaction(connection):
            connection.executemany(
                "UPDATE memo SET used = ? WHERE key = ?", [(now, key) for key in keys]
            )
    except sqlite3.OperationalError as error:
        # A file that may only be read, or is busy, still answers.
        _LOG.debug("the use of %d cached results is not noted: %s", len(keys), error)


def write(
    connection: sqlite3.Connection, values: Mapping[str, bytes], now: int, most_bytes: int
) -> None:
    """Store all of `values`, or none; drop what was used longest ago beyond `most_bytes`."""
    rows = [(key, value, _checksum(key, value), now) for key, value in values.items()]
    with _transaction(connection):
        connection.executemany("INSERT OR REPLACE INTO memo VALUES (?, ?, ?, ?)", rows)
        _prune(connection, most_bytes)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _prune(connection: sqlite3.Connection, most_bytes: int) -> None:
    """Drop what was used longest ago, well below the bound so that it stays rare."""
    size = "(SELECT * FROM pragma_page_count) - (SELECT * FROM pragma_freelist_count)"
    (used_bytes,) = connection.execute(
        f"SELECT ({size}) * (SELECT * FROM pragma_page_size)"  # noqa: S608 - fixed text
    ).fetchone()
    if used_bytes <= most_bytes:
        return
    rows = connection.execute("SELECT key, length(value) FROM memo ORDER BY used DESC, rowid DESC")
    dropped = list(_beyond(rows, int(most_bytes * _KEPT_AFTER_PRUNING)))
    connection.executemany("DELETE FROM memo WHERE key = ?", dropped)


def _beyond(rows: Iterable[tuple[str, int]], room: int) -> Iterator[tuple[str]]:
    for key, size in rows:
        room -= size + _ROW_BYTES
        if room < 0:
            yield (key,)


def _checksum(key: str, value: bytes) -> bytes:
    return hashlib.blake2b(value, key=key.encode()[:64], digest_size=16).digest()


def _batches(keys: Sequence[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(keys)
    while some := tuple(islice(rest, _MOST_PARAMETERS)):
        yield some
