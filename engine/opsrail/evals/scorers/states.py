"""states, not_states: the answer states a fact, however it is worded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Annotated, Any, Final

from pydantic import AfterValidator

from opsrail.content.facts import Fact, FactKind, find_facts
from opsrail.content.pieces import pieces_of
from opsrail.content.sections import parse_document
from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import clipped, quoted
from opsrail.evals.texts.plain import text_of
from opsrail.evals.texts.sought import Sought, SoughtMany

_WORD: Final = re.compile(r"[^\W_]+")
_CALLED: Final = {
    FactKind.MONEY: "amount of money",
    FactKind.DURATION: "length of time",
    FactKind.PERCENT: "percentage",
    FactKind.NUMBER: "number",
    FactKind.DATE: "date or time",
    FactKind.URL: "web address",
    FactKind.EMAIL: "e-mail address",
    FactKind.CODE: "code or label",
    FactKind.HANDLE: "name or channel",
    FactKind.DEONTIC: "word such as must, may or never",
}


@lru_cache(maxsize=1024)
def _facts(text: str) -> tuple[Fact, ...]:
    return find_facts(text)


def _has_facts(text: str) -> str:
    if not _facts(text):
        raise ValueError(
            f"no fact was found in {quoted(text)}: a fact has a figure, an amount, a length of"
            " time, a date, an address or a word such as must; use contains for other texts"
        )
    return text


def _has_one_fact(text: str) -> str:
    said = [fact.text for fact in _facts(_has_facts(text))]
    if len(said) > 1:
        raise ValueError(
            f"{quoted(text)} holds {len(said)} facts ({', '.join(map(quoted, said[:3]))}):"
            " write one not_states for each that must not be stated"
        )
    return text


_Setting: Final = Annotated[SoughtMany, AfterValidator(lambda texts: tuple(map(_has_facts, texts)))]
_One: Final = Annotated[Sought, AfterValidator(_has_one_fact)]


@scorer("states", _Setting)
def states(asked: Asked) -> Score:
    """The answer states this fact, however it is worded: `states: within 30 days of the charge`.

    Every amount, length of time, date, address and "must" in the text has to be in the answer
    with the same value. What the text leaves open, the answer may fill: "30 days" is stated by
    "within 30 days of the charge", and not the other way round. The words a value is about may
    differ as long as they share one ("charge", "card charges").
    """
    given = _given(asked.output)
    if given is None:
        return Score(0.0, "there is no answer that could state anything")
    for text in asked.setting:
        for fact in _facts(text):
            if not _is_stated(fact, given):
                return Score(0.0, clipped(_lack(fact, given)))
    return Score(1.0)


@scorer("not_states", _One)
def not_states(asked: Asked) -> Score:
    """The answer does not state this one fact, however it is worded."""
    given = _given(asked.output)
    if given is None:
        return Score(0.0, "there is no answer that could be looked at")
    fact = _facts(asked.setting)[0]
    stated = next((one for one in given if _says(fact, one, given)), None)
    if stated is None:
        return Score(1.0)
    return Score(
        0.0, clipped(f"must not state {quoted(fact.text)}, it says {quoted(stated.quoted)}")
    )


def _given(output: Any) -> tuple[Fact, ...] | None:  # noqa: ANN401 - any JSON
    text = text_of(output)
    return None if text is None else _facts_of_answer(text)


@lru_cache(maxsize=256)
def _facts_of_answer(text: str) -> tuple[Fact, ...]:
    return tuple(_labelled_facts(text))


def _labelled_facts(markdown: str) -> Iterator[Fact]:
    """The facts of a Markdown text, those of a table beside the first cell of their row."""
    for section in parse_document("", markdown).sections:
        yield from find_facts(section.title)
        for piece in pieces_of(section):
            if piece.is_prose:
                yield from (fact.labelled(piece.key) for fact in find_facts(piece.text))


def _is_stated(fact: Fact, given: Sequence[Fact]) -> bool:
    return any(_says(fact, one, given) for one in given)


def _says(wanted: Fact, one: Fact, given: Sequence[Fact]) -> bool:
    if (wanted.kind, wanted.value) != (one.kind, one.value):
        return False
    if wanted.comparator and wanted.comparator != one.comparator:
        return False
    return not wanted.noun or _is_about(wanted, one, given)


def _is_about(wanted: Fact, one: Fact, given: Sequence[Fact]) -> bool:
    """Whether two facts share a word of what they are about.

    A fact that is bound to nothing is taken for the right one where the answer has no other of
    its kind that it could be confused with: "30 days." answers "what is the refund window?".
    """
    words = _words(f"{one.noun} {one.label.lower()}")
    if words:
        return bool(words & _words(wanted.noun))
    return all(other.kind is not one.kind or other.value == one.value for other in given)


def _words(noun: str) -> frozenset[str]:
    """The words of a noun in the singular, roughly."""
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in _WORD.findall(noun)
    )


def _lack(wanted: Fact, given: Sequence[Fact]) -> str:
    same_kind = [one for one in given if one.kind is wanted.kind]
    if not same_kind:
        return f"expects {quoted(wanted.text)}, the answer gives no {_CALLED[wanted.kind]}"
    nearest = min(same_kind, key=lambda one: _distance(wanted, one))
    return f"expects {quoted(wanted.text)}, the answer gives {quoted(nearest.quoted)}"


def _distance(wanted: Fact, one: Fact) -> tuple[int, int, float]:
    """How far apart two facts of one kind are: first what they are about, then what they say."""
    shared = len(_words(wanted.noun) & _words(f"{one.noun} {one.label.lower()}"))
    apart = abs((wanted.amount or 0.0) - (one.amount or 0.0))
    return -shared, int(wanted.comparator != one.comparator), apart
