"""Escalations: whoever takes a step over must be able to do it."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.checks.references import place_of_need
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import ROLES_PATH, Catalog, Playbook
from opsrail.tailor.formats import PlaybookSection
from opsrail.tailor.roles import chain, hand_over

Step = tuple[str, Location]
"""The permission that a step needs, and where it says so."""


@check("escalation-cycle")
def escalation_cycle(subject: Subject) -> Iterator[Finding]:
    """Roles escalate to each other in a circle.

    A case would be handed around and never decided. Let the chain end with a role that
    decides.
    """
    if subject.base is not None and ROLES_PATH not in subject.changed:
        return
    roles, yaml = subject.head.roles, subject.head.yaml(ROLES_PATH)
    told: set[str] = set()
    for name in roles if yaml else ():
        if name in told:
            continue
        line = chain(roles, name)
        above = roles[line[-1]].escalates_to if line else None
        if yaml and above and above.role in line:
            circle = line[line.index(above.role) :]
            if not told & set(circle):
                place = yaml.place(("roles", line[-1], "escalates_to", "role"))
                shown = " → ".join((*circle, circle[0]))
                message = f"this escalation runs in a circle: {shown}"
                hint = "let it end with the role that decides"
                yield Finding(place, "escalation-cycle", message, hint=hint)
        told |= set(line)


@check("escalation-dead-end")
def escalation_dead_end(subject: Subject) -> Iterator[Finding]:
    """A page hands a step over, and nobody along the escalation may do it.

    The page says "escalate", the case arrives, and everybody up to the end of the chain has
    to refuse it. Give the permission to a role of the chain, or let it go on to one that has
    it. A role that escalates to nobody is a warning: its page says to ask the lead.
    """
    told: set[tuple[str, str]] = set()
    for name in subject.playbook_names:
        playbook = subject.head.playbook(name)
        for role in playbook.roles if playbook else ():
            for permission, place in _steps(subject.head, playbook, role):
                if (role, permission) not in told:
                    told.add((role, permission))
                    yield from _dead_end(subject.head, role, permission, place)


def _dead_end(catalog: Catalog, role: str, permission: str, step: Location) -> Iterator[Finding]:
    roles, yaml = catalog.roles, catalog.yaml(ROLES_PATH)
    if yaml is None or not any(permission in other.can for other in roles.values()):
        return  # a permission that nobody holds is told once, at the step
    related = ((step, "the step"),)
    above = roles[role].escalates_to
    if above is None:
        place = yaml.place(("roles", role), key=True)
        message = f"pages for {role} hold a step that needs {permission}, and name nobody for it"
        hint = f"add `escalates_to`, or {permission} to what the role `can` do"
        yield Finding(place, "escalation-dead-end", message, Severity.WARNING, hint, related)
        return
    way = hand_over(roles, role, permission)
    if way is not None and way.doer is None:
        place = yaml.place(("roles", role, "escalates_to", "role"))
        shown = " → ".join(chain(roles, role))
        message = f"nobody along {shown} may do what needs {permission}"
        hint = f"give {permission} to one of them, or let the chain go on"
        yield Finding(place, "escalation-dead-end", message, hint=hint, related=related)


def _steps(catalog: Catalog, playbook: Playbook | None, role: str) -> Iterator[Step]:
    """The steps that a playbook shows to a role and that the role may not do itself."""
    if playbook is None or role not in catalog.roles:
        return
    for item, _ in playbook.sections_for(role):
        yield from _steps_of(catalog, item, role)


def _steps_of(catalog: Catalog, item: PlaybookSection, role: str) -> Iterator[Step]:
    if (found := catalog.section(item.from_)) is None:
        return
    document, head = found
    reader = catalog.roles[role]
    below = document.visible(head, reader.clearance)
    for section in below if item.children else (s for s in below if s is head):
        for block in section.blocks:
            if block.only is None or role in block.only:
                for part in block.parts:
                    if part.needs and part.needs not in reader.can:
                        place = place_of_need(document, part.line, part.end, part.needs)
                        yield part.needs, place
