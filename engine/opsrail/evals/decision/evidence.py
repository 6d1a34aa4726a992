"""Evidence from the results of both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from opsrail.evals.decision.model import Evidence, Scores
from opsrail.evals.model import Case, CaseResult
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.paired import Paired


def evidence_of(
    base: Mapping[str, CaseResult],
    head: Mapping[str, CaseResult],
    kept: Sequence[Case],
    fresh: Sequence[Case] = (),
    *,
    judging: Judging,
    reasons: Sequence[str] = (),
    set_aside: frozenset[str] = frozenset(),
) -> Evidence:
    """Put results together for the rule.

    `kept` cases are the same at base and head; `fresh` ones have nothing at base to be compared
    with. `reasons` are those that the caller knows of for which nothing can be compared (other
    scorers, another number of repeats); errors and cases without a result are found here. Cases
    `set_aside` do not count, unless they must pass.
    """
    known = _counted(kept, set_aside)
    new = _counted(fresh, set_aside)
    every = sorted((*known, *new), key=lambda case: case.id)
    found = (*reasons, *_faults(base, head, known, new, is_promise=judging is Judging.EACH))
    if found:
        return Evidence(
            reasons=found,
            must_pass=_failing(head, [case for case in every if case.must_pass]),
        )
    passed = [case for case in known if base[case.id].is_passed]
    return Evidence(
        must_pass=_failing(head, [case for case in every if case.must_pass]),
        regressions=_failing(head, passed),
        fresh=_failing(head, new),
        failing=_failing(head, every),
        ids=tuple(case.id for case in known),
        paired=_paired(base, head, known),
        head=Scores(
            tuple(head[case.id].value for case in every), tuple(case.cluster for case in every)
        ),
    )


def _counted(cases: Sequence[Case], set_aside: frozenset[str]) -> list[Case]:
    counted = [case for case in cases if case.must_pass or case.id not in set_aside]
    return sorted(counted, key=lambda case: case.id)


def _failing(head: Mapping[str, CaseResult], cases: Sequence[Case]) -> tuple[str, ...]:
    return tuple(case.id for case in cases if case.id in head and not head[case.id].is_passed)


def _paired(
    base: Mapping[str, CaseResult], head: Mapping[str, CaseResult], cases: Sequence[Case]
) -> Paired | None:
    if not cases:
        return None
    return Paired(
        tuple(base[case.id].value for case in cases),
        tuple(head[case.id].value for case in cases),
        tuple(case.cluster for case in cases),
    )


def _faults(
    base: Mapping[str, CaseResult],
    head: Mapping[str, CaseResult],
    known: Sequence[Case],
    new: Sequence[Case],
    *,
    is_promise: bool,
) -> Iterator[str]:
    """Why cases cannot be compared, in words."""
    for case in sorted((*known, *new), key=lambda case: case.id):
        yield from _fault(case.id, head, "head")
    for case in known:
        after = head.get(case.id)
        if is_promise and after is not None and after.is_passed and case.id in base:
            continue  # a promise that is kept needs nothing of base
        yield from chain(_fault(case.id, base, "base"), _repeats(case.id, base, head))


def _fault(name: str, results: Mapping[str, CaseResult], side: str) -> Iterator[str]:
    result = results.get(name)
    if result is None:
        yield f"the case {name} has no result at {side}"
    elif result.error:
        yield f"the case {name} could not be scored at {side}: {result.error}"
    elif not 0 <= result.value <= 1:  # false for NaN, too
        yield f"the score of the case {name} at {side} is no number from 0 to 1"


def _repeats(
    name: str, base: Mapping[str, CaseResult], head: Mapping[str, CaseResult]
) -> Iterator[str]:
    if name not in base or name not in head:
        return
    before, after = len(base[name].passes), len(head[name].passes)
    if before != after:
        yield f"the case {name} was asked {before} times at base and {after} times at head"
