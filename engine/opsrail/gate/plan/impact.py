"""Whom a change reaches, beside how many there are in all."""

from __future__ import annotations

from opsrail.content.changes import Weight
from opsrail.detection.reading.documents import is_rule_file
from opsrail.gate.evals import suite_paths
from opsrail.gate.plan.model import Impact
from opsrail.gate.plan.told.changing import pages_written
from opsrail.gate.rules import concerned, rule_paths
from opsrail.gate.subject import Subject
from opsrail.gate.telling import Told
from opsrail.governance.changes import ChangeSet
from opsrail.tailor.catalog import PageName


def impact_of(subject: Subject, told: Told, change: ChangeSet) -> Impact:
    """The impact of what `told` tells about the subject."""
    head = subject.head
    must = {
        role for one in change.changes if one.weight is Weight.MUST_REREAD for role in one.roles
    }
    everyone = head.roles.values()
    return Impact(
        pages=len(told.reach.pages),
        all_pages=_pages(subject),
        roles=told.reach.roles,
        all_roles=len(head.roles),
        must_reread=sum(role.people for name, role in head.roles.items() if name in must),
        people=told.reach.people,
        staff=sum(role.people for role in everyone),
        playbooks=told.reach.playbooks,
        all_playbooks=len(head.playbook_names),
        rules=tuple(sorted(_rules(subject))),
        all_rules=len(rule_paths(subject)),
        flows=told.flows,
        all_flows=len(tuple(head.snapshot.paths("policies/flows", ".yaml"))),
        suites=told.suites,
        all_suites=len(suite_paths(subject)),
        regenerated=pages_written(change.changes),
        edited=tuple(sorted(_edited(subject))),
    )


def _pages(subject: Subject) -> int:
    """How many pages there are: of playbooks in which something changed as they say themselves,
    of all others as they lie there. To read every playbook would cost more than all the rest.
    """
    head = subject.head
    names = {path.split("/")[1] for path in subject.changed if path.startswith("playbooks/")}
    books = (head.playbook(name) for name in sorted(names))
    lying = (PageName.of(path) for path in head.snapshot.paths("playbooks", ".md"))
    others = {page for page in lying if page is not None and page.playbook not in names}
    return sum(len(book.roles) for book in books if book is not None) + len(others)


def _rules(subject: Subject) -> set[str]:
    """The rule files that the change concerns, by their names."""
    if not any(is_rule_file(path) or path.startswith("rules/") for path in subject.changed):
        return set()
    return {path.rsplit("/", 1)[-1].removesuffix(".yaml") for path in concerned(subject)}


def _edited(subject: Subject) -> set[str]:
    """Changed pages that say something else than the engine wrote there: a person's words."""
    found = set()
    for path in subject.changed:
        page = PageName.of(path)
        if page is None or path not in subject.head.snapshot:
            continue
        written = subject.head.text(page.generated)
        if written is not None and subject.head.text(page.path) != written:
            found.add(page.path)
    return found
