"""Texts as they are shown, each character with the place that it came from.

What a reader or a program makes of a text is not what stands in it: characters that nobody sees,
entities, escapes. A view is one such reading, and leads back to the text as it was written.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e01ef"
)
"""Characters without a shape of their own, as the inside of a regular expression's brackets."""
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
"""Control characters that no text needs, in the same form."""

_HIDDEN = re.compile(f"[{UNSEEN}{CONTROLS}]+")
_COMPOSED = re.compile("[^\x00-\x7f][\u0300-\u036f]*|[\x00-\x7f][\u0300-\u036f]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")

Replace = Callable[[re.Match[str]], str]
Pattern = Any
"""Of `re`, or of google-re2, which is published without types."""


@dataclass(frozen=True, slots=True)
class View:
    """A text and, for each of its characters, the offset in the text that was written.

    `starts` has one entry more than the text has characters; None where both are the same.
    """

    text: str
    starts: Sequence[int] | None = None

    def at(self, offset: int) -> int:
        """The offset in the written text of an offset in this one."""
        return offset if self.starts is None else self.starts[offset]

    def _from(self, start: int, end: int) -> Sequence[int]:
        return range(start, end) if self.starts is None else self.starts[start:end]

    def replaced(self, pattern: Pattern, make: str | Replace = "") -> View:
        """A view with every match replaced; what stands in its place leads to its beginning."""
        if pattern.search(self.text) is None:
            return self
        parts: list[str] = []
        starts = array("I")
        last = 0
        for found in pattern.finditer(self.text):
            new = make if isinstance(make, str) else make(found)
            parts += [self.text[last : found.start()], new]
            starts.extend(self._from(last, found.start()))
            starts.extend([self.at(found.start())] * len(new))
            last = found.end()
        parts.append(self.text[last:])
        starts.extend(self._from(last, len(self.text) + 1))
        return View("".join(parts), starts)


class Lines:
    """Where the lines of a text begin, to tell places in it."""

    __slots__ = ("_begins",)

    def __init__(self, text: str) -> None:
        self._begins = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1."""
        line = bisect_right(self._begins, offset)
        return line, offset - self._begins[line - 1] + 1


def shown(text: str) -> View:
    """A text without what nobody sees, its characters in their plain form (Unicode's NFKC)."""
    return View(text).replaced(_HIDDEN).replaced(_COMPOSED, _plain)


def unescaped(view: View) -> View:
    """With HTML's entities and Markdown's backslashes resolved, as a page shows them."""
    return view.replaced(_ENTITY, _resolved).replaced(_ESCAPE)


def _plain(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def _resolved(found: re.Match[str]) -> str:
    return html.unescape(found[0])
