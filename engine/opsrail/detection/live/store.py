"""What runs on a schedule remember: alerts, and up to when each rule was evaluated.

One SQLite file. A run is one transaction: killed half-way, it leaves what was there before,
and the next run comes to the same alerts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from opsrail.detection.formats import Level
from opsrail.detection.model import Alert
from opsrail.findings import CannotWork

LAYOUT: Final = 1
WAIT_SECONDS: Final = 60.0
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS alerts (
  id TEXT PRIMARY KEY, rule TEXT NOT NULL, "group" TEXT NOT NULL, at INTEGER NOT NULL,
  last INTEGER NOT NULL, until INTEGER NOT NULL, level TEXT NOT NULL, value REAL, expected REAL,
  folded INTEGER NOT NULL, known INTEGER NOT NULL, suppressed TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS alerts_of_rule ON alerts (rule, until);
CREATE TABLE IF NOT EXISTS rules (
  name TEXT PRIMARY KEY, logic TEXT NOT NULL, seen INTEGER NOT NULL, session INTEGER
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rule has come: evaluated up to `seen`, by the logic of this digest, with the
    oldest open session since `session`. Times in microseconds.
    """

    logic: str
    seen: int
    session: int | None = None


class Store:
    """Alerts and progress, within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def progress(self) -> Mapping[str, Progress]:
        """How far each rule has come that ever ran."""
        rows = self._connection.execute("SELECT name, logic, seen, session FROM rules")
        return {name: Progress(logic, seen, session) for name, logic, seen, session in rows}

    def alerts(self, rule: str | None = None, after: int | None = None) -> tuple[Alert, ...]:
        """Alerts in order; of one rule, and only those that lasted beyond `after`, if given."""
        query = (
            'SELECT rule, "group", at, last, until, level, value, expected, folded, known,'
            " suppressed FROM alerts WHERE (?1 IS NULL OR rule = ?1)"
            " AND (?2 IS NULL OR max(until, at + 1) > ?2)"
        )
        found = [_alert(row) for row in self._connection.execute(query, (rule, after))]
        return tuple(sorted(found, key=lambda alert: alert.order))

    def keep(self, alerts: Iterable[Alert]) -> int:
        """Add alerts, or bring those that are known up to date; how many are new."""
        before = self._count()
        self._connection.executemany(
            "INSERT INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET last = excluded.last, until = excluded.until,"
            " level = excluded.level, folded = excluded.folded",
            (_row(alert) for alert in alerts),
        )
        return self._count() - before

    def advance(self, progress: Mapping[str, Progress]) -> None:
        """Note how far rules have come."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)",
            ((name, at.logic, at.seen, at.session) for name, at in progress.items()),
        )

    def _count(self) -> int:
        (number,) = self._connection.execute("SELECT count(*) FROM alerts").fetchone()
        return int(number)


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store at `path`, made if there is none; kept as one whole when the block ends well.

    Raises `CannotWork` where another run holds it for long, or the file is something else.
    """
    connection = _connected(path)
    try:
        _begin(connection, path)
        try:
            yield Store(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    finally:
        connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    except (FileExistsError, NotADirectoryError, sqlite3.OperationalError) as error:
        hint = "name a file in a folder that can be written to: `--store FILE`"
        raise CannotWork(f"{path} cannot be made or opened", hint) from error


def _begin(connection: sqlite3.Connection, path: Path) -> None:
    try:
        # Taken before anything is read: of two runs at once the second sees what the first did.
        connection.execute("BEGIN IMMEDIATE")
        (layout,) = connection.execute("PRAGMA user_version").fetchone()
        if layout not in {0, LAYOUT}:
            raise CannotWork(
                f"{path} was written by another version of the engine (layout {layout})",
                "use that version, or begin with a new file: `--store FILE`",
            )
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {LAYOUT:d}")
    except sqlite3.OperationalError as error:
        is_held = error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
        hint = "wait for the other run to end" if is_held else "may it be written to?"
        raise CannotWork(f"{path} cannot be used: {error}", hint) from error
    except sqlite3.DatabaseError as error:
        raise CannotWork(f"{path} is no store of alerts: {error}", "name another file") from error


def _row(alert: Alert) -> tuple[object, ...]:
    group = json.dumps(alert.group, ensure_ascii=False)
    return (
        alert.id,
        alert.rule,
        group,
        alert.at,
        alert.last,
        alert.until,
        alert.level.value,
        alert.value,
        alert.expected,
        alert.folded,
        alert.known,
        alert.suppressed,
    )


def _alert(row: tuple[str, str, int, int, int, str, float, float, int, int, str]) -> Alert:
    rule, group, at, last, until, level, value, expected, folded, known, suppressed = row
    return Alert(
        rule=rule,
        group=tuple((name, key) for name, key in json.loads(group)),
        at=at,
        last=last,
        until=until,
        level=Level(level),
        value=value,
        expected=expected,
        folded=folded,
        known=known,
        suppressed=suppressed,
    )
