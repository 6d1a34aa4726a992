"""What is wrong with a summary that a model wrote: figures, times and names not on record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.content.statements import facts_in
from opsrail.tailor.faithful import Kind, judge
from opsrail.tailor.introduced import introduced

_FIGURE: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_TURNED: Final = frozenset({Kind.FACT_CHANGED, Kind.FACT_ADDED, Kind.NEGATION})


_MOMENTS: Final = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        "began|begins?|start(?:s|ed)?",
        "notice[sd]?|detect(?:s|ed)?|found out",
        "ended|ends|was over|came to an end",
        "last(?:s|ed)|went on for",
    )
)
"""What a time can be the time of."""
_SENTENCE: Final = re.compile(r"(?<=[.!?;]) +|\n+")


def summary_faults(summary: str, records: Sequence[str]) -> Iterator[str]:
    """One sentence for each thing in a summary that its records do not say."""
    grounds = "\n\n".join(records)
    figures = set(_FIGURE.findall(grounds))
    for figure in dict.fromkeys(_FIGURE.findall(summary)):
        if figure not in figures:
            yield f"The figure {figure} is not on record."
    known = {(fact.kind, fact.value) for fact in facts_in(grounds)}
    for fact in facts_in(summary):
        if fact.kind is not FactKind.DEONTIC and (fact.kind, fact.value) not in known:
            yield f"“{fact.text}” is not on record."
    yield from (
        f"The summary has something new: {one.message}" for one in introduced(summary, records)
    )
    yield from _misplaced(summary, grounds)
    for departure in judge(grounds, summary).departures:
        if departure.is_grave and departure.derived and departure.kind in _TURNED:
            yield f"The summary does not say what is on record: {departure.message}"


def _misplaced(summary: str, grounds: str) -> Iterator[str]:
    """Times on record that are said of something else: the end's date as that of the beginning."""
    lines = _SENTENCE.split(grounds)
    for sentence in _SENTENCE.split(summary):
        if about := [pattern for pattern in _MOMENTS if pattern.search(sentence)]:
            own = "\n\n".join(line for line in lines if any(p.search(line) for p in about))
            known = {fact.value for fact in facts_in(own)}
            for fact in facts_in(sentence):
                if fact.kind in {FactKind.DATE, FactKind.DURATION} and fact.value not in known:
                    yield f"“{fact.text}” is on record, and not for this: “{sentence}”"
