"""Asking judges: the request for a question, and the opinion that a reply holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from opsrail.evals.agreement.addressing import addressed
from opsrail.evals.agreement.model import Judge, Opinion, Question, Unheard
from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, FaultKind, Json, Reply, Request
from opsrail.llm.prompts import Filling, Untrusted, request_of

_LONGEST_REASON: Final = 300


def request_for(judge: Judge, question: Question) -> Request:
    """What the model is asked. Question and answer are somebody else's words, marked as such."""
    filling: dict[str, Filling] = {
        "rubric": rubric(judge),
        "question": Untrusted(question.question),
        "answer": Untrusted(question.answer),
    }
    return request_of(judge.prompt, filling, _schema(judge), repeat=question.repeat)


def rubric(judge: Judge) -> str:
    """The labels with what they mean, a line each, the worst first."""
    return "\n".join(f"- {one.name}: {' '.join(one.means.split())}" for one in judge.file.labels)


def _schema(judge: Judge) -> Mapping[str, Json]:
    """The reason comes before the label: a model that has to say why first labels better."""
    return {
        "type": "object",
        "properties": {
            "reason": {"type": "string"},
            "label": {"type": "string", "enum": list(judge.labels)},
        },
        "required": ["reason", "label"],
        "additionalProperties": False,
    }


def ask(
    judge: Judge, questions: Sequence[Question], asker: Asker | None
) -> Mapping[Question, Opinion | Unheard]:
    """The judge's opinion of each, all asked at once and within its budget.

    An answer that speaks to its judge gets the worst label, and the model is not asked.
    """
    every = tuple(dict.fromkeys(questions))
    opinions = {one: _of_itself(judge, one) for one in every}
    open_ones = [one for one, known in opinions.items() if known is None]
    heard = {one: known for one, known in opinions.items() if known is not None}
    if asker is None:
        return {**heard, **dict.fromkeys(open_ones, _NOBODY)}
    requests = [request_for(judge, one) for one in open_ones]
    outcomes = asker.ask(requests, Ledger(dollars=judge.file.dollars)) if requests else ()
    found = (_opinion(judge, outcome) for outcome in outcomes)
    return {**heard, **dict(zip(open_ones, found, strict=True))}


_NOBODY: Final = Unheard("no model can be asked here", "`--model replay` answers from recordings")


def _of_itself(judge: Judge, question: Question) -> Opinion | Unheard | None:
    """What needs no model."""
    words = addressed(question.answer, judge.labels)
    if not words:
        return None
    worst = judge.labels[0]
    reason = f"the answer speaks to its judge: “{_clipped(words, 80)}”"
    return Opinion(worst, judge.score(worst), reason)


def _opinion(judge: Judge, outcome: Reply | Fault) -> Opinion | Unheard:
    if isinstance(outcome, Fault):
        lacks = outcome.kind in {FaultKind.OFF, FaultKind.NO_RECORDING}
        return Unheard(outcome.message, _RECORD if lacks else outcome.hint)
    value = outcome.value
    label = value.get("label") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or label not in judge.labels:
        return Unheard("the model's answer has none of the judge's labels", "try another model")
    reason = _clipped(" ".join(str(value.get("reason", "")).split()), _LONGEST_REASON)
    return Opinion(str(label), judge.score(str(label)), reason)


_RECORD: Final = "`--model record` asks the model, and keeps what it says for everybody"


def _clipped(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
