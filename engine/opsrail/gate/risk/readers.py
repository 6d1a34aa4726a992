"""Whom a change reaches, role by role, with their head counts."""

from __future__ import annotations

from opsrail.content.changes import Weight
from opsrail.content.clearance import Clearance
from opsrail.gate.risk.reached import is_own
from opsrail.gate.subject import Subject
from opsrail.governance.changes import ChangeSet
from opsrail.governance.risk.evidence import Readers
from opsrail.tailor.formats import Role
from opsrail.tailor.impact import Reach


def readers(subject: Subject, change: ChangeSet, reach: Reach) -> tuple[Readers, ...]:
    """The roles of reached pages. One is told if anything but wording reaches it."""
    own = [one for one in change.changes if is_own(one)]
    told = {role for one in own if one.weight is not Weight.WORDING for role in one.roles}
    named = {*reach.roles, *(role for one in own for role in one.roles)}
    known = _roles(subject)
    return tuple(
        _readers(name, known[name], is_told=name in told) for name in sorted(named & known.keys())
    )


def staff(subject: Subject) -> int:
    """How many people there are in all roles."""
    return sum(max(role.people for role in sides) for sides in _roles(subject).values())


def _readers(name: str, sides: tuple[Role, ...], *, is_told: bool) -> Readers:
    people = max(role.people for role in sides)
    lowest = min((role.clearance for role in sides), key=lambda one: one.rank)
    return Readers(
        name,
        sides[0].title,
        people,
        is_vendor=people > 0 and lowest.rank < Clearance.STAFF.rank,
        is_public=not people and lowest is Clearance.PUBLIC,
        is_told=is_told,
    )


def _roles(subject: Subject) -> dict[str, tuple[Role, ...]]:
    """Each role as base and as head have it: a change that shrinks a role's head count reaches
    as many people as it did before.
    """
    sides = [side for side in (subject.base, subject.head) if side is not None]
    found: dict[str, tuple[Role, ...]] = {}
    for side in sides:
        for name, role in side.roles.items():
            found[name] = (*found.get(name, ()), role)
    return found
