"""Results remembered by the content they were computed from, in one SQLite file.

The cache never decides anything: without it the same results are computed again. So a file that
is damaged, locked, read-only or gone is a miss, said once in the log, and never an error.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Self, TypeVar

from opsrail.repo import cache_file

_LOG: Final = logging.getLogger(__name__)
_T = TypeVar("_T")

# Of SQLite's errors, those that say the content is wrong; the others (locked, read-only, full
# disk) are about the circumstances, and making the file anew would not help.
_DAMAGE: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_MISMATCH")


def key_of(*parts: str | bytes) -> str:
    """The key for what a result was computed from; other parts always give another key.

    Each part is framed by its kind and length, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            kind, content = b"t", part.encode("utf-8", "surrogatepass")
        else:
            kind, content = b"b", part
        digest.update(b"%s%d:" % (kind, len(content)))
        digest.update(content)
    return digest.hexdigest()


class Cache:
    """A memo of bytes under keys made with `key_of`, for one thread; processes may share the file.

    `most_megabytes` bounds the file; results that were not asked for the longest go first.
    `wait_seconds` bounds how long another process that writes is waited for.
    """

    def __init__(
        self,
        path: Path,
        *,
        most_megabytes: float = 256.0,
        wait_seconds: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._most_bytes = int(most_megabytes * 1_000_000)
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._connection: sqlite3.Connection | None = None
        self._has_given_up = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. The cache opens it again when it is asked again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def get(self, key: str) -> bytes | None:
        """The value under `key`, or None."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """The values of those keys that have one."""
        wanted = list(dict.fromkeys(keys))
        now = int(self._clock())
        return self._attempt(lambda connection: cache_file.read(connection, wanted, now)) or {}

    def put(self, key: str, value: bytes) -> None:
        """Remember `value` under `key`."""
        self.put_many({key: value})

    def put_many(self, values: Mapping[str, bytes]) -> None:
        """Remember several values, all or none."""
        now = int(self._clock())
        if values:
            self._attempt(
                lambda connection: cache_file.write(connection, values, now, self._most_bytes)
            )

    def _attempt(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """The result of `work`, or None. A damaged file is made anew, once."""
        for has_retried in (False, True):
            if self._has_given_up:
                break
            try:
                if self._connection is None:
                    self._connection = cache_file.opened(self._path, self._wait_seconds)
                return work(self._connection)
            except sqlite3.ProgrammingError:
                raise
            except (sqlite3.Error, OSError) as error:
                if _is_damage(error) and not has_retried:
                    self._start_anew(error)
                else:
                    self._give_up(error)
        return None

    def _start_anew(self, error: Exception) -> None:
        _LOG.warning("the cache %s is damaged (%s) and is made anew", self._path, error)
        self.close()
        try:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        except OSError as refusal:
            self._give_up(refusal)

    def _give_up(self, error: Exception) -> None:
        _LOG.warning("working without the cache %s: %s", self._path, error)
        self._has_given_up = True
        self.close()


def _is_damage(error: Exception) -> bool:
    if isinstance(error, cache_file.ForeignFileError):
        return True
    return getattr(error, "sqlite_errorname", "").startswith(_DAMAGE)
