"""Sessions that may still go on: an incremental run has to read them from their start."""

from __future__ import annotations

import ibis.expr.types as ir

from opsrail.detection.formats import Window
from opsrail.detection.model import Correlation, Rule
from opsrail.detection.query.crossings import reaches_back
from opsrail.detection.query.frames import in_sessions
from opsrail.detection.query.matched import matched
from opsrail.detection.query.model import PART, Inputs, keys_of
from opsrail.streams.model import TIME


def oldest_open_session(rule: Rule, inputs: Inputs) -> ir.Table | None:
    """When the oldest session began that an event after `inputs.until` could still belong to.

    One row, NULL where none is open. None for rules without sessions, and where there is no
    end: then nothing comes after.
    """
    body = rule.body
    if rule.window is not Window.SESSION or not isinstance(body, Correlation):
        return None
    if inputs.until is None:
        return None
    events = matched(rule, inputs, (), reaches_back(rule, inputs))
    rows = in_sessions(events, keys_of(rule, scoped=inputs.scoped), body.timespan)
    open_ones = rows.filter(rows[TIME] > inputs.until - body.timespan)
    return open_ones.agg(oldest=open_ones[PART].min())
