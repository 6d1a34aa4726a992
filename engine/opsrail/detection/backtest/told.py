"""A backtest told: as text for the terminal, as Markdown for a review, as JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from opsrail.detection.backtest import phrases
from opsrail.detection.backtest.incidents import Incident
from opsrail.detection.backtest.replay import Backtest, Raised, RuleBacktest
from opsrail.detection.model import Alert
from opsrail.report.escaping import visible
from opsrail.report.markdown import escaped
from opsrail.report.model import counted

MOST_CHANGES: Final = 20
"""So many alerts of a rule are listed; the others are counted."""
_LABEL: Final = 11


def as_text(found: Backtest, incidents: Sequence[Incident] = (), early: int = 0) -> str:
    """The verdict, then a block for each rule, then what was read."""
    lines = [visible(line) for line in phrases.verdict(found)]
    for one in _in_focus(found):
        lines += ["", *_block(one, incidents, early)]
    lines += ["", *_others(found), *(visible(phrases.noise(owner)) for owner in found.noise)]
    lines.append(phrases.replayed(found))
    lines += [visible(phrases.stream(events)) for events in found.streams]
    return "\n".join(lines) + "\n"


def _in_focus(found: Backtest) -> tuple[RuleBacktest, ...]:
    """The rules that a reader looks at: against a base, only those that may differ, and those
    first that lost an incident or have other alerts.
    """
    if not found.has_base:
        return found.rules
    changed = (one for one in found.rules if one.is_changed)
    return tuple(sorted(changed, key=lambda one: (not one.lost, _is_alike(one), one.name)))


def _is_alike(one: RuleBacktest) -> bool:
    return one.difference is not None and one.difference.is_none


def _others(found: Backtest) -> Iterator[str]:
    """How many rules are not shown."""
    if hidden := len(found.rules) - len(_in_focus(found)):
        yield f"{counted(hidden, 'other rule')} as before"


def _block(one: RuleBacktest, incidents: Sequence[Incident], early: int) -> Iterator[str]:
    yield visible(f"{one.name}   {_heading(one)}")
    for label, text in phrases.facts(one):
        yield f"  {label:<{_LABEL}}{visible(text)}"
    listed, hidden = _listed(one, incidents, early)
    for change in listed:
        yield f"  {change.sign} {phrases.when(change.at)}  {visible(change.text)}"
    if hidden:
        yield f"    {hidden:,} more not shown here; `--format json` has them all"


def _heading(one: RuleBacktest) -> str:
    rule = one.rule
    parts = [rule.title, rule.level.value, rule.ops.owner if rule.ops else "raises nothing itself"]
    if one.is_changed:
        parts.append(_change(one))
    return " · ".join(parts)


def _change(one: RuleBacktest) -> str:
    if one.after is None:
        return "gone"
    if one.before is None:
        return "new"
    return f"touched through {', '.join(one.through)}" if one.through else "changed"


def _listed(
    one: RuleBacktest, incidents: Sequence[Incident], early: int
) -> tuple[tuple[phrases.Change, ...], int]:
    if one.before is None or one.after is None:
        return (), 0  # all are added or all are removed: the count says it
    found = phrases.changes(one, incidents, early)
    return found[:MOST_CHANGES], max(len(found) - MOST_CHANGES, 0)


def as_markdown(found: Backtest, incidents: Sequence[Incident] = (), early: int = 0) -> str:
    """The same as a comment on a change; text from files does nothing in it."""
    lines = ["### Backtest", ""]
    lines += [f"- {escaped(line)}" for line in phrases.verdict(found)]
    for one in _in_focus(found):
        lines += ["", f"**{escaped(one.name)}** {escaped(_heading(one))}", ""]
        lines += [f"- {label}: {escaped(text)}" for label, text in phrases.facts(one)]
        listed, hidden = _listed(one, incidents, early)
        if listed:
            lines += ["", "| | when (UTC) | alert |", "|---|---|---|"]
        for change in listed:
            lines.append(f"| {change.sign} | {phrases.when(change.at)} | {escaped(change.text)} |")
        if hidden:
            lines += ["", f"*{hidden:,} more not shown here*"]
    lines += ["", *(f"- {line}" for line in _others(found))]
    lines += [*(f"- {escaped(phrases.noise(owner))}" for owner in found.noise)]
    lines.append(f"- {phrases.replayed(found)}")
    lines += [f"- {escaped(phrases.stream(events))}" for events in found.streams]
    return "\n".join(lines) + "\n"


def as_json(found: Backtest, incidents: Sequence[Incident] = (), early: int = 0) -> str:
    """Everything, with times as ISO 8601 and lengths in seconds."""
    content = {
        "verdict": list(phrases.verdict(found)),
        "rules": [_rule(one, incidents, early) for one in found.rules],
        "noise": [
            {
                "owner": owner.owner,
                "alerts_per_day": round(owner.per_day, 4),
                "silenced_per_day": round(owner.silenced_per_day, 4),
                "budget": owner.budget,
            }
            for owner in found.noise
        ],
        "failed": list(found.failed),
        "findings": [str(finding) for finding in found.findings],
        "streams": [
            {
                "stream": events.stream.name,
                "records": events.rows,
                "unreadable": events.rejected_count,
                "double": events.duplicates,
                "too_late": events.too_late,
            }
            for events in found.streams
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _rule(one: RuleBacktest, incidents: Sequence[Incident], early: int) -> Mapping[str, object]:
    since, until = one.span
    is_recorded = since <= until
    return {
        "rule": one.name,
        "since": _iso(since) if is_recorded else None,
        "until": _iso(until) if is_recorded else None,
        "is_changed": one.is_changed,
        "after": _side(one.after),
        "before": _side(one.before),
        "lost": [incident.name for incident in one.lost],
        "changes": [
            {"sign": change.sign, "at": _iso(change.at), "alert": change.text}
            for change in phrases.changes(one, incidents, early)
        ],
    }


def _side(raised: Raised | None) -> Mapping[str, object] | None:
    if raised is None:
        return None
    found = raised.score
    return {
        "raised": found.raised,
        "silenced": found.silenced,
        "right": found.right if found.incidents else None,
        "incidents": len(found.incidents),
        "caught": len(found.incidents) - len(found.missed),
        "missed": [caught.incident.name for caught in found.missed],
        "detect_seconds": _seconds(found.delay),
        "lead_seconds": _seconds(found.lead),
        "alerts_per_day": round(raised.noise.per_day, 4),
        "alerts": [_alert(alert) for alert in raised.alerts],
    }


def _alert(alert: Alert) -> Mapping[str, object]:
    return {
        "id": alert.id,
        "at": _iso(alert.at),
        "last": _iso(alert.last),
        "group": dict(alert.group),
        "level": alert.level.value,
        "value": alert.value,
        "folded": alert.folded,
        "silenced_by": alert.suppressed or None,
    }


def _iso(micros: int) -> str:
    return phrases.when(micros).replace(" ", "T") + "Z"


def _seconds(length: int | None) -> float | None:
    return None if length is None else length / 1_000_000


FORMATS: Final[Mapping[str, Callable[[Backtest, Sequence[Incident], int], str]]] = {
    "json": as_json,
    "markdown": as_markdown,
    "text": as_text,
}
"""The names of all formats, and what tells a backtest in each."""
