"""From the answers to a case to its result: every assertion of every repeat."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from pydantic import ValidationError

from opsrail.evals.model import Answer, Assertion, Case, CaseResult, Json, Mark, Score
from opsrail.evals.reading.asserted import filled, part
from opsrail.evals.scorers.registry import Asked, scorers

PYTHON: Final = "python"
"""The scorer whose function runs in a process of its own."""

_SHOWN: Final = 400
"""Characters of an answer that a result keeps."""

CallPython = Callable[[Json, Json, Case], Answer]
"""From the scorer's setting, the output and the case to what the function returned."""


def result_of(
    case: Case, common: Sequence[Assertion], answers: Sequence[Answer], call: CallPython
) -> CaseResult:
    """The result of a case from its answers, one a repeat.

    An answer that never came, or a scorer that failed, leaves the case without a result that
    could be compared: its error says why.
    """
    runs = [tuple(_marks(case, (*common, *case.asserts), answer, call)) for answer in answers]
    faults = [
        answer.error or next((mark.error for mark in marks if mark.error), "")
        for answer, marks in zip(answers, runs, strict=True)
    ]
    if error := next((fault for fault in faults if fault), ""):
        return CaseResult(case.id, 0.0, (), (), error=error)
    passes = tuple(all(mark.is_passed for mark in marks) for marks in runs)
    told = passes.index(False) if False in passes else 0
    weights = [one.weight for one in (*common, *case.asserts)]
    value = math.fsum(_weighed(marks, weights) for marks in runs) / len(runs)
    return CaseResult(case.id, value, passes, runs[told], shown(answers[told].output))


def _weighed(marks: Sequence[Mark], weights: Sequence[float]) -> float:
    total = math.fsum(weights)
    parts = (mark.value * weight for mark, weight in zip(marks, weights, strict=True))
    return min(1.0, math.fsum(parts) / total)


def _marks(
    case: Case, asserts: Sequence[Assertion], answer: Answer, call: CallPython
) -> Iterator[Mark]:
    if answer.error:
        return
    for one in asserts:
        try:
            output = part(answer.output, one.of)
        except KeyError:
            yield Mark(one.scorer, 0.0, is_passed=False, reason=f"the answer has no part {one.of}")
            continue
        try:
            setting = filled(one.setting, case.expected, case.input)
        except KeyError as missing:
            yield _failed(one, f"asks for a part that this case does not have: {missing}")
            continue
        yield _mark(one, Asked(case, answer, output, setting), call)


def _mark(one: Assertion, asked: Asked, call: CallPython) -> Mark:
    try:
        found = _scored(one, asked, call)
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


def _scored(one: Assertion, asked: Asked, call: CallPython) -> Score | str:
    """The score, or what is wrong with it."""
    if one.scorer == PYTHON:
        return _read(call(asked.setting, asked.output, asked.case))
    known = scorers()[one.scorer]
    setting = known.setting.validate_python(asked.setting)
    return known.run(Asked(asked.case, asked.answer, asked.output, setting))


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
