"""Blast radius: how many people, vendors and tickets a change reaches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import fsum

from opsrail.governance.formats import RiskPolicy
from opsrail.governance.risk.evidence import Evidence, Readers, Traffic
from opsrail.governance.risk.levels import by_file, gravest, level_of
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import count, listed, rate


@factor("blast radius", 1)
def blast_radius(evidence: Evidence, policy: RiskPolicy, _now: datetime) -> Weighed:
    """The gravest of people who must take notice, vendors among them, and tickets an hour.

    Who reads the same in other words is told, and weighs nothing. So does what nobody knows.
    """
    told = [one for one in evidence.readers if one.is_told]
    vendors = sum(one.people for one in told if one.is_vendor)
    by_people = level_of(sum(one.people for one in told), policy.people)
    by_people = gravest((by_people, level_of(vendors, policy.vendors)))
    per_hour = fsum(one.per_hour or 0 for one in evidence.traffic)
    by_tickets = level_of(per_hour, policy.tickets_an_hour)
    through = (path for one in evidence.traffic if one.per_hour for path in one.paths)
    files = by_file(
        (
            *((path, by_people) for path in evidence.reaching),
            *((path, by_tickets) for path in through),
        )
    )
    sentences = (*_people(evidence, told, vendors), *_tickets(evidence.traffic))
    return Weighed(gravest((by_people, by_tickets)), sentences, files)


def _people(evidence: Evidence, told: list[Readers], vendors: int) -> Iterator[str]:
    people = sum(one.people for one in told)
    reading = sum(one.people for one in evidence.readers)
    public = sorted(one.title for one in told if one.is_public)
    staff = count(evidence.staff, "person", "people")
    if people:
        of_them = f"; {vendors:,} of them with a vendor" if vendors else ""
        yield f"{people:,} of {staff}{of_them}"
    elif reading:
        yield f"{reading:,} of {staff} read it, and it says the same in other words"
    elif not public and not evidence.traffic:
        yield "nobody's page says anything else"
    if public:
        yield f"it is on a public page, whose readers nobody counts: {listed(public)}"


def _tickets(traffic: tuple[Traffic, ...]) -> Iterator[str]:
    """The busiest first, and last what nobody could count."""
    for one in sorted(traffic, key=lambda one: (-(one.per_hour or 0), one.files, one.how)):
        if one.per_hour is not None:
            number = rate(one.per_hour)
            tickets = "1 ticket an hour goes" if number == "1" else f"{number} tickets an hour go"
            yield f"{tickets} by {listed(one.files)}: {one.how}"
    for one in sorted(traffic, key=lambda one: (one.files, one.how)):
        if one.per_hour is None:
            yield f"tickets an hour not known for {listed(one.files)}: {one.how}"
