"""A playbook as one role reads it: the derived page, with its markers gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from opsrail.content.headings import Anchors, slug
from opsrail.content.model import Document, Section
from opsrail.content.sections import parse_document
from opsrail.site.dialect import heading, rewritten
from opsrail.site.edition import Edition
from opsrail.site.layout import PLAYBOOKS, Layout, between, role_home
from opsrail.site.markup import UNSEARCHED, boxed, counted, day, line, linked, page
from opsrail.site.newsroom import Item, Newsroom
from opsrail.site.prose import Dialect, escaped, link, words_only
from opsrail.site.told import weight_badge
from opsrail.site.upkeep import page_upkeep, section_states
from opsrail.tailor.catalog import PageName
from opsrail.tailor.generate import ORIGIN_START
from opsrail.tailor.page import OPENING, Segment, split_page
from opsrail.tailor.state import State

RECENT = timedelta(days=14)
"""For so long a page itself says what changed on it."""

_BEHIND = {State.STALE, State.CONFLICTED, State.BROKEN}


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a page as one document, with the anchors its sections have on the page."""

    key: str
    document: Document
    anchors: tuple[str, ...]
    is_peoples: bool = False

    @property
    def first(self) -> str:
        """The anchor of its first heading."""
        return next((anchor for anchor in self.anchors if anchor), "")


def parts_of(edition: Edition, name: PageName) -> tuple[Part, ...]:
    """A page in parts: its opening, and each derived section with what people wrote behind it.

    A section whose source has meanwhile moved above the role's clearance is left out, be the
    page brought up to date or not.
    """
    text = edition.catalog.text(name.path) or ""
    texts: list[tuple[str, str, bool]] = []
    for segment in split_page(name.path, text).segments:
        if segment.key == OPENING or _may_read(edition, name, segment):
            texts.append((segment.key, segment.text, False))
        if segment.addendum:
            texts.append((segment.key, segment.addendum, True))
    documents = [parse_document(name.path, text) for _, text, _ in texts]
    anchors = _anchors(documents)
    return tuple(
        Part(key, document, tuple(next(anchors) for _ in document.sections), is_peoples)
        for (key, _, is_peoples), document in zip(texts, documents, strict=True)
    )


def _may_read(edition: Edition, name: PageName, segment: Segment) -> bool:
    clearance = edition.roles[name.role].clearance
    entry = edition.lock.entry(name.path, segment.key)
    known = (segment.key, *(entry.sources if entry else ()))
    return all(
        edition.admits(source, clearance) for source in known if edition.catalog.section(source)
    )


def _anchors(documents: list[Document]) -> Iterator[str]:
    """Anchors that are unique on the whole page; an id that a person gave comes first."""
    sections = [section for document in documents for section in document.sections]
    named = {section.anchor for section in sections if section.is_named}
    anchors = Anchors()
    for section in sections:
        if not section.level:
            yield ""
            continue
        wanted = section.anchor if section.is_named else slug(words_only(section.title))
        anchor = anchors.claim(wanted or "section")
        while not section.is_named and anchor in named:
            anchor = anchors.claim(wanted or "section")
        yield anchor


def playbook_page(edition: Edition, layout: Layout, room: Newsroom, name: PageName) -> str:
    """The page of one playbook for one role."""
    here = layout.places[name.path]
    parts = parts_of(edition, name)
    local = {part.key: part.first for part in parts if part.key and not part.is_peoples}

    def resolve(target: str) -> str | None:
        way = layout.resolve(target, name.path, here)
        anchor = local.get(_source_of(target))
        return f"#{anchor}" if way and anchor else way

    states = {} if edition.is_public else section_states(edition, name)
    opening = [part for part in parts if part.key == OPENING]
    rest = [part for part in parts if part.key != OPENING]
    title = opening[0].document.title if opening else name.playbook
    return page(
        title,
        *(_body(part, Dialect(resolve)) for part in opening[:1]),
        _upkeep(edition, name, here),
        _lately(edition, room, name, here),
        _ticks(name),
        *(_notes(part, Dialect(resolve)) for part in opening[1:]),
        *(
            _part(part, Dialect(resolve), layout, here, is_behind=states.get(part.key) in _BEHIND)
            for part in rest
        ),
        _others(edition, layout, name, here),
    )


