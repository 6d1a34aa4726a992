"""From the answers to a case to its result: every assertion of every repeat."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from opsrail.evals.agreement.bench import SCORER as JUDGE
from opsrail.evals.agreement.bench import Bench
from opsrail.evals.agreement.model import Question, Unheard
from opsrail.evals.model import Answer, Assertion, Case, CaseResult, Json, Mark, Score
from opsrail.evals.reading.asserted import filled, part
from opsrail.evals.scorers.judge import JudgedBy
from opsrail.evals.scorers.registry import Asked, scorers
from opsrail.evals.texts.passages import LONGEST, clipped
from opsrail.evals.texts.plain import text_of

PYTHON: Final = "python"
"""The scorer whose function runs in a process of its own."""

_SHOWN: Final = 400
"""Characters of an answer that a result keeps."""

CallPython = Callable[[Json, Json, Case], Answer]
"""From the scorer's setting, the output and the case to what the function returned."""


def result_of(
    case: Case,
    common: Sequence[Assertion],
    answers: Sequence[Answer],
    call: CallPython,
    bench: Bench | None = None,
) -> CaseResult:
    """The result of a case from its answers, one a repeat. `bench` has the judges.

    An answer that never came, or a scorer that failed, leaves the case without a result that
    could be compared: its error says why.
    """
    asserts = (*common, *case.asserts)
    heard = bench or Bench({}, None)
    runs = [
        tuple(_marks(case, asserts, answer, _Elsewhere(call, heard, repeat)))
        for repeat, answer in enumerate(answers)
    ]
    faults = [
        answer.error or next((mark.error for mark in marks if mark.error), "")
        for answer, marks in zip(answers, runs, strict=True)
    ]
    if error := next((fault for fault in faults if fault), ""):
        return CaseResult(case.id, 0.0, (), (), error=error)
    passes = tuple(all(mark.is_passed for mark in marks) for marks in runs)
    told = passes.index(False) if False in passes else 0
    weights = [one.weight for one in asserts]
    value = math.fsum(_weighed(marks, weights) for marks in runs) / len(runs)
    return CaseResult(case.id, value, passes, runs[told], shown(answers[told].output))


def _weighed(marks: Sequence[Mark], weights: Sequence[float]) -> float:
    total = math.fsum(weights)
    parts = (mark.value * weight for mark, weight in zip(marks, weights, strict=True))
    return min(1.0, math.fsum(parts) / total)


def questions_of(
    case: Case, common: Sequence[Assertion], answers: Sequence[Answer]
) -> Iterator[Question]:
    """Everything that scoring these answers will ask judges, so that it can be asked at once."""
    judged = [one for one in (*common, *case.asserts) if one.scorer == JUDGE]
    for repeat, answer in enumerate(answers):
        for one in judged if not answer.error else ():
            asked = _asked(one, case, answer)
            if isinstance(asked, Mark) or not (setting := _judged_by(asked)):
                continue
            if (question := _question(asked, setting, repeat)) is not None:
                yield question


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """Who scores where the engine itself does not, for one repeat."""

    python: CallPython
    bench: Bench
    repeat: int


def _marks(
    case: Case, asserts: Sequence[Assertion], answer: Answer, elsewhere: _Elsewhere
) -> Iterator[Mark]:
    if answer.error:
        return
    for one in asserts:
        asked = _asked(one, case, answer)
        yield asked if isinstance(asked, Mark) else _mark(one, asked, elsewhere)


def _asked(one: Assertion, case: Case, answer: Answer) -> Asked | Mark:
    """What a scorer is given; the mark, where the answer or the case lacks what it needs."""
    try:
        output = part(answer.output, one.of)
    except KeyError:
        return Mark(one.scorer, 0.0, is_passed=False, reason=f"the answer has no part {one.of}")
    try:
        setting = filled(one.setting, case.expected, case.input)
    except KeyError as missing:
        return _failed(one, f"asks for a part that this case does not have: {missing}")
    return Asked(case, answer, output, setting)


def _mark(one: Assertion, asked: Asked, elsewhere: _Elsewhere) -> Mark:
    try:
        found = _scored(one, asked, elsewhere)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return _failed(one, str(first["msg"]).removeprefix("Value error, "))
    if isinstance(found, str):
        return _failed(one, found)
    if not 0.0 <= found.value <= 1.0:
        return _failed(one, f"gave {found.value}, and a score lies between 0 and 1")
    # What a mean of floating numbers loses in its last places decides nothing.
    is_passed = found.value >= one.at_least - 1e-9
    return Mark(one.scorer, found.value, is_passed, found.reason)


def _scored(one: Assertion, asked: Asked, elsewhere: _Elsewhere) -> Score | str:
    """The score, or what is wrong with it."""
    if one.scorer == PYTHON:
        return _read(elsewhere.python(asked.setting, asked.output, asked.case))
    known = scorers()[one.scorer]
    setting = known.setting.validate_python(asked.setting)
    if one.scorer == JUDGE:
        return _judged(_question(asked, setting, elsewhere.repeat), elsewhere.bench)
    return known.run(Asked(asked.case, asked.answer, asked.output, setting))


def _judged_by(asked: Asked) -> JudgedBy | None:
    """The setting of a judge; None where it cannot be read, which scoring says by itself."""
    try:
        setting: JudgedBy = scorers()[JUDGE].setting.validate_python(asked.setting)
    except ValidationError:
        return None
    return setting


def _question(asked: Asked, setting: JudgedBy, repeat: int) -> Question | None:
    """What a judge is asked about an answer; None where there is no answer."""
    answer = text_of(asked.output)
    if answer is None or not answer.strip():
        return None
    question = setting.question
    if question is None:
        question = asked.case.ask or text_of(asked.case.input) or ""
    return Question(setting.judge, question, answer, repeat)


def _judged(question: Question | None, bench: Bench) -> Score | str:
    if question is None:
        return Score(0.0, "there is no answer to judge")
    found = bench.opinion(question)
    if isinstance(found, Unheard):
        return f"has no label: {found}"
    reason = f": {found.reason}" if found.reason else ""
    return Score(found.value, clipped(f"{question.judge} says {found.label}{reason}", LONGEST))


def _read(returned: Answer) -> Score | str:
    """A function's score: a number, yes or no, or {"score", "reason"}."""
    if returned.error:
        return returned.error
    told = returned.output
    if isinstance(told, Mapping):
        value, reason = told.get("score"), str(told.get("reason", ""))
    else:
        value, reason = told, ""
    if isinstance(value, bool | int | float):
        return Score(float(value), reason)
    return f"gave {shown(returned.output)}, which is no number"


def _failed(one: Assertion, error: str) -> Mark:
    return Mark(one.scorer, 0.0, is_passed=False, error=f"the scorer `{one.scorer}` {error}")


def shown(output: Json) -> str:
    """The beginning of an answer, in one line."""
    text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
