"""What is wrong with a briefing that a model put into words: each item says what it said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from opsrail.content.facts import Fact, FactKind
from opsrail.content.statements import facts_in
from opsrail.tailor.faithful import Kind, judge
from opsrail.tailor.introduced import introduced


def wording_faults(said: str, what: str) -> Iterator[str]:
    """One sentence for each thing that `what` adds to, or loses of, what was `said` before."""
    before, after = _values(said), _values(what)
    for fact in after:
        if (fact.kind, fact.value) not in {(one.kind, one.value) for one in before}:
            yield f"“{fact.text}” is not in what changed: “{said}”"
    for fact in before:
        if (fact.kind, fact.value) not in {(one.kind, one.value) for one in after}:
            yield f"“{fact.text}” is missing from “{what}”"
    if [fact.value for fact in before] != [fact.value for fact in after] and not _lost(
        before, after
    ):
        yield f"The figures of “{what}” come in another order than in “{said}”"
    yield from (f"“{what}” has something new: {one.message}" for one in introduced(what, [said]))
    for departure in judge(said, what).departures:
        if departure.is_grave and departure.derived and departure.kind is Kind.NEGATION:
            yield f"“{what}” turns what changed round: {departure.message}"


def _values(text: str) -> Sequence[Fact]:
    return [fact for fact in facts_in(text) if fact.kind is not FactKind.DEONTIC]


def _lost(before: Sequence[Fact], after: Sequence[Fact]) -> bool:
    return {(f.kind, f.value) for f in before} != {(f.kind, f.value) for f in after}
