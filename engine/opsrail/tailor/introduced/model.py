"""What an output has that none of its grounds has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing came in."""

    MARK = "mark"
    """What looks like the frame of a conversation with a model, or like opsrail's own marks."""
    URL = "url"
    LINK = "link"
    """The target of a link that is no web address: a file, an anchor, a script."""
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    """`@person`, `#channel`."""
    CODE = "code"
    """Code, a command, a template's placeholder, a path."""
    HTML = "html"
    IMAGE = "image"
    NAME = "name"
    HIDDEN = "hidden"
    """Characters that a reader can't see."""


_SAID = {
    Kind.URL: "the web address “{text}” is in none of the texts that this may be taken from",
    Kind.LINK: "the link to “{text}” is in none of the texts that this may be taken from",
    Kind.EMAIL: "the e-mail address “{text}” is in none of the texts that this may be taken from",
    Kind.PHONE: "the phone number “{text}” is in none of the texts that this may be taken from",
    Kind.HANDLE: "“{text}” names a person or channel that none of the texts names",
    Kind.CODE: "the code or command “{text}” is in none of the texts that this may be taken from",
    Kind.HTML: "the HTML “{text}” is in none of the texts that this may be taken from",
    Kind.IMAGE: "the image “{text}” is in none of the texts that this may be taken from",
    Kind.NAME: "the name “{text}” is in none of the texts that this may be taken from",
    Kind.HIDDEN: "characters stand here that a reader can't see ({text})",
    Kind.MARK: "“{text}” looks like a mark for a model or for opsrail, and belongs in no text",
}


@dataclass(frozen=True, slots=True)
class Introduced:
    """One such thing, quoted, with where it stands: `line` and `column` count from 1."""

    kind: Kind
    text: str
    line: int
    column: int

    @property
    def message(self) -> str:
        """One plain sentence."""
        return _SAID[self.kind].format(text=self.text)


@dataclass(frozen=True, slots=True)
class Element:
    """Something of a text that has to have its grounds. Equal keys are the same thing.

    `is_quoted`: it has its grounds, too, where its key stands in them as plain text.
    `start` counts in the text as it was written.
    """

    kind: Kind
    key: str
    text: str
    start: int
    is_quoted: bool = False
