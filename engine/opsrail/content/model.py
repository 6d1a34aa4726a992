"""Documents as people read them: sections, blocks, and the parts of lists and tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from opsrail.content.clearance import DEFAULT, Clearance, clearance_named
from opsrail.findings import Finding, Location


class BlockKind(StrEnum):
    """What a block is. An `only` region's two comments are blocks as well: MARKER."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    QUOTE = "quote"
    HTML = "html"
    RULE = "rule"
    MARKER = "marker"


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a list or a row of a table.

    `line` and `end` are 1-based and inclusive and span what is nested in an item as well;
    `text` is what it says itself, without the list marker; `depth` counts nesting from 0;
    `needs` is the permission that the step asks for.
    """

    line: int
    end: int
    text: str
    digest: str
    depth: int = 0
    ordered: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block of a section. `text` is its source, `line` and `end` inclusive.

    `digest` covers what it says, not how it is wrapped. `only` names the roles that may read
    it; None means every role.
    """

    kind: BlockKind
    line: int
    end: int
    text: str
    digest: str
    parts: tuple[Part, ...] = ()
    only: frozenset[str] | None = None

    @property
    def is_ordered(self) -> bool:
        """Whether this is a numbered list."""
        return any(part.ordered for part in self.parts if part.depth == 0)


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image as written. `target` is not decoded; `text` is what a reader sees."""

    target: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its own blocks, children apart.

    The text before the first heading is a section too (level 0, no anchor), so every line of
    a document belongs to exactly one section. `line` and `end` are 1-based and inclusive.
    `body` is the digest of its blocks, empty where it has none; `tree` also covers its title
    and children (a Merkle hash).
    """

    path: str
    anchor: str
    title: str
    level: int
    trail: tuple[str, ...]
    line: int
    end: int
    blocks: tuple[Block, ...]
    clearance: Clearance
    is_named: bool
    """Whether the anchor was written by a person (`{#id}`) rather than made from the title."""
    body: str
    tree: str
    index: int
    parent: int | None
    children: tuple[int, ...]

    @property
    def name(self) -> str:
        """`path#anchor`, as playbooks and links write it."""
        return f"{self.path}#{self.anchor}" if self.anchor else self.path

    @property
    def location(self) -> Location:
        """Where the heading stands."""
        return Location(self.path, self.line)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document says about itself. Dates are calendar dates; absent values are None."""

    title: str = ""
    owner: str = ""
    summary: str = ""
    review_by: date | None = None
    verified: date | None = None
    verified_by: str = ""
    clearance: Clearance = DEFAULT

    @classmethod
    def of(cls, values: Mapping[str, object]) -> FrontMatter:
        """Read leniently: what has the wrong type is left out (the schema check reports it).

        A clearance that nobody defined counts as the highest: a typing error must not publish.
        """
        words = {
            key: value
            for key in ("title", "owner", "summary", "verified_by")
            if isinstance(value := values.get(key), str)
        }
        level = values.get("clearance")
        return cls(
            **words,
            review_by=_calendar_date(values.get("review_by")),
            verified=_calendar_date(values.get("verified")),
            clearance=DEFAULT if level is None else clearance_named(level) or Clearance.RESTRICTED,
        )


def _calendar_date(value: object) -> date | None:
    return value if type(value) is date else None


@dataclass(frozen=True)
class Document:
    """A Markdown file: what it says about itself, and its sections in order.

    `references` gives the targets of its link reference definitions; `problems` are findings
    about the file's own form, met while reading it.
    """

    path: str
    front: FrontMatter
    front_values: Mapping[str, object]
    sections: tuple[Section, ...]
    lines: tuple[str, ...]
    links: tuple[Link, ...] = field(default=())
    references: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Finding, ...] = field(default=())

    @property
    def title(self) -> str:
        """The front matter's title, else the first heading, else the file's name."""
        headings = (section.title for section in self.sections if section.level)
        return self.front.title or next(headings, "") or self.path.rsplit("/", 1)[-1]

    @cached_property
    def by_anchor(self) -> Mapping[str, Section]:
        """Sections by their anchor; the first one wins where two claim it."""
        return {section.anchor: section for section in reversed(self.sections)}

    def subtree(self, section: Section) -> Iterator[Section]:
        """A section and everything below it, in reading order."""
        yield section
        for child in section.children:
            yield from self.subtree(self.sections[child])

    def visible(self, section: Section, clearance: Clearance) -> Iterator[Section]:
        """A section and those below it that a clearance admits, in reading order; one that it
        does not admit takes its own sub-sections along.
        """
        if clearance.admits(section.clearance):
            yield section
            for child in section.children:
                yield from self.visible(self.sections[child], clearance)

    def source(self, section: Section) -> str:
        """A section's own lines, as they stand in the file."""
        return "\n".join(self.lines[section.line - 1 : section.end])

    def section_at(self, line: int) -> Section:
        """The section that a line belongs to."""
        return next(s for s in reversed(self.sections) if s.line <= line)
