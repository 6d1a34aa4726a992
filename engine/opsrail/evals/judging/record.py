"""Putting a decision on record: what is open to one, and the file with it added."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from opsrail.evals.formats import DecisionEntry
from opsrail.evals.judging.judged import Judged

_HEAD = """\
# What people decided where a suite could not, or about a case that was taken from one.
# Written by `opsrail eval decide`; an entry holds for exactly the evidence that it names.
decisions:
"""


@dataclass(frozen=True, slots=True)
class Open:
    """Something that waits for a person: the suite, what `about` names, and what it is."""

    suite: str
    about: str
    words: str


def open_to_decision(judged: Judged) -> Iterator[Open]:
    """What a person may decide: doubts, and what was taken from a suite. A failure is none."""
    for outcome in judged.outcomes:
        if outcome.can_be_decided and not outcome.decided:
            yield Open(outcome.suite.name, outcome.about, outcome.words)
    for name, found in judged.weakened.items():
        for one in found:
            if not one.is_change and not one.agreed:
                words = f"the case {one.case} {one.words}" if one.case else one.words
                yield Open(name, one.about, words)


def with_decisions(
    before: Sequence[DecisionEntry], decided: Sequence[Open], by: str, on: date, reason: str
) -> str:
    """The text of the file of decisions, with these added."""
    known = {(one.suite, one.about) for one in before}
    added = [
        DecisionEntry(suite=one.suite, about=one.about, by=by, on=on, reason=reason)
        for one in decided
        if (one.suite, one.about) not in known
    ]
    return _HEAD + "".join(_entry(one) for one in (*before, *added))


def _entry(one: DecisionEntry) -> str:
    # A JSON text is a YAML text, whatever it holds.
    return (
        f"  - suite: {one.suite}\n"
        f"    about: {json.dumps(one.about)}\n"
        f"    by: {json.dumps(one.by, ensure_ascii=False)}\n"
        f"    on: {one.on.isoformat()}\n"
        f"    reason: {json.dumps(one.reason, ensure_ascii=False)}\n"
    )
