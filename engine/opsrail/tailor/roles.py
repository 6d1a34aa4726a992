"""Roles: who may do a step, and who takes over when this one may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opsrail.tailor.formats import Role


@dataclass(frozen=True, slots=True)
class HandOver:
    """Where a step goes that a role may not do: the next role, and who does it in the end.

    `doer` is None where nobody along the chain holds the permission.
    """

    to: str
    to_title: str
    how: str
    within: str
    doer: str | None
    doer_title: str


def hand_over(roles: Mapping[str, Role], role: str, permission: str) -> HandOver | None:
    """Follow `escalates_to` until somebody may do it. None if the role has nobody to turn to."""
    first = roles[role].escalates_to
    if first is None or first.role not in roles:
        return None
    doer = _first_able(roles, first.role, permission)
    return HandOver(
        to=first.role,
        to_title=roles[first.role].title,
        how=first.how,
        within=first.within,
        doer=doer,
        doer_title=roles[doer].title if doer else "",
    )


def _first_able(roles: Mapping[str, Role], start: str, permission: str) -> str | None:
    for name in chain(roles, start):
        if permission in roles[name].can:
            return name
    return None


def chain(roles: Mapping[str, Role], start: str) -> tuple[str, ...]:
    """A role and those above it, in order; a circle ends where it would close."""
    seen: list[str] = []
    name = start
    while name in roles and name not in seen:
        seen.append(name)
        above = roles[name].escalates_to
        if above is None:
            break
        name = above.role
    return tuple(seen)
