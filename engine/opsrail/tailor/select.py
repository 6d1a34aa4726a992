"""Selection: what of a source section a role may read, before it takes any form.

A role gets the sections its clearance admits, without the blocks meant for others; steps it
may not do become the escalation to who may; links to what it may not see keep only their
text; and the rest is said in the role's own words. Every fact of what is selected stays.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from opsrail.content.blocks import NEEDS
from opsrail.content.clearance import Clearance
from opsrail.content.facts import FactKind, find_facts
from opsrail.content.headings import slug
from opsrail.content.model import Block, BlockKind, Document, Part, Section
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.formats import PlaybookSection, Role
from opsrail.tailor.prose import leading_condition, with_links, with_words, without_comments
from opsrail.tailor.roles import HandOver, hand_over

PAGE_LEVEL = 2
"""The level at which a selected section's heading stands on the page."""

_VALUES = {
    FactKind.DATE,
    FactKind.DURATION,
    FactKind.MONEY,
    FactKind.NUMBER,
    FactKind.PERCENT,
}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_MARKER = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Selection:
    """A section and its sub-sections as Markdown for one role, still in full.

    `sections` are the source sections that went in, first the one that was asked for.
    """

    document: Document
    sections: tuple[Section, ...]
    markdown: str

    @property
    def head(self) -> Section:
        """The section that the playbook names."""
        return self.sections[0]


@dataclass(frozen=True, slots=True)
class Reader:
    """A role, with what is needed to write for it from one folder of the repository."""

    catalog: Catalog
    role_id: str
    role: Role
    folder: str

    def may_see(self, section: Section) -> bool:
        """Whether the role's clearance admits the section."""
        return self.role.clearance.admits(section.clearance)

    def hand_over(self, permission: str) -> HandOver | None:
        """Who takes a step that needs `permission`; None if the role may do it itself or has
        nobody to turn to.
        """
        return hand_over(self.catalog.roles, self.role_id, permission)

    def target(self, link: str, document: str) -> str | None:
        """A link of `document`, written from the reader's folder; None if it leads to what the
        role may not see.
        """
        if re.match(r"[a-z][a-z0-9+.-]*:|//", link, re.IGNORECASE) or link.startswith("/"):
            return link
        path, mark, anchor = link.partition("#")
        found = posixpath.normpath(posixpath.join(posixpath.dirname(document), path))
        found = found if path else document
        # A browser decodes what it follows, so what is judged is decoded as well.
        clearance = self._clearance_of(unquote(found.partition("?")[0]), unquote(anchor))
        if clearance and not self.role.clearance.admits(clearance):
            return None
        return posixpath.relpath(found, self.folder) + mark + anchor

    def _clearance_of(self, path: str, anchor: str) -> Clearance | None:
        if not path.endswith(".md") or (document := self.catalog.document(path)) is None:
            return None
        section = document.by_anchor.get(anchor) if anchor else None
        return section.clearance if section else document.front.clearance


def select(reader: Reader, item: PlaybookSection) -> Selection | None:
    """What the playbook's item gives this role; None if the source is missing or above it."""
    found = reader.catalog.section(item.from_)
    if found is None or not reader.may_see(found[1]):
        return None
    document, head = found
    below = document.visible(head, reader.role.clearance)
    chosen = tuple(below) if item.children else (head,)
    shift = PAGE_LEVEL - max(head.level, 1)
    texts = (_section_text(reader, document, section, shift) for section in chosen)
    return Selection(document, chosen, "\n\n".join(text for text in texts if text))


def _section_text(reader: Reader, document: Document, section: Section, shift: int) -> str:
    blocks = (
        _block_text(reader, document, block)
        for block in section.blocks
        if block.kind is not BlockKind.MARKER
        and (block.only is None or reader.role_id in block.only)
    )
    body = "\n\n".join(text for text in blocks if text.strip())
    heading = _heading(reader, document, section, shift)
    return f"{heading}\n\n{body}" if heading and body else heading or body


