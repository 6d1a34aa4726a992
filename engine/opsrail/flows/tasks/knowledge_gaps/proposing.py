"""A proposed section for a gap: what is asked, and what its owner has to find out. No answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from opsrail.content.clearance import Clearance
from opsrail.content.headings import slug
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.flows.model import ProposedBranch
from opsrail.tailor.catalog import Catalog

POINTS: Final = (
    "What is the answer, and for which plans, regions or customers does it hold?",
    "Which prices, limits or periods belong to it, and where are they decided?",
    "Which steps follow for us, and whose are they?",
    "In which playbook does it belong, and for which roles?",
)
BRANCH: Final = "opsrail/gap-"


def title_of(words: Sequence[str]) -> str:
    """`Open: questions about deposit and booking`."""
    told = list(words[:2])
    return f"Open: questions about {' and '.join(told)}" if told else "Open: unanswered questions"


def anchor_of(words: Sequence[str], taken: Collection[str]) -> str:
    """An anchor that no section has: it is written down, so that it stays when the title moves."""
    wanted = slug(" ".join(("open", *words[:2])))
    free = (name for number in range(1, 1000) if (name := _numbered(wanted, number)) not in taken)
    return next(free)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def section_text(
    gap: Mapping[str, Any], anchor: str, document: Document, today: date, questions: Sequence[str]
) -> str:
    """The Markdown of the section. It is for staff until somebody has answered it."""
    above = max(document.front.clearance, Clearance.STAFF, key=lambda one: one.rank)
    words = ", ".join(f"*{word}*" for word in gap["terms"]) or "none in common"
    asked = [*(f"- {question}" for question in questions), ""] if questions else []
    lines = [
        f"## {gap['title']} {{#{anchor} clearance={above}}}",
        "",
        f"Customers asked about this in {gap['count']} tickets, seen on {today.isoformat()},",
        f"and no section of the pages answers it. Words they share: {words}.",
        "",
        *(["They want to know:", "", *asked] if questions else []),
        "Open points for the owner of this document:",
        "",
        *(f"- {point}" for point in POINTS),
    ]
    return "\n".join(lines)


def with_section(text: str, section: str) -> str:
    """A document's text with the section at its end."""
    return f"{text.rstrip()}\n\n{section}\n"


def fits(path: str, before: str, after: str, anchor: str) -> bool:
    """Whether the section stands in the document for itself, and all others are as they were: in
    a code block left open at the document's end, for one, it would be code.
    """
    old, new = parse_document(path, before), parse_document(path, after)
    kept = [(s.anchor, s.title, s.body, s.level) for s in new.sections]
    was = [(s.anchor, s.title, s.body, s.level) for s in old.sections]
    return anchor in new.by_anchor and kept[: len(was)] == was and len(kept) == len(was) + 1


def branch(catalog: Catalog, gaps: Sequence[Mapping[str, Any]]) -> ProposedBranch | None:
    """One branch with the sections of all gaps that have one; None where none has."""
    files: dict[str, str] = {}
    told: list[str] = []
    proposals = [(gap, gap["proposal"]) for gap in gaps if gap["proposal"]]
    for gap, proposal in proposals:
        path = proposal["path"]
        if (text := files.get(path, catalog.text(path))) is not None:
            files[path] = with_section(text, proposal["text"])
            told.append(f"- {path}: {gap['title']} ({gap['count']} tickets)")
    if not files:
        return None
    first = proposals[0][1]["anchor"].removeprefix("open-")
    message = "\n".join(("Questions that no playbook answers", "", *told))
    return ProposedBranch(f"{BRANCH}{first}", message, files)
