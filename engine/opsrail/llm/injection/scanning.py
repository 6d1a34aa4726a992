"""Whether a text talks to a model: every reading of it, held against phrases and marks.

Advisory. No list knows every phrase, so nothing is refused for what is found here and nothing
may be trusted because nothing was: what decides is the gate on the output. The time grows with
the length of the text only; texts of up to 1 MB are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from opsrail.llm.injection.decoding import (
    UNSEEN_ENCODINGS,
    decoded,
    mixed_alphabets,
    rewritten,
    spelled,
)
from opsrail.llm.injection.folding import STOP, folded, in_words
from opsrail.llm.injection.marks import marks, unseen
from opsrail.llm.injection.model import Kind, Suspicion
from opsrail.llm.injection.views import Lines, View, shown, unescaped
from opsrail.llm.injection.wording import compiled, phrases

MOST_CHARACTERS = 1_000_000
"""What follows in a longer text is not read."""
_DEEPEST = 2
_LONGEST_QUOTE = 100
_SPELLED = (
    "(?:ignore|disregard|forget|bypass|override)(?:all|any|the|your|my|these|of)*(?:previous|prior|above|earlier|your|system|safety)"
    "(?:instructions?|rules|prompts?|guidelines|directives|orders|everything|text)?"
    "|(?:ignore|disregard|forget)(?:all|the|your)*(?:instructions|rules|guidelines|everything)"
    "|(?:reveal|show|print|leak|tell)(?:me)?(?:your|the)(?:system|hidden|secret)?(?:prompt|instructions|secrets?|rules)"
    "|systemprompt|jailbreak|youarenow|newinstructions?|obey(?:me|only)|developermode|pretendtobe"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """Something from `start` to `end` of the text. `meant` is what it says."""

    start: int
    end: int
    kind: Kind
    meant: str
    reading: str = ""


def scan(text: str) -> tuple[Suspicion, ...]:
    """What in a text looks like a message to a model, in order of place. Pure.

    A quote from an encoded part is of what it means, not of what stands there.
    """
    text = text[:MOST_CHARACTERS]
    lines = Lines(text)
    told: dict[tuple[int, Kind], Suspicion] = {}
    for one in sorted(_every(text), key=_order):
        line, column = lines.place(one.start)
        quote = _short(
            one.meant if one.reading or one.kind is Kind.HIDDEN else text[one.start : one.end]
        )
        told.setdefault((line, one.kind), Suspicion(one.kind, quote, line, column, one.reading))
    return tuple(told.values())


def _order(one: _Found) -> tuple[int, bool, str, str]:
    return (one.start, bool(one.reading), one.kind, one.meant)


def _every(text: str) -> Iterator[_Found]:
    for start, said in unseen(text):
        yield _Found(start, start, Kind.HIDDEN, said)
    for name, pattern, decode in UNSEEN_ENCODINGS:
        for found in compiled(pattern).finditer(text):
            meant = decode(found[0])
            inner = View(meant, [found.start()] * (len(meant) + 1))
            yield from _in_reading(inner, name, 1)
    view = unescaped(shown(text))
    yield from _in_reading(view, "", 0)
    if text != view.text:
        yield from _in_plain(shown(text), "")
    mixed = mixed_alphabets(view)
    if mixed is not None:
        start, word = mixed
        at, said = view.at(start), f"letters of two alphabets in “{word}”"
        yield _Found(at, at, Kind.HIDDEN, said)


def _in_reading(view: View, reading: str, depth: int) -> Iterator[_Found]:
    """In a text, in its other readings, and in what is encoded in it."""
    yield from _in_plain(view, reading)
    for name, other in rewritten(view):
        yield from _in_plain(other, name if not reading else f"{reading}, {name}")
    for letters in spelled(view):
        for found in _spelled().finditer(folded(letters).text):
            at = letters.at(found.start())
            yield _Found(at, at, Kind.SPLIT, found[0], reading or "letters put together")
    if depth < _DEEPEST:
        for name, inner in decoded(view):
            how = name if not reading else f"{reading}, {name}"
            yield from _in_reading(unescaped(inner), how, depth + 1)


def _in_plain(view: View, reading: str) -> Iterator[_Found]:
    low = folded(view)
    for kind, start, text in marks(low):
        yield _Found(low.at(start), low.at(start + len(text)), kind, text, reading)
    words = in_words(low)
    for phrase in phrases(words):
        text = words.text[phrase.start : phrase.end].replace(STOP, ". ")
        yield _Found(words.at(phrase.start), words.at(phrase.end), phrase.kind, text, reading)


@cache
def _spelled() -> Any:  # noqa: ANN401 - google-re2 is published without types
    return compiled(_SPELLED)


def _short(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"
