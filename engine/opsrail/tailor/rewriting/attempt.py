"""Asking a model for the words of sections, and once more where they are not good enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.model import FREE, Fault, FaultKind, Reply, Usage
from opsrail.tailor.generate import Generated, rewritten
from opsrail.tailor.rewriting.checking import faults, unwrapped
from opsrail.tailor.rewriting.pending import Pending

_MODELS_OWN: Final = {
    FaultKind.REFUSAL: "the model refused",
    FaultKind.LENGTH: "the answer stopped at its longest length",
    FaultKind.EMPTY: "there is no text",
}
"""Faults that are the model's answer, so that asking once more may help."""

_SAID: Final = 6
"""Faults that the model is told of, and that a person reads: more would not help either."""


class Verdict(StrEnum):
    """What came of a section."""

    FIRST = "taken"
    SECOND = "taken when asked again"
    DECLINED = "declined"
    """Both answers departed from the source: the selected text stays."""
    UNANSWERED = "unanswered"
    """No answer came: no recording, no endpoint, no budget. Nothing is changed."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one section. `faults` are those of each answer that was not taken."""

    pending: Pending
    verdict: Verdict
    section: Generated | None = None
    faults: tuple[tuple[str, ...], ...] = ()
    answers: tuple[str, ...] = ()
    unanswered: Fault | None = None
    usage: Usage = FREE


@dataclass(frozen=True, slots=True)
class _Heard:
    pending: Pending
    answer: str
    faults: tuple[str, ...]
    usage: Usage
    unanswered: Fault | None = None


def attempt(
    pending: Sequence[Pending], asker: Asker, within: Ledger | None = None
) -> tuple[Attempt, ...]:
    """Ask for each section, and a second time, with what was wrong, where it departs."""
    first = _ask(pending, asker, within, {})
    poor = [one for one in first if one.faults]
    said = {id(one.pending): one for one in poor}
    second = _ask([one.pending for one in poor], asker, within, said)
    again = {id(one.pending): one for one in second}
    return tuple(_judged(one, again.get(id(one.pending))) for one in first)


def _ask(
    pending: Sequence[Pending],
    asker: Asker,
    within: Ledger | None,
    said: Mapping[int, _Heard],
) -> list[_Heard]:
    requests = [
        one.brief.request(said[id(one)].answer, _again(said[id(one)].faults))
        if id(one) in said
        else one.brief.request()
        for one in pending
    ]
    outcomes = asker.ask(requests, within) if requests else ()
    return [_heard(one, outcome) for one, outcome in zip(pending, outcomes, strict=True)]


def _heard(pending: Pending, outcome: Reply | Fault) -> _Heard:
    if isinstance(outcome, Fault):
        if own := _MODELS_OWN.get(outcome.kind):
            return _Heard(pending, "", (own,), outcome.usage)
        return _Heard(pending, "", (), outcome.usage, outcome)
    answer = unwrapped(outcome.text)
    return _Heard(pending, answer, faults(pending, answer), outcome.usage)


def _again(found: Sequence[str]) -> str:
    told = "\n".join(f"- {fault}" for fault in found[:_SAID])
    return (
        f"That cannot be used:\n{told}\n\nWrite the whole text once more without these faults."
        " Answer with the text alone."
    )


def _judged(first: _Heard, second: _Heard | None) -> Attempt:
    pending = first.pending
    if second is None:
        if first.unanswered is not None:
            return Attempt(
                pending, Verdict.UNANSWERED, unanswered=first.unanswered, usage=first.usage
            )
        taken = _taken(pending, first.answer)
        return Attempt(pending, Verdict.FIRST, taken, (), (first.answer,), usage=first.usage)
    usage = first.usage + second.usage
    answers = (first.answer, second.answer)
    if second.unanswered is not None:
        told = Attempt(pending, Verdict.UNANSWERED, None, (first.faults,), answers[:1])
        return replace(told, unanswered=second.unanswered, usage=usage)
    if not second.faults:
        taken = _taken(pending, second.answer)
        return Attempt(pending, Verdict.SECOND, taken, (first.faults,), answers, usage=usage)
    # An answer that broke off says less about the model than one that departed.
    most = max(second.faults, first.faults, key=len)
    kept = replace(pending.section, declined=declined_for(most))
    every = (first.faults, second.faults)
    return Attempt(pending, Verdict.DECLINED, kept, every, answers, usage=usage)


def _taken(pending: Pending, answer: str) -> Generated:
    return rewritten(pending.section, pending.brief.whole(answer))


def declined_for(found: Sequence[str]) -> str:
    """Why, in one line for the lock and for people."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{' '.join(found[0].split())[:200]}{more}"
