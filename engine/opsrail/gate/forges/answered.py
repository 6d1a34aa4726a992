"""What an answer is made from: a plan, read with care from what `opsrail plan` wrote as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.forges.payload import Payload


class Verdict(StrEnum):
    """How a plan ends."""

    OPEN = "open"
    WAITING = "waiting"
    """Only people are missing."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Answered:
    """The plan as far as an answer needs it. `base` and `head` are commits."""

    verdict: Verdict
    digest: str
    title: str
    number: str
    base: str
    head: str
    findings: tuple[Finding, ...] = ()


def answered_of(payload: Payload) -> Answered:
    """The plan in a payload. Raises `Unreadable`: a verdict that cannot be read is none."""
    verdict = payload.part("verdict")
    if verdict.text() not in set(Verdict):
        verdict.refuse(f"a verdict is one of {', '.join(Verdict)}")
    if payload.part("is_open").value is not (verdict.text() == Verdict.OPEN):
        verdict.refuse("`is_open` says otherwise")
    request = payload.part("request")
    return Answered(
        verdict=Verdict(verdict.text()),
        digest=payload.part("digest").text(),
        title=request.part("title").text(),
        number=request.part("number").text(),
        base=payload.part("base").commit(),
        head=payload.part("head").commit(),
        findings=tuple(_finding(entry) for entry in payload.part("findings").items()),
    )


def _finding(payload: Payload) -> Finding:
    severity, hint = payload.part("severity"), payload.optional("hint")
    if severity.text() not in set(Severity):
        severity.refuse(f"a severity is one of {', '.join(Severity)}")
    place = (payload.part(key) for key in ("line", "column"))
    line, column = (part.number() for part in place)
    return Finding(
        Location(payload.part("path").text(), line, column),
        payload.part("code").text(),
        payload.part("message").text(),
        Severity(severity.text()),
        hint.text() if hint else "",
    )
