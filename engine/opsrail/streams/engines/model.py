"""What an engine is: a database that Ibis expressions run on, with a limit on how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from opsrail.streams.shapes import Shape

if TYPE_CHECKING:
    from ibis.backends import BaseBackend
    from ibis.expr.types import IntegerValue, Table, TimestampValue
    from pyarrow import Table as Rows


class TookTooLong(Exception):
    """A query was stopped at its time limit. `seconds` is the limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"stopped after {seconds:g} seconds")
        self.seconds = seconds


class EngineFault(Exception):
    """The engine refused an expression or failed at it; the text says why, in its own words."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Files as an engine reads them, not yet looked into.

    `table` has the columns of `Shape.cells` and `shapes.FILE`; `shapes.LINE` if asked for.
    `broken` names the files from which rows were left out because they cannot be taken apart;
    it is known once the table was computed.
    """

    table: Table
    broken: Callable[[], frozenset[int]]


class Engine(Protocol):
    """Runs Ibis expressions. Every time in its tables is UTC."""

    name: str
    backend: BaseBackend

    def upload(self, rows: Rows) -> Table:
        """A table of these rows within the engine, under a name of its own."""

    def keep(self, expression: Table) -> Table:
        """The rows of `expression`, computed once and kept until the engine closes.

        Raises `EngineFault` where it fails.
        """

    def forget(self, kept: Table) -> None:
        """Drop a table that `keep` or `upload` made."""

    def table(self, name: str) -> Table:
        """A table of the engine's own database. Raises `StreamFault` where there is none."""

    def read(self, shape: Shape, *, numbered: bool = False) -> Reading:
        """Files, with the engine's own reader.

        `numbered`: with the number of each row (Parquet only). Raises `StreamFault` where the
        engine cannot read files at all, `EngineFault` where it gives these up; it may do so as
        late as its rows are computed.
        """

    def micros(self, moment: TimestampValue) -> IntegerValue:
        """Microseconds since 1970-01-01T00:00Z."""

    def moment(self, micros: IntegerValue) -> TimestampValue:
        """The moment so many microseconds after 1970-01-01T00:00Z, in UTC."""

    def run(self, expression: Table, seconds: float | None = None) -> Rows:
        """The rows of `expression`.

        Raises `TookTooLong` where it takes more than `seconds`, `EngineFault` where it fails:
        every error of the engine's own or of Ibis, so that callers need to know neither.
        """

    def sql(self, expression: Table) -> str:
        """The text that the engine runs for `expression`."""

    def close(self) -> None:
        """Let go of everything; the engine is not used again."""
