"""What others' SQL for a rule finds, run by the standard library's SQLite."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sigma.backends.sqlite import sqliteBackend  # type: ignore[attr-defined] # lists no exports
from sigma.collection import SigmaCollection
from sigma.rule import SigmaRule

Event = Mapping[str, str | int | None]


def in_sqlite(rules: Sequence[SigmaRule], events: Sequence[Event]) -> list[set[int]]:
    """For each rule the numbers of the events that its SQL, written by others, finds."""
    names = sorted({name for event in events for name in event})
    database = sqlite3.connect(":memory:")
    database.create_function("REGEXP", 2, _searches, deterministic=True)
    # Its LIKE knows no case, and its equality would.
    columns = ", ".join(f'"{name}" COLLATE NOCASE' for name in names)
    database.execute(f"CREATE TABLE logs (_number, {columns})")
    database.executemany(
        f"INSERT INTO logs VALUES (?{', ?' * len(names)})",  # noqa: S608 -- only question marks
        [[at, *(event.get(name) for name in names)] for at, event in enumerate(events)],
    )
    backend = sqliteBackend()  # type: ignore[no-untyped-call] # its authors give no types
    queries = [backend.convert(SigmaCollection([rule]))[0] for rule in rules]
    found = [{row[0] for row in database.execute(_asked(query))} for query in queries]
    database.close()
    return found


def _searches(pattern: str, value: Any) -> bool:  # noqa: ANN401 -- whatever a cell holds
    return value is not None and re.search(pattern, str(value)) is not None


def _asked(query: str) -> str:
    return query.replace("<TABLE_NAME>", "logs")
