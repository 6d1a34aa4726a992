"""What should have followed and did not: a ticket, and no reply within the timespan."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from opsrail.detection.formats import CorrelationType, Window
from opsrail.detection.model import Correlation, Rule
from opsrail.detection.query.model import AT, RULE, VALUE, Unsupported
from opsrail.detection.query.presence import expressed, names_in, names_present
from opsrail.streams.model import TIME


def missing_followups(
    rule: Rule, body: Correlation, events: ir.Table, group: tuple[str, ...]
) -> ir.Table:
    """For each event at s that the condition wants: s + T, if by then the condition holds.

    An absence is certain only when the time is up. So each event of a rule that the condition
    wants present opens a window [s, s + T], and what it says of presence and absence is judged
    at its end. What comes at the very same instant follows, and so does what comes exactly a
    timespan later. (pySigma's SQLite backend reads such conditions alike.)
    """
    assert body.presence is not None
    present = names_present(body.presence)
    if not present:
        raise Unsupported(
            f"the condition of `{rule.name}` only names what must be missing",
            "name what has to come first: `created and not replied`",
        )
    if body.type is CorrelationType.TEMPORAL_ORDERED and len(present) > 1:
        raise Unsupported(
            f"`{rule.name}` orders several rules by a condition with `not`",
            "keep one rule that must come: `created and not replied`",
        )
    if rule.window is not Window.SLIDING:
        raise Unsupported(
            f"`{rule.name}` asks what is missing in a {rule.window.value} window",
            "leave `window` out: each event opens a window of its own",
        )
    window = ibis.range_window(
        group_by=[events[name] for name in group],
        order_by=events[TIME],
        preceding=0,
        following=None,
    )
    names = names_in(body.presence)
    following = {
        f"_f{number}": ibis.ifelse(events[RULE] == name, events[TIME], ibis.null("int64"))
        .min()
        .over(window)
        for number, name in enumerate(names)
    }
    rows = events.mutate(**following)
    due = rows[TIME] + body.timespan
    came = {
        name: (rows[f"_f{number}"] <= due).fill_null(ibis.literal(value=False))
        for number, name in enumerate(names)
    }
    held = rows.filter(rows[RULE].isin(sorted(present)), expressed(body.presence, came))
    found = held.mutate(**{AT: held[TIME] + body.timespan, VALUE: ibis.null("float64")})
    return found.select(*group, AT, VALUE).distinct()