def _heading(reader: Reader, document: Document, section: Section, shift: int) -> str:
    if not section.level:
        return ""
    marks = "#" * min(max(section.level + shift, PAGE_LEVEL), 6)
    title = _prose(reader, document, section.title)
    anchor = "" if slug(title) == section.anchor else f" {{#{section.anchor}}}"
    return f"{marks} {title}{anchor}"


def _block_text(reader: Reader, document: Document, block: Block) -> str:
    if block.kind is BlockKind.CODE:
        return _closed(block.text)
    text = block.text
    if block.kind is BlockKind.LIST:
        text = "\n".join(_list_lines(reader, block))
    return _prose(reader, document, text)


def _closed(code: str) -> str:
    """Code with its end: a fence left open at the end of a document would swallow the page."""
    fence = _FENCE.match(code)
    if fence is None:
        return code
    last = code.rpartition("\n")[2].strip()
    is_closed = "\n" in code and last.startswith(fence[1]) and not last.strip(fence[1][0])
    return code if is_closed else f"{code}\n{fence[1]}"


def _prose(reader: Reader, document: Document, text: str) -> str:
    linked = with_links(
        without_comments(text),
        document.references,
        lambda target: reader.target(target, document.path),
    )
    return with_words(linked, reader.role.words)


def _list_lines(reader: Reader, block: Block) -> Iterator[str]:
    """A list's lines, each step that the role may not do replaced by the hand-over."""
    lines = block.text.split("\n")
    skip_to = 0
    replaced = {part.line: part for part in block.parts if _is_beyond(reader, part)}
    for number, line in enumerate(lines, block.line):
        if number < skip_to:
            continue
        part = replaced.get(number)
        if part is None:
            yield line
            continue
        marker = _MARKER.match(line)
        nested = [one for one in block.parts if part.line < one.line <= part.end]
        yield f"{marker[0] if marker else '- '}{_instead(reader, part, nested)}"
        skip_to = part.end + 1


def _is_beyond(reader: Reader, part: Part) -> bool:
    return bool(part.needs) and part.needs not in reader.role.can


def _instead(reader: Reader, part: Part, nested: Sequence[Part]) -> str:
    """What stands where a step was that the role may not do.

    Where the step names its case first, the case stays and the action goes, unless it states
    an amount or a period that the reader's next step may build on; a step without a case is
    quoted, since otherwise nothing would say what to hand over. What is nested in the step goes
    with its action.
    """
    step = NEEDS.sub("", " ".join(part.text.split()))
    condition = leading_condition(step)
    action = step.removeprefix(condition).lstrip(", ").rstrip(".;")
    way = _way(reader, part.needs)
    details = [text for one in nested if _has_values(text := _plain(one))]
    if not condition:
        then = f" What happens then: {'; '.join(details)}." if details else ""
        return f"{action} – not yours to do; {way}.{then}"
    told = [*([action] if _has_values(action) else []), *details]
    then = f" What happens then: {'; '.join(told)}." if told else ""
    return f"{condition}, stop here and {way}.{then}"


def _plain(part: Part) -> str:
    return NEEDS.sub("", " ".join(part.text.split())).rstrip(".;")


def _way(reader: Reader, permission: str) -> str:
    """How the reader passes a step on; a reader outside is not told who is who inside."""
    given = reader.hand_over(permission)
    if given is None:
        return "ask your lead before you go on"
    if reader.role.clearance is Clearance.PUBLIC:
        return given.how
    within = f", within {given.within}" if given.within else ""
    doer = f" ({given.doer_title} does it)" if given.doer not in {None, given.to} else ""
    return f"escalate to **{given.to_title}**{doer}: {given.how}{within}"


def _has_values(text: str) -> bool:
    return any(fact.kind in _VALUES for fact in find_facts(text))
