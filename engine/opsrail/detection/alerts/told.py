"""Alerts as people and other programs read them: lines of text, and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from opsrail.detection.library import Library
from opsrail.detection.model import Alert, Group

INDENT = "    "
LATEST = (datetime.max.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
    microseconds=1
)
"""The end of the calendar (µs). An alert may last longer: `quiet: 9999999d`."""


def as_lines(alerts: Iterable[Alert], library: Library) -> Iterator[str]:
    """Each alert on a line, and below it where it goes and what to do.

    When and how bad first: that is what somebody on call looks for.
    """
    for alert in alerts:
        rule = library.rules[alert.rule]
        head = f"{when(alert.at)}  {alert.level.value:8}  {rule.name}"
        yield "  ".join(filter(None, (head, shown(alert.group), _value(alert), _folded(alert))))
        if alert.suppressed:
            yield f"{INDENT}silent because of {alert.suppressed}"
        elif rule.ops:
            yield f"{INDENT}to {_route(rule.ops.route, library)} · {rule.ops.runbook}"


def as_jsonl(alerts: Iterable[Alert], library: Library) -> Iterator[str]:
    """Each alert as one JSON text; times as RFC 3339 in UTC."""
    for alert in alerts:
        ops = library.rules[alert.rule].ops
        yield json.dumps(
            {
                "id": alert.id,
                "rule": alert.rule,
                "level": alert.level.value,
                "group": dict(alert.group),
                "at": _iso(alert.at),
                "last": _iso(alert.last),
                "until": _iso(alert.until),
                "value": alert.value,
                "expected": alert.expected,
                "folded": alert.folded,
                "suppressed": alert.suppressed or None,
                "owner": ops.owner if ops else None,
                "route": ops.route if ops else None,
                "runbook": ops.runbook if ops else None,
            },
            ensure_ascii=False,
        )


def when(moment: int) -> str:
    """A moment (µs) to the minute, in UTC."""
    return datetime.fromtimestamp(moment // 1_000_000, UTC).strftime("%Y-%m-%d %H:%M")


def shown(group: Group) -> str:
    """A group as `product_area=sso vendor=harbour`; empty where there is none."""
    return " ".join(f"{name}={'(none)' if value is None else value}" for name, value in group)


def _value(alert: Alert) -> str:
    if alert.value is None:
        return ""
    usual = f" (usually {alert.expected:.3g})" if alert.expected is not None else ""
    return f"value {alert.value:.6g}{usual}"


def _folded(alert: Alert) -> str:
    return f"and {alert.folded} more until {when(alert.last)}" if alert.folded else ""


def _route(name: str, library: Library) -> str:
    route = library.routes.routes.get(name) if library.routes else None
    if route is None:
        return name
    return f"{route.team} {route.channel}".rstrip() + (" (paged)" if route.page else "")


def _iso(moment: int) -> str:
    seconds, rest = divmod(min(moment, LATEST), 1_000_000)
    at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return at.isoformat().replace("+00:00", "Z")
