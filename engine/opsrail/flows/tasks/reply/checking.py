"""What is wrong with a reply that a model wrote: everything it says must stand in what it cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.content.statements import facts_in
from opsrail.flows.retrieval.passages import Passage
from opsrail.tailor.above import Runs, repeated
from opsrail.tailor.faithful import Kind, judge
from opsrail.tailor.introduced import introduced
from opsrail.tailor.rewriting.kept import unsaid

_ADDED: Final = frozenset(
    {Kind.FACT_ADDED, Kind.FACT_CHANGED, Kind.DEONTIC, Kind.NEGATION, Kind.LINK_TARGET}
)
"""What a reply may not do to its sections. Leave things out, and say them otherwise, it may."""


def reply_faults(body: str, cited: Sequence[Passage]) -> Iterator[str]:
    """Facts, addresses, names, rules and sentences of a reply that no cited section has."""
    grounds = [f"{passage.title}\n\n{passage.text}" for passage in cited]
    yield from (f"The reply has something new: {one.message}" for one in introduced(body, grounds))
    yield from new_facts(body, grounds)
    judged = judge("\n\n".join(grounds), body)
    for departure in judged.departures:
        if departure.is_grave and departure.derived and departure.kind in _ADDED:
            yield f"The reply does not say what its sections say: {departure.message}"
    for quote in unsaid(body, "\n\n".join(grounds)):
        yield f"“{quote}” is nothing that the cited sections say."


def above_faults(body: str, above: Runs, words: Mapping[str, str]) -> Iterator[str]:
    """Sentences of sections that the reader may not see, however they came in: a ticket may
    quote them, too. `words` are the reader's own for those of the sources.
    """
    for _, section in repeated(above, body, words):
        yield f"The reply repeats “{section.title}”, which its reader may not see."


def new_facts(text: str, grounds: Sequence[str]) -> Iterator[str]:
    """Amounts, periods, dates and the like that stand in a text and in none of its grounds."""
    known = {(fact.kind, fact.value) for ground in grounds for fact in facts_in(ground)}
    for fact in facts_in(text):
        if fact.kind is not FactKind.DEONTIC and (fact.kind, fact.value) not in known:
            yield f"“{fact.text}” stands in none of the sections that it cites."
