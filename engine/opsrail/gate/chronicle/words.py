"""The words that log and blame share: who, when, in which pull request, and on whose word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from opsrail.gate.chronicle.model import Landing, Standing
from opsrail.governance.record import Record

SHORT = 8
"""Digits of a commit that people read."""


def day(at: datetime) -> str:
    """The UTC day of an instant."""
    return f"{at:%Y-%m-%d}"


def request(landing: Landing) -> str:
    """`#482`, or nothing where no pull request is named."""
    number = landing.request
    return f"#{number}" if number.isdecimal() else number


def who(landing: Landing) -> str:
    """Who wrote it, and who landed it if that was somebody else."""
    authors = ", ".join(landing.authors) or "somebody"
    if landing.landed_by and landing.landed_by not in landing.authors:
        return f"{authors}; landed by {landing.landed_by}"
    return authors


def agreement(landing: Landing) -> Iterator[str]:
    """What its record says of the decision, if that can be believed; and what to think of it."""
    if record := landing.record:
        yield from _decided(record)
    if landing.standing is Standing.UNREADABLE:
        yield f"{landing.standing}: {landing.fault}"
    else:
        yield landing.standing


def _decided(record: Record) -> Iterator[str]:
    if record.approvals:
        yield f"approved by {', '.join(f'{one.person} ({one.team})' for one in record.approvals)}"
    else:
        yield "nobody had to approve it" if record.glass is None else "nobody approved it"
    if record.proofs:
        yield f"proved by {', '.join(record.proofs)}"
    if glass := record.glass:
        until = f", to be looked at by {day(glass.review_by)}" if glass.review_by else ""
        yield f"break-glass by {' and '.join(glass.people)}: {glass.reason}{until}"
    if record.rolls_back:
        yield f"rolls back {record.rolls_back[:SHORT]}"


def standing_counts(landings: Iterable[Landing]) -> str:
    """How many of the landings have a record that matches."""
    every = {one.commit: one for one in landings}
    if all(one.standing is Standing.NONE for one in every.values()):
        return "no record of who agreed"
    matching = sum(one.standing is Standing.MATCHES for one in every.values())
    return f"{matching} of {len(every)} with a record that matches what landed"


def landing_as_json(landing: Landing) -> dict[str, object]:
    """A landing for programs. What a record claims stands there only if it matches."""
    record = landing.record
    return {
        "commit": landing.commit,
        "at": landing.at.isoformat(),
        "subject": landing.subject,
        "authors": landing.authors,
        "landed_by": landing.landed_by,
        "pull_request": landing.request,
        "standing": landing.standing,
        "fault": landing.fault,
        "record": None if record is None else _record_as_json(record),
    }


def _record_as_json(record: Record) -> dict[str, object]:
    glass = record.glass
    return {
        "plan": record.plan,
        "policy": record.policy,
        "verdict": record.verdict,
        "tier": record.tier,
        "risk": record.risk,
        "approvals": [
            {"person": one.person, "team": one.team, "at": one.at.isoformat()}
            for one in record.approvals
        ],
        "proofs": record.proofs,
        "changes": record.changes,
        "break_glass": glass
        and {
            "people": glass.people,
            "reason": glass.reason,
            "review_by": glass.review_by and glass.review_by.isoformat(),
        },
        "rolls_back": record.rolls_back,
    }
