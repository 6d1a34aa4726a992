"""Headings: their attributes in braces, their anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_ATTRIBUTES = re.compile(r"\s*\{:?([^{}]*)\}\s*$")
_ATTRIBUTE = re.compile(
    r"#(?P<id>[\w:.-]+)|(?P<key>[\w-]+)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>\S+))"
)
_COMMENT = re.compile(r"\s*<!--.*?-->")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading's text without its attributes, the id a person gave it, and the rest."""

    title: str
    identifier: str
    attributes: Mapping[str, str]


def read_heading(content: str) -> Heading:
    """Read `Refund a charge {#refund-a-charge clearance=partner}` (attr_list form)."""
    content = _COMMENT.sub("", content)
    found = _ATTRIBUTES.search(content)
    if not found or not (matches := list(_ATTRIBUTE.finditer(found[1]))):
        return Heading(content.strip(), "", {})
    identifier = next((match["id"] for match in matches if match["id"]), "")
    attributes = {
        match["key"]: match["quoted"] if match["quoted"] is not None else match["bare"]
        for match in matches
        if match["key"]
    }
    return Heading(content[: found.start()].strip(), identifier, attributes)


def slug(title: str) -> str:
    """The anchor that GitHub makes of a heading: lower case, blanks to dashes, no marks."""
    return _NOT_IN_ANCHOR.sub("", title.strip().lower()).replace(" ", "-")


class Anchors:
    """Hands out anchors that are unique within one document (`-1`, `-2`, … for repeats).

    `named` are the ids that people wrote: theirs, wherever they stand; made-up ones give way.
    """

    def __init__(self, named: Iterable[str] = ()) -> None:
        self._taken = set(named)
        self._given: set[str] = set()

    def name(self, identifier: str) -> str:
        """A person's own id as it stands, or a numbered form of it where it is a repeat."""
        if identifier in self._given:
            return self.claim(identifier)
        self._given.add(identifier)
        return identifier

    def claim(self, wanted: str) -> str:
        """`wanted`, or the first free numbered form of it."""
        anchor, count = wanted, 0
        while anchor in self._taken:
            count += 1
            anchor = f"{wanted}-{count}"
        self._taken.add(anchor)
        return anchor
