"""The texts a check reads word by word, and where in them something stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from opsrail.content.frontmatter import read_front_matter
from opsrail.content.model import Document
from opsrail.findings import Location
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import GENERATED, Catalog, PageName

SUFFIXES = (".md", ".yaml", ".yml", ".lock")
"""Governed files that people read and review as text."""

MOST = 50
"""Findings of one kind in one file: who has more than that to mend knows where to start."""


@dataclass(frozen=True)
class Text:
    """A governed file's text. `copied` are lines that the engine wrote on a derived page: what
    is wrong with them is said once, at their source.
    """

    path: str
    text: str
    copied: frozenset[str] = field(default=frozenset())

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        starts += (place + 1 for place, letter in enumerate(self.text) if letter == "\n")
        return starts

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.text.split("\n")

    def place(self, offset: int) -> Location:
        """Where the character at `offset` stands."""
        line = bisect_right(self._starts, offset)
        return Location(self.path, line, offset - self._starts[line - 1] + 1)

    def is_own(self, offset: int) -> bool:
        """Whether the line at `offset` was written here, by a person."""
        if not self.copied:
            return True
        return self.lines[bisect_right(self._starts, offset) - 1] not in self.copied


def changed_paths(subject: Subject, suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[str]:
    """Governed text files to look at, sorted. What is gone, or no regular file, is not there."""
    for path, entry in subject.head.snapshot.entries.items():
        if path in subject.changed and entry.is_regular and path.endswith(suffixes):
            yield path


def changed_texts(subject: Subject, suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[Text]:
    """The readable ones among them, without the generated forms, which repeat their page."""
    for path in changed_paths(subject, suffixes):
        if f"/{GENERATED}/" in path:
            continue
        if (text := subject.head.text(path)) is not None:
            yield Text(path, text, copied_lines(subject.head, path))


def copied_lines(catalog: Catalog, path: str) -> frozenset[str]:
    """The lines of a derived page that the engine wrote; none of any other file."""
    page = PageName.of(path)
    written = catalog.text(page.generated) if page else None
    return frozenset(written.split("\n")) if written else frozenset()


def place_in_front(document: Document, key: str) -> Location:
    """Where a value of the front matter stands; the top of the file if it isn't there."""
    front = read_front_matter(document.path, list(document.lines))
    return front.yaml.place((key,)) if front.yaml else Location(document.path)
