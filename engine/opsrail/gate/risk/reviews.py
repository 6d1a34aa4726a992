"""The source documents that a change rests on, and when they were to be read again."""

from __future__ import annotations

from opsrail.gate.risk.reached import Reached
from opsrail.gate.subject import Subject
from opsrail.governance.risk.evidence import Review


def reviews(subject: Subject, reached: Reached) -> tuple[Review, ...]:
    """Changed documents, and those that reached playbooks draw from, as head has them."""
    changed = {path for path in reached.told if path.startswith("content/")}
    books = (subject.head.playbook(name) for name in reached.playbooks)
    drawn = {source for book in books if book is not None for source in book.sources}
    found = ((path, subject.head.document(path)) for path in sorted(changed | drawn))
    return tuple(
        Review(path, document.front.review_by, is_changed=path in changed)
        for path, document in found
        if document is not None
    )
