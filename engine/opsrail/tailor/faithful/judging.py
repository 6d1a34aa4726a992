"""The judge of whether a derived text says what its source says."""

from __future__ import annotations

from collections.abc import Sequence

from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.tailor.faithful.align import Alignment, align
from opsrail.tailor.faithful.duties import duty_departures
from opsrail.tailor.faithful.entities import entity_departures
from opsrail.tailor.faithful.links import link_departures
from opsrail.tailor.faithful.model import Departure, Judgement, Kind
from opsrail.tailor.faithful.quoting import Texts
from opsrail.tailor.faithful.statements import statements_of
from opsrail.tailor.faithful.steps import misplaced, not_handed_over, required, uncovered
from opsrail.tailor.faithful.terms import Reading, in_own_words, without_hand_over
from opsrail.tailor.faithful.values import value_departures

AS_WRITTEN = Reading()
"""Nothing may differ but the wording and what connects it."""


def judge(source: str, derived: str, *, terms: Reading = AS_WRITTEN) -> Judgement:
    """Hold a derived text against its source, both Markdown. Pure.

    Facts must be the same in number, bound and place; rules must keep their force; rules and
    steps must be there and in order; kept links must lead to the same target; names must come
    from the source. Wording is free, and prose that states none of these may be left out.

    What it can't see: a claim told falsely without a fact, a rule or a name in it, and a
    paraphrase that shares no words with its source (it is taken for a loss and an addition).
    """
    texts = Texts(parse_document("", source), parse_document("", derived))
    found = align(
        statements_of(texts.source, lambda text: in_own_words(text, terms.words)),
        statements_of(texts.derived, lambda text: without_hand_over(text, terms)),
    )
    departures = _departures(found, terms, texts)
    return Judgement(departures, _score(found, terms, departures))


def _departures(found: Alignment, terms: Reading, texts: Texts) -> tuple[Departure, ...]:
    groups = found.groups
    every = [
        *uncovered(found, terms, texts),
        *not_handed_over(found, terms, texts),
        *misplaced(found, texts),
        *value_departures(found, groups, terms, texts),
        *duty_departures(groups, terms, texts),
        *entity_departures(found, terms, texts, _words_of(texts.source)),
        *link_departures(found, terms, texts),
    ]
    return tuple(sorted(dict.fromkeys(every), key=_order))


def _words_of(document: Document) -> Sequence[str]:
    return ("\n".join(document.lines), document.front.title)


def _order(departure: Departure) -> tuple[int, int, int, str, str]:
    """By place in the derived text; what has none there by its place in the source, last."""
    span = departure.derived or departure.source
    where = (span.line, span.column or 0) if span else (0, 0)
    return (0 if departure.derived else 1, *where, departure.kind, departure.message)


_ADDITIONS = frozenset({Kind.FACT_ADDED, Kind.ENTITY_NEW, Kind.WORDING})


def _score(found: Alignment, terms: Reading, departures: Sequence[Departure]) -> float:
    wanted = len(required(found.source, terms))
    grave = [departure for departure in departures if departure.is_grave]
    added = sum(departure.source is None for departure in grave)
    broken = {d.source.line * 10_000 + (d.source.column or 0) for d in grave if d.source}
    kept = max(wanted - len(broken), 0)
    if not grave:
        return 1.0
    return kept / max(wanted + added, 1)
