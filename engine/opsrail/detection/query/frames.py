"""Values over the window of each event: counts, different values, sums, presence, order.

Each function adds columns to a table of rows. A row is an event (`REAL` is 1) or marks an
instant: a tick of the clock, or the moment at which a value leaves the window. Times are whole
microseconds, so the window (t − T, t] is the closed range [t − T + 1, t].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from opsrail.detection.formats import CorrelationType
from opsrail.detection.query.model import COUNTER, PART, REAL, RULE
from opsrail.streams.model import TIME

PLACES: Final = 9
"""Decimal places of what is summed or averaged. Engines add in another order and interpolate by
another formula: what they come to differs behind these, and must not decide about an alert.
"""


@dataclass(frozen=True, slots=True)
class Frame:
    """The rows that a row is judged with: those of its group, not older than `length`.

    `length` is None where everything of the group's part (a session, a tumbling window) up to
    the row belongs to it.
    """

    group: tuple[str, ...]
    length: int | None

    def over(self, rows: ir.Table, value: ir.Value) -> ir.Value:
        """An aggregate over the frame of each row. Rows of one instant share their frame."""
        if self.length is None:
            return self.so_far(rows, value)
        window = ibis.range_window(
            group_by=self._columns(rows),
            order_by=rows[TIME],
            preceding=self.length - 1,
            following=0,
        )
        return value.over(window)

    def so_far(self, rows: ir.Table, value: ir.Value) -> ir.Value:
        """An aggregate over everything of the group up to the instant of each row."""
        window = ibis.range_window(
            group_by=self._columns(rows), order_by=rows[TIME], preceding=None, following=0
        )
        return value.over(window)

    def before(self, rows: ir.Table, value: ir.Value) -> ir.Value:
        """An aggregate over everything of the group before the instant of each row."""
        window = ibis.range_window(
            group_by=self._columns(rows), order_by=rows[TIME], preceding=(None, 1)
        )
        return value.over(window)

    def _columns(self, rows: ir.Table) -> list[ir.Value]:
        return [rows[name] for name in self.group]


def instants(events: ir.Table) -> ir.Table:
    """The events as rows."""
    return events.mutate(**{REAL: ibis.literal(1, "int64")})


def with_departures(rows: ir.Table, frame: Frame, column: str, fields: Sequence[str]) -> ir.Table:
    """Rows with what each adds to the number of different values in the frame, as `column`.

    A value is in the frame of t while one of its events is younger than T: from its first event
    until T after an event that none follows within T. So +1 stands at the former, −1 in a row
    of its own at the latter, and the running sum of both is the number of different values. It
    needs sorting only, where COUNT(DISTINCT) over a frame needs a hash table a row, and Spark
    has none at all.
    """
    group = [rows[name] for name in frame.group]
    values = [rows[name] for name in fields]
    counts = (rows[REAL] == 1) & ibis.and_(*(value.notnull() for value in values))
    near = ibis.window(group_by=[*group, *values, counts], order_by=rows[TIME])
    before, after = rows[TIME].lag().over(near), rows[TIME].lead().over(near)
    if frame.length is None:
        return rows.mutate(**{column: (counts & before.isnull()).cast("int64")})
    span = frame.length
    starts = counts & (before.isnull() | (rows[TIME] - before >= span))
    ends = counts & (after.isnull() | (after - rows[TIME] >= span))
    marked = rows.mutate(**{column: starts.cast("int64"), "_ends": ends})
    leaving = marked.filter(marked["_ends"]).mutate(
        **{TIME: marked[TIME] + span, column: ibis.literal(-1, "int64"), REAL: _zero()}
    )
    return marked.drop("_ends").union(_emptied(leaving.drop("_ends"), frame, column))


def _emptied(leaving: ir.Table, frame: Frame, column: str) -> ir.Table:
    """Departure rows add nothing to whatever else is computed: all but their group is empty."""
    kept = {*frame.group, TIME, REAL, column}
    return leaving.mutate(
        **{
            name: _zero() if name.startswith(COUNTER) else ibis.null(leaving[name].type())
            for name in leaving.columns
            if name not in kept
        }
    )


def _zero() -> ir.Scalar:
    return ibis.literal(0, "int64")


def aggregate(
    kind: CorrelationType, value: ir.NumericColumn, percentile: int | None
) -> ir.NumericScalar:
    """The sum, average, median or percentile of a column; NULL where it has no value."""
    match kind:
        case CorrelationType.VALUE_SUM:
            return value.sum()
        case CorrelationType.VALUE_AVG:
            return value.mean()
        case CorrelationType.VALUE_MEDIAN:
            return value.quantile(0.5)
        case _:
            assert percentile is not None
            return value.quantile(percentile / 100)


def with_presence(rows: ir.Table, frame: Frame, names: Sequence[str]) -> tuple[ir.Table, list[str]]:
    """Rows with a column for each rule: whether one of its events lies in the frame."""
    columns = [f"_p{number}" for number in range(len(names))]
    found = {}
    for column, name in zip(columns, names, strict=True):
        latest = frame.so_far(rows, _when(rows, rows[RULE] == name, rows[TIME]).max())
        inside = latest.notnull()
        if frame.length is not None:
            inside = inside & (latest > rows[TIME] - frame.length)
        found[column] = inside.cast("int64")
    return rows.mutate(**found), columns


def with_order(rows: ir.Table, frame: Frame, names: Sequence[str]) -> tuple[ir.Table, str]:
    """Rows with whether events of the rules, one after the other, all lie in the frame.

    For each rule in turn: the latest start of a chain that an event of this rule completes so
    far. The latest start is the best there is, since only its age can put a chain out of the
    window. What happens at the same instant comes neither before nor after.
    """
    reached = _when(rows, rows[RULE] == names[0], rows[TIME])
    for number, name in enumerate(names[1:]):
        rows = rows.mutate(**{f"_c{number}": reached})
        before = frame.before(rows, rows[f"_c{number}"].max())
        rows = rows.mutate(**{f"_b{number}": before})
        reached = _when(rows, rows[RULE] == name, rows[f"_b{number}"])
    rows = rows.mutate(_reached=reached)
    rows = rows.mutate(_start=frame.so_far(rows, rows["_reached"].max()))
    inside = rows["_start"].notnull()
    if frame.length is not None:
        inside = inside & (rows["_start"] > rows[TIME] - frame.length)
    return rows.mutate(_ordered=inside), "_ordered"


def _when(rows: ir.Table, condition: ir.BooleanValue, value: ir.Value) -> ir.Value:
    return ibis.ifelse(condition & (rows[REAL] == 1), value, ibis.null("int64"))


def in_sessions(events: ir.Table, group: Sequence[str], gap: int) -> ir.Table:
    """Events with `PART`: when the session began that each belongs to.

    An event begins one if none of its group came in the `gap` before it.
    """
    columns = [events[name] for name in group]
    before = events[TIME].lag().over(ibis.window(group_by=columns, order_by=events[TIME]))
    begins = before.isnull() | (events[TIME] - before >= gap)
    marked = events.mutate(_begins=ibis.ifelse(begins, events[TIME], ibis.null("int64")))
    frame = Frame(tuple(group), None)
    return marked.mutate(**{PART: frame.so_far(marked, marked["_begins"].max())}).drop("_begins")


def in_buckets(events: ir.Table, length: int) -> ir.Table:
    """Events with `PART`: the number of the tumbling window that each belongs to."""
    return events.mutate(**{PART: (events[TIME] // length).cast("int64")})
