"""Words of a derived text that its source does not support.

Without a model: lists of general English, stems, and what stands near what. Two questions, two
functions: `unsupported` holds a summary against the longer text it sums up, `rewording` an edited
text against the approved one. The pieces of evidence of a whole text are weighed together, so
give these functions a paragraph or a section, not a book.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from opsrail.tailor.faithful.model import Departure, Kind, Span
from opsrail.tailor.faithful.words.edits import changed_words
from opsrail.tailor.faithful.words.evidence import Evidence, Trait
from opsrail.tailor.faithful.words.source import Source
from opsrail.tailor.faithful.words.support import unsupported_words
from opsrail.tailor.faithful.words.tokens import Word
from opsrail.tailor.faithful.words.weights import EDIT, SUPPORT, Point, Scale

__all__ = ["Point", "rewording", "unsupported"]

_KINDS = {
    Trait.NUMBER: Kind.FACT_ADDED,
    Trait.NAME: Kind.ENTITY_NEW,
    Trait.NEGATION: Kind.NEGATION,
    Trait.LIMIT: Kind.DEONTIC,
}
_SAID = {
    Trait.NUMBER: "the source does not have this number",
    Trait.NAME: "the source does not have this name",
    Trait.NEGATION: "the source denies nothing here",
    Trait.LIMIT: "the source has no such limit here",
    Trait.CONTRAST: "the source sets nothing against each other here",
    Trait.REVERSAL: "the source has neither this word nor one like it",
    Trait.ADDED: "the source says nothing of it",
}
_HEAVY = 0.4
"""The least weight of a grave one; no sum of lighter ones reaches a threshold."""
_CHECK = "Check it against the source, and change one of the two."


def unsupported(source: str, derived: str, *, point: Point = Point.GATE) -> tuple[Departure, ...]:
    """The words of `derived` that the longer `source` does not support, in order. Pure.

    If all of them together weigh enough at this point, the heavier ones are grave; else all are
    for information.

    What it can't see: a wrong word that the source has elsewhere (Gold for Silver, one speaker
    for another), an invented detail in common words without a number, a name, a "not" or an
    opposite that the lists know, what was left out, and anything that takes knowledge of the
    world. English only.
    """
    prepared = _prepared(source)
    found = list(unsupported_words(prepared, derived))
    return _departures(prepared, derived, found, SUPPORT, point)


def rewording(source: str, derived: str, *, point: Point = Point.GATE) -> tuple[Departure, ...]:
    """Where an edit of `source` into `derived` changed what is said, in order. Pure.

    If all of them together weigh enough at this point, the heavier ones are grave; else all are
    for information.
    A paraphrase by synonyms that the lists know gives nothing, and so does another order.

    What it can't see: an everyday word replaced by one that the lists don't connect with it
    (movement for time), who does what to whom, and words that were only left out. English only.
    """
    prepared = _prepared(source)
    found = list(changed_words(source, derived))
    return _departures(prepared, derived, found, EDIT, point)


@lru_cache(maxsize=16)
def _prepared(source: str) -> Source:
    return Source(source)


def _departures(
    source: Source, derived: str, found: Sequence[Evidence], scale: Scale, point: Point
) -> tuple[Departure, ...]:
    least = _HEAVY if scale.is_too_much(found, point) else float("inf")
    told: dict[tuple[Word | None, int | None], Evidence] = {}
    for one in sorted(found, key=lambda one: -scale.weights[one.trait]):
        told.setdefault((one.word, None if one.word else one.place), one)
    every = (
        _departure(source, derived, one, is_grave=scale.weights[one.trait] >= least)
        for one in told.values()
    )
    return tuple(sorted(every, key=_order))


def _order(departure: Departure) -> tuple[bool, int, int, str]:
    span = departure.derived or departure.source or Span("")
    return (departure.derived is None, span.line, span.column or 0, departure.message)


def _departure(source: Source, derived: str, found: Evidence, *, is_grave: bool) -> Departure:
    near = _near(source, found)
    here = None if found.word is None else _span(derived, found.word.start, found.word.end)
    kind = _KINDS.get(found.trait, Kind.WORDING)
    if kind is Kind.FACT_ADDED and found.instead:
        kind = Kind.FACT_CHANGED
    return Departure(kind, near, here, _message(found, near), is_grave)


def _near(source: Source, found: Evidence) -> Span | None:
    if found.place is None or not source.words:
        return None
    return _span(source.text, *source.quote(found.place))


def _span(text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    return Span(text[start:end], line, start - text.rfind("\n", 0, start))


def _message(found: Evidence, near: Span | None) -> str:
    where = f" (“…{near.text}…”)" if near else ""
    if found.word is None:
        return f"“{found.instead}” of the source{where} is gone here. {_CHECK}"
    word = f"“{found.word.text}”"
    if found.instead:
        return f"{word} stands here where the source has “{found.instead}”{where}. {_CHECK}"
    return f"{word} stands here, and {_SAID[found.trait]}{where}. {_CHECK}"
