"""The query of a rule, as the engine that runs it is given it."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Detection, Rule
from opsrail.detection.query.crossings import crossings
from opsrail.detection.query.model import Inputs
from opsrail.streams.engines.model import Engine
from opsrail.streams.formats import ColumnType
from opsrail.streams.model import EVENT, TIME, Stream

_TYPES: Final = {
    ColumnType.STRING: dt.string,
    ColumnType.INTEGER: dt.int64,
    ColumnType.NUMBER: dt.float64,
    ColumnType.BOOLEAN: dt.boolean,
    ColumnType.TIMESTAMP: dt.Timestamp(timezone="UTC"),
}


def shown_query(rule: Rule, library: Library, engine: Engine) -> str:
    """The text that `engine` runs to find when the rule's condition holds.

    It reads one table for each stream and, where the rule is built on the alerts of another,
    one named after that rule. Raises `Unsupported` where the rule cannot be computed.
    """
    closure = library.closure([rule.name])
    streams = {one.body.stream for one in closure if isinstance(one.body, Detection)}
    correlations = [one for one in closure if isinstance(one.body, Correlation)]
    inputs = Inputs(
        library.rules,
        {name: _table(library.streams[name]) for name in streams},
        {one.name: _alerts(one) for one in correlations if one.name != rule.name},
    )
    return engine.sql(crossings(rule, inputs))


def _table(stream: Stream) -> ir.Table:
    fields = {name: _TYPES[column.type] for name, column in stream.columns.items()}
    return ibis.table({TIME: dt.int64, EVENT: dt.string, **fields}, name=stream.name)


def _alerts(rule: Rule) -> ir.Table:
    keys = dict.fromkeys(rule.group_by, dt.string)
    return ibis.table({TIME: dt.int64, EVENT: dt.string, **keys}, name=f"alerts of {rule.name}")
