"""Sentences and words of an answer, as a person would count them.

List items, table rows and paragraphs end a sentence; headings and code are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from opsrail.content.pieces import pieces_of
from opsrail.content.sections import parse_document
from opsrail.evals.texts.plain import plain

_END: Final = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]*[^\W_a-z])")
_SHORT: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|no|nos|mr|mrs|ms|dr|st|approx|ca|max|min|incl)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_WORD: Final = re.compile(r"[^\W_]+(?:['.,:/-][^\W_]+)*")


def sentences(markdown: str) -> tuple[str, ...]:
    """The sentences of a Markdown text that hold a word, in order."""
    found = (sentence for text in _prose(markdown) for sentence in _split(plain(text)))
    return tuple(sentence for sentence in found if _WORD.search(sentence))


def words(text: str) -> tuple[str, ...]:
    """The words and figures of a plain text: "e-mail" and "1,200" are one each."""
    return tuple(_WORD.findall(text))


def readable(sentence: str) -> str:
    """A sentence without web and e-mail addresses, which nobody reads aloud."""
    return _ADDRESS.sub(" ", sentence)


def _prose(markdown: str) -> Iterator[str]:
    for section in parse_document("", markdown).sections:
        for piece in pieces_of(section):
            if piece.is_prose:
                yield piece.text


def _split(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        said = text[start : end.start()]
        if not _SHORT.search(said):
            yield said
            start = end.end()
    yield text[start:]
