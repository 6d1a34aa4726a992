"""Whom a change reaches, where nothing else of the diff is asked for."""

from __future__ import annotations

from opsrail.gate.subject import Subject
from opsrail.tailor.impact import Reach, pages_by_section, reach


def reach_of(subject: Subject) -> Reach:
    """The pages that hold a changed section, at head or at base, and how many people read them."""
    sides = [side for side in (subject.head, subject.base) if side is not None]
    names = set(subject.playbook_names) | _drawing_before(subject)
    return reach(subject.diff.sections, pages_by_section(sides, sorted(names)), subject.head)


def _drawing_before(subject: Subject) -> set[str]:
    """Playbooks that drew from the changed documents at base."""
    if subject.base is None:
        return set()
    sources = [path for path in subject.changed if path.startswith("content/")]
    found = subject.base.snapshot.mentioning(sources, "playbooks")
    return {path.split("/")[1] for path in found}
