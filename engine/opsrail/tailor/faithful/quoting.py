"""Where a statement stands, and how it is quoted to people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.content.facts import Fact
from opsrail.content.model import Document
from opsrail.tailor.faithful.model import Span
from opsrail.tailor.faithful.statements import Sort, Statement, plain

_LONGEST = 120
_FIRST_WORDS = 4


def around(statement: Statement, fact: Fact) -> str:
    """A fact as its statement puts it, with dots where more words stand: `…within 30 days…`."""
    whole = statement.said.folded
    said = fact.text
    place = whole.find(said.lower())
    before = "…" if place > 0 else ""
    after = "…" if 0 <= place < len(whole.rstrip(".")) - len(said) else ""
    shown = f"{before}{said}{after}"
    label = plain(statement.text.partition(" | ")[0]) if statement.sort is Sort.ROW else ""
    is_said = not label or label.lower() in said.lower()
    return shown if is_said else f"{label}: {said}"


def shortened(text: str) -> str:
    """A statement's words, cut at a blank where they are many."""
    shown = plain(text)
    if len(shown) <= _LONGEST:
        return shown
    return f"{shown[:_LONGEST].rpartition(' ')[0]}…"


@dataclass(frozen=True, slots=True)
class Texts:
    """The two texts, for placing what is said about them."""

    source: Document
    derived: Document

    def in_source(self, statement: Statement, quote: str, words: str = "") -> Span:
        """A quote of a statement of the source; `words` are those to look for if others."""
        return _span(self.source, statement, quote, words)

    def in_derived(self, statement: Statement, quote: str, words: str = "") -> Span:
        """A quote of a statement of the derived text."""
        return _span(self.derived, statement, quote, words)


def _span(document: Document, statement: Statement, quote: str, words: str) -> Span:
    text = "\n".join(document.lines[statement.line - 1 : statement.end])
    begin = _place(text, statement.original, 0)
    found = _place(text, words or quote, begin) if begin >= 0 else -1
    at = found if found >= 0 else begin
    if at < 0:
        return Span(quote, statement.line)
    line = statement.line + text.count("\n", 0, at)
    return Span(quote, line, at - text.rfind("\n", 0, at))


def _place(text: str, wanted: str, start: int) -> int:
    """Where the first words of `wanted` stand, however they are wrapped and marked up."""
    for count in (_FIRST_WORDS, 1):
        pattern = r"[\s>|*_`\\]+".join(_escaped(wanted, count))
        if pattern and (found := re.compile(pattern).search(text, start)):
            return found.start()
    return -1


def _escaped(wanted: str, count: int) -> Iterator[str]:
    words = [word for word in wanted.split() if word != "|"]
    return (re.escape(word) for word in words[:count])
