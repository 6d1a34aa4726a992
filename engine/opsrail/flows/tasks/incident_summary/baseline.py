"""An incident's summary from its records alone. What nobody wrote down is an open point.

The parts are those of a hand-over (I-PASS: Starmer et al., New England Journal of Medicine 371,
2014: severity, summary, actions, what to watch) and of a postmortem (Beyer et al.: Site
Reliability Engineering, 2016, chapter 15: impact, detection, cause, what is done about it).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from opsrail.flows.tasks.incident_summary.records import LEVELS, Incident, RuleRecord
from opsrail.flows.tasks.incident_summary.times import as_utc, span, spelled


def summary_of(incident: Incident) -> dict[str, Any]:
    """The whole output, in words and figures of the records."""
    file, severity = incident.file, _severity(incident.rules)
    return {
        "is_found": True,
        "title": file.title,
        "severity": severity.level if severity else None,
        "summary": " ".join(_sentences(incident)),
        "timeline": list(_timeline(incident)),
        "impact": _impact(incident),
        "what_fired": [_fired(rule) for rule in incident.rules],
        "duration": _span(file.ended_at - file.started_at),
        "detection_lag": _span(file.noticed_at - file.started_at) if file.noticed_at else None,
        "citations": list(_citations(incident)),
        "open_points": list(_open_points(incident, severity)),
    }


def missing(name: str, names: Sequence[str]) -> dict[str, Any]:
    """The output for an incident that is not on record."""
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    hint = f" Did you mean {near[0]}?" if near else ""
    point = f"No incident that can be read is in content/incidents/{name}.{hint}"
    empty: dict[str, Any] = {key: [] for key in ("timeline", "what_fired", "citations")}
    nothing = dict.fromkeys(("severity", "duration", "detection_lag"))
    texts = {"title": name, "summary": "", "impact": ""}
    return {"is_found": False, **empty, **nothing, **texts, "open_points": [point]}


def _severity(rules: Sequence[RuleRecord]) -> RuleRecord | None:
    rated = [rule for rule in rules if rule.level]
    return max(rated, key=lambda rule: LEVELS.index(rule.level), default=None)


def _sentences(incident: Incident) -> Iterator[str]:
    file = incident.file
    lasted = span(_positive(file.ended_at - file.started_at))
    yield f"{file.title.rstrip('.')}."
    yield f"It began on {spelled(file.started_at)} and lasted {lasted}."
    if file.noticed_at:
        lag = _positive(file.noticed_at - file.started_at)
        yield f"People noticed it after {span(lag)}." if lag else "People noticed it at once."
    if file.where:
        yield f"It was about {_where(incident)}."
    if told := " ".join(file.summary.split()):
        yield told


def _where(incident: Incident) -> str:
    return ", ".join(
        f"{key.replace('_', ' ')} {value}" for key, value in incident.file.where.items()
    )


def _positive(length: timedelta) -> timedelta:
    """Zero for what ends before it begins: the check of incidents reports that."""
    return max(length, timedelta())


def _span(length: timedelta) -> dict[str, Any]:
    length = _positive(length)
    return {"seconds": round(length.total_seconds()), "text": span(length)}


def _timeline(incident: Incident) -> Iterator[dict[str, str]]:
    file = incident.file
    moments = [(as_utc(file.started_at), 0, "It began.")]
    if file.noticed_at:
        lag = span(_positive(file.noticed_at - file.started_at))
        moments.append((as_utc(file.noticed_at), 1, f"People noticed it, after {lag}."))
    lasted = span(_positive(file.ended_at - file.started_at))
    moments.append((as_utc(file.ended_at), 2, f"It ended, after {lasted}."))
    for at, _, what in sorted(moments):
        yield {"at": spelled(at), "what": what}
    yield from ({"at": "", "what": text} for text in incident.reviewed(r"\btimeline\b"))


def _impact(incident: Incident) -> str:
    told = " ".join(incident.reviewed(r"\bimpact\b|\bwho was affected\b"))
    where = _where(incident)
    return told or (f"Where: {where}." if where else "")


def _fired(rule: RuleRecord) -> dict[str, str]:
    return {
        "rule": rule.name,
        "title": rule.title,
        "level": rule.level,
        "owner": rule.owner,
        "runbook": rule.runbook,
    }


def _citations(incident: Incident) -> Iterator[str]:
    paths = [incident.path]
    if incident.review:
        paths.append(incident.review.path)
    for rule in incident.rules:
        paths += [rule.path, *([rule.runbook] if rule.runbook else [])]
    yield from dict.fromkeys(paths)


_REVIEWED = (
    (r"\bimpact\b|\bwho was affected\b", "How many customers it touched, and what they lost."),
    (r"\bcause\b|\bwhy\b", "What caused it, and what set it off."),
    (r"\brepair|\bresol|\bmitigat|\bwhat we did\b", "What ended it, and who did it."),
    (r"\baction|\bfollow|\bwhat we change\b|\bnext\b", "What is done so that it doesn't return."),
)


def _open_points(incident: Incident, severity: RuleRecord | None) -> Iterator[str]:
    """What a reader of a summary looks for, and nobody wrote down."""
    file = incident.file
    if severity:
        yield f"Its severity: nobody wrote one; {severity.level} is the level of `{severity.name}`."
    else:
        yield "Its severity: nobody wrote one, and none of its rules has a level."
    if not file.noticed_at:
        yield "When people noticed it."
    if not file.summary.strip():
        yield "What happened, in words."
    if not file.rules:
        yield "Which rule should see it: its file names none."
    for rule in incident.unknown:
        yield f"What became of the rule `{rule}`: its file names it, and there is none."
    for pattern, question in _REVIEWED:
        if not incident.reviewed(pattern):
            yield question