def _source_of(target: str) -> str:
    """`../../content/sources/x.md#y` → `content/sources/x.md#y`."""
    return target[target.find("content/") :] if "content/" in target else ""


def _part(part: Part, dialect: Dialect, layout: Layout, here: str, *, is_behind: bool) -> str:
    if part.is_peoples:
        return _notes(part, dialect)
    notice = boxed("ops-behind", "The source of this section has changed since it was written.")
    body, origin = _body(part, dialect), _origin(part, layout, here)
    return "\n\n".join(text for text in (body, notice if is_behind else "", origin) if text)


def _body(part: Part, dialect: Dialect) -> str:
    return "\n\n".join(
        text
        for section, anchor in zip(part.document.sections, part.anchors, strict=True)
        for text in _section(part.document, section, anchor, dialect)
    )


def _section(
    document: Document, section: Section, anchor: str, dialect: Dialect
) -> Iterator[str]:
    if section.level:
        yield heading(section.level, section.title, f"#{anchor}", dialect)
    blocks = [block for block in section.blocks if not block.text.startswith(ORIGIN_START)]
    with_references = Dialect(dialect.resolve, dialect.comment, document.references)
    for block in blocks:
        if text := rewritten(block.text, with_references):
            yield text


def _origin(part: Part, layout: Layout, here: str) -> str:
    """Where a section comes from; this link leads to the source, not to the page itself."""
    blocks = [block for section in part.document.sections for block in section.blocks]
    if not blocks or not blocks[-1].text.startswith(ORIGIN_START):
        return ""
    said = blocks[-1].text.strip().removeprefix("*").removesuffix("*")
    dialect = Dialect(lambda target: layout.resolve(target, part.document.path, here))
    return f"{rewritten(said, dialect)}\n{{: .ops-origin {UNSEARCHED} }}"


def _notes(part: Part, dialect: Dialect) -> str:
    """What the team wrote itself."""
    return boxed("ops-addendum", "Team’s own note\n{: .ops-label }", _body(part, dialect))


def _upkeep(edition: Edition, name: PageName, here: str) -> str:
    upkeep = page_upkeep(edition, name)
    role = edition.roles[name.role]
    way = between(here, role_home(name.role))
    reader = "" if edition.is_public else f"for {link(escaped(role.title), way)}"
    words = (escaped(word) for word in upkeep.words(edition))
    return line("upkeep", (reader, *words, upkeep.badge(edition)))


def _lately(edition: Edition, room: Newsroom, name: PageName, here: str) -> str:
    """That this very page changed in the last days, with the way to what."""
    fresh: list[Item] = [
        item
        for item in room.by_role.get(name.role, ())
        if name.playbook in item.through and edition.today - item.news.day <= RECENT
    ]
    if not fresh:
        return ""
    worst = min((item.news.weight for item in fresh), key=lambda weight: weight.rank)
    way = between(here, role_home(name.role))
    newest = fresh[0].news.day
    said = f"{counted(len(fresh), 'change')} here since {day(fresh[-1].news.day)}"
    see = link("see what changed", f"{way}#changed-{newest.isoformat()}")
    return f"{weight_badge(worst)} {said}: {see}\n{{: .ops-lately {UNSEARCHED} }}"


def _ticks(name: PageName) -> str:
    """The bar over the steps; the script shows it where there are steps to tick."""
    return (
        f'<div class="ops-ticks" data-ops-page="{name.playbook}/{name.role}" hidden'
        f' {UNSEARCHED}><span role="status"></span>'
        '<button type="button" class="ops-button">Start over</button></div>'
    )


def _others(edition: Edition, layout: Layout, name: PageName, here: str) -> str:
    """The same playbook as other roles read it."""
    book = edition.catalog.playbook(name.playbook)
    if book is None or not edition.is_internal:
        return ""
    ways = [
        linked(edition.roles[role].title, target)
        for role in edition.readers(book)
        if role != name.role and (target := layout.to(PageName(book.name, role).path, here))
    ]
    every = link("all playbooks", between(here, PLAYBOOKS))
    return line("others", (f"The same for {', '.join(ways)}" if ways else "", every))
