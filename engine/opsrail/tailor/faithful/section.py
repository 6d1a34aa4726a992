"""One derived section held against what its role was to get of the source.

What the role was to get is worked out here from the parsed source, line by line, and not from
what the writer of pages chose: the judge must not share the writer's mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsrail.content.model import BlockKind, Document, Section
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.faithful.judging import judge
from opsrail.tailor.faithful.model import Judgement
from opsrail.tailor.faithful.terms import Reading, in_own_words
from opsrail.tailor.formats import Form, PlaybookSection, Role
from opsrail.tailor.generate import ORIGIN_START
from opsrail.tailor.roles import chain

_FRAMES = (
    "not yours to do",
    "stop here and",
    "escalate to",
    "does it",
    "What happens then:",
)
"""What stands around a hand-over."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a derived section is held against. Line 1 of `source` is line `line` of `path`."""

    path: str
    line: int
    source: str
    terms: Reading


def grounds_of(
    catalog: Catalog, page: PageName, item: PlaybookSection, form: Form, title: str
) -> Grounds | None:
    """The source of a section as the role may read it, and the terms of reading it; None where
    the source is missing or above the role. `title` is the playbook's.
    """
    found, role = catalog.section(item.from_), catalog.roles.get(page.role)
    if found is None or role is None or not role.clearance.admits(found[1].clearance):
        return None
    document, head = found
    sections = tuple(document.subtree(head)) if item.children else (head,)
    lines = document.lines[head.line - 1 : max(section.end for section in sections)]
    hidden = set(_hidden(sections, page.role, role))
    shown = ("" if number in hidden else line for number, line in enumerate(lines, head.line))
    firsts, below = _taken_over(sections, role, head.line)
    terms = Reading(
        form=form,
        words=role.words,
        allowed=(*_allowed(catalog, page.role, role), title),
        hand_over=_ways(catalog, role),
        taken_over=firsts,
        below=below,
        source_at=document.path,
        derived_at=page.path,
    )
    return Grounds(document.path, head.line, "\n".join((*shown, *_definitions(document))), terms)


def judge_section(grounds: Grounds, text: str) -> Judgement:
    """Judge the text of a derived section, the line about its origin left out."""
    body, _, last = text.rpartition("\n\n")
    return judge(
        grounds.source, body if last.startswith(ORIGIN_START) else text, terms=grounds.terms
    )


def _hidden(sections: Sequence[Section], name: str, role: Role) -> Iterator[int]:
    """Lines that are not for this role: blocks for others, and what is above its clearance."""
    above: set[int] = set()
    for section in sections:
        if section.parent in above or not role.clearance.admits(section.clearance):
            above.add(section.index)
            yield from range(section.line, section.end + 1)
            continue
        for block in section.blocks:
            is_for_others = block.only is not None and name not in block.only
            if is_for_others or block.kind is BlockKind.MARKER:
                yield from range(block.line, block.end + 1)


def _taken_over(
    sections: Sequence[Section], role: Role, first: int
) -> tuple[frozenset[int], frozenset[int]]:
    """The first lines of the steps that the role may not do, and the lines of what is nested in
    them, both counted from line `first`.
    """
    spans = tuple(_beyond(sections, role))
    starts = frozenset(line - first + 1 for line, _ in spans)
    inside = {number - first + 1 for line, end in spans for number in range(line + 1, end + 1)}
    return starts, frozenset(inside) - starts


def _beyond(sections: Sequence[Section], role: Role) -> Iterator[tuple[int, int]]:
    end = 0
    for section in sections:
        for block in section.blocks:
            for part in block.parts:
                if part.needs and part.needs not in role.can and part.line > end:
                    yield part.line, part.end
                    end = part.end


def _ways(catalog: Catalog, role: Role) -> tuple[str, ...]:
    """How a step is passed on, in the profile's words and in the role's own."""
    above = role.escalates_to
    way = above.how if above and above.role in catalog.roles else "ask your lead before you go on"
    return tuple(dict.fromkeys((way, in_own_words(way, role.words))))


def _allowed(catalog: Catalog, name: str, role: Role) -> Iterator[str]:
    """What a page may say that no source does: whom to turn to, how, and by when."""
    yield from _FRAMES
    for other in chain(catalog.roles, name):
        yield catalog.roles[other].title
        yield in_own_words(catalog.roles[other].title, role.words)
    if role.escalates_to:
        yield role.escalates_to.how
        yield f"within {role.escalates_to.within}"


def _definitions(document: Document) -> Iterator[str]:
    """Link reference definitions of the whole document, behind the section's own lines."""
    if document.references:
        yield ""
    for label, target in document.references.items():
        yield f"[{label}]: <{target}>"
