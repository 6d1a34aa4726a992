"""Readings: derived pages taken apart, and their states; shared by all editions of a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from opsrail.content.headings import Anchors, slug
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.site.prose import words_only
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.lock import LOCK_PATH, Lock, read_lock
from opsrail.tailor.page import OPENING, Segment, split_page
from opsrail.tailor.state import State, states, view_page


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a page as one document, with the anchors its sections have on the page.

    `is_peoples` says that people wrote it, behind the derived section `key`.
    """

    key: str
    document: Document
    anchors: tuple[str, ...]
    is_peoples: bool = False

    @property
    def first(self) -> str:
        """The anchor of its first heading."""
        return next((anchor for anchor in self.anchors if anchor), "")


class Readings:
    """Reads each derived page of a catalog once, whatever the number of editions."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._parts: dict[PageName, tuple[Part, ...]] = {}
        self._states: dict[PageName, Mapping[str, State]] = {}

    @cached_property
    def lock(self) -> Lock:
        """The lock, which says what each derived section was made of."""
        return read_lock(self._catalog.text(LOCK_PATH))

    def states(self, name: PageName) -> Mapping[str, State]:
        """The state of each derived section of a page, by its key."""
        if name not in self._states:
            book = self._catalog.playbook(name.playbook)
            view = view_page(self._catalog, self.lock, name, book)
            self._states[name] = {found.key: found.state for found in states(view)}
        return self._states[name]

    def parts(self, name: PageName) -> tuple[Part, ...]:
        """A page in parts: its opening, and each derived section with what people wrote behind.

        A section whose source has meanwhile moved above the role's clearance is left out, be
        the page brought up to date or not; so is what people wrote about it.
        """
        if name not in self._parts:
            self._parts[name] = self._read(name)
        return self._parts[name]

    def _read(self, name: PageName) -> tuple[Part, ...]:
        text = self._catalog.text(name.path) or ""
        texts: list[tuple[str, str, bool]] = []
        for segment in split_page(name.path, text).segments:
            if segment.key == OPENING or self._may_read(name, segment):
                texts.append((segment.key, segment.text, False))
                if segment.addendum:
                    texts.append((segment.key, segment.addendum, True))
        documents = [parse_document(name.path, said) for _, said, _ in texts]
        anchors = page_anchors(documents)
        return tuple(
            Part(key, document, tuple(next(anchors) for _ in document.sections), is_peoples)
            for (key, _, is_peoples), document in zip(texts, documents, strict=True)
        )

    def _may_read(self, name: PageName, segment: Segment) -> bool:
        clearance = self._catalog.roles[name.role].clearance
        entry = self.lock.entry(name.path, segment.key)
        sources = (segment.key, *(entry.sources if entry else ()))
        found = (self._catalog.section(source) for source in sources)
        return all(clearance.admits(one[1].clearance) for one in found if one)


def page_anchors(documents: list[Document]) -> Iterator[str]:
    """Anchors that are unique on the whole page; an id that a person gave comes first."""
    sections = [section for document in documents for section in document.sections]
    anchors = Anchors()
    named = {id(s): anchors.claim(s.anchor) for s in sections if s.is_named}
    for section in sections:
        if id(section) in named:
            yield named[id(section)]
        elif section.level:
            yield anchors.claim(slug(words_only(section.title)) or "section")
        else:
            yield ""
