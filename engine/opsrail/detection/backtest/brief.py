"""One rule's record in one line: how it has done on recorded history."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.detection.backtest.noise import DAY
from opsrail.detection.backtest.phrases import earlier
from opsrail.detection.backtest.replay import RuleBacktest
from opsrail.report.model import counted


def brief(one: RuleBacktest) -> str:
    """For example "In the last 90 days: 6 alerts, 5 of the 5 known incidents, 1 false; earlier
    than people by …".
    """
    since, until = one.span
    if one.after is None or until < since:
        return "Nothing is recorded in the streams that it reads."
    days = max(round((until - since) / DAY), 1)
    told = ", ".join(_parts(one))
    lead = one.after.score.lead
    people = "" if lead is None else f"; {earlier(lead)} (median)"
    return f"In the last {counted(days, 'day')} recorded: {told}{people}."


def _parts(one: RuleBacktest) -> Iterator[str]:
    assert one.after is not None
    found = one.after.score
    yield counted(found.raised, "alert")
    if found.silenced:
        yield f"{found.silenced} more silenced"
    if found.recall is None:
        yield "no labelled incident to hold them against"
        return
    yield f"{found.recall.part} of the {found.recall.whole} known incidents"
    yield f"{found.false} false"
