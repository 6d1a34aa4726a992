"""Rules on recorded history: incidents that they would miss, and alerts that are too many."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.replaying import Miss, Replayed, replayed
from opsrail.gate.subject import Subject

_MOST_RELATED = 5


@check("incident")
def incident(subject: Subject) -> Iterator[Finding]:
    """An incident's file contradicts itself, or names a rule that there is not.

    Rules are judged by labelled incidents: one that ends before it starts, or whose rule was
    renamed, would silently judge nothing. Correct the times, or the name of the rule.
    """
    changed = {path for path in subject.changed if path.startswith("content/incidents/")}
    if not changed and not any(path.startswith("rules/") for path in subject.changed):
        return
    from opsrail.gate.replaying import faulty_incidents

    yield from faulty_incidents(subject, changed)


@check("rule-misses")
def rule_misses(subject: Subject) -> Iterator[Finding]:
    """A rule raises no alert about a labelled incident that it should see.

    The rules that a change touches are replayed on what was recorded. An incident's file says
    which rules must raise an alert for it; the finding says how far the rule was from that.
    Lower its threshold or widen its window: `opsrail rules tune` shows what each would cost. Or
    take the rule out of the incident's file, if it is not meant to see such a thing. What the
    rule already missed before the change is a warning.

    Where nothing is recorded, a note says so: then nothing is known about the rule.
    """
    found = replayed(subject)
    if found is None:
        return
    yield from _unread(subject, found)
    for failure in found.failures:
        message = f"not replayed on recorded history: {failure.message}"
        yield Finding(failure.location, "rule-misses", message, hint=failure.hint)
    for miss in found.misses:
        yield _missed(miss)


def _unread(subject: Subject, found: Replayed) -> Iterator[Finding]:
    for stream, message, hint in found.unread:
        told = f"rules that read {stream} were not replayed: {message}"
        yield Finding(_stream_place(subject, stream), "rule-misses", told, Severity.NOTE, hint)


def _stream_place(subject: Subject, stream: str) -> Location:
    yaml = subject.head.yaml("rules/streams.yaml")
    if yaml is None:
        return Location("rules/streams.yaml")
    return yaml.place(("streams", stream), key=True)


def _missed(miss: Miss) -> Finding:
    message = f"`{miss.rule}` misses the incident {miss.incident} of {miss.day}"
    message += f": {miss.why}" if miss.why else ""
    hint = f"`opsrail rules tune {miss.rule}` shows which thresholds and windows would catch it"
    if miss.is_silenced:
        hint = "end the maintenance earlier, or take the rule out of the incident's file"
    if miss.is_old:
        hint += "; it missed this incident before the change, too"
    severity = Severity.WARNING if miss.is_old else Severity.ERROR
    related = ((miss.described, "the incident, which names this rule"),)
    return Finding(miss.place, "rule-misses", message, severity, hint, related)


@check("rule-noise")
def rule_noise(subject: Subject) -> Iterator[Finding]:
    """An owner would get more alerts a day than policies/detection.yaml allows.

    Too many alerts are as bad as none: people stop reading them. Counted are the alerts that all
    rules of the owner would have raised on recorded history; silenced ones do not count. It is
    an error where the change makes it more, and a warning where it was so before. Raise a
    threshold, fold alerts with `dedupe`, or let another rule silence this one while it is on.
    """
    found = replayed(subject)
    for loud in found.loud if found else ():
        message = f"{loud.owner} would get {loud.now} alerts a day, and {loud.budget} are allowed"
        message += f"; it was {loud.before}" if loud.before else ""
        hint = (
            f"`opsrail rules tune {loud.rule}` weighs its alerts against the incidents it catches"
        )
        severity = Severity.ERROR if loud.is_worse else Severity.WARNING
        related = tuple(loud.others[:_MOST_RELATED])
        yield Finding(loud.place, "rule-noise", message, severity, hint, related)
