"""The rules without chance: what must always close the gate, and what must never."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from opsrail.evals.decision.decide import decide
from opsrail.evals.decision.evidence import evidence_of
from opsrail.evals.decision.model import Decision, Rule, Standard
from opsrail.evals.model import Case, CaseResult, Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.proving.model import Always
from opsrail.findings import Location

Results = dict[str, CaseResult]
_PLACE = Location("policies/evals/invented.yaml")


def certain(runs: int, seed: int) -> tuple[Always, ...]:
    """Each rule tried on invented suites."""
    return tuple(
        Always(words, sum(one(random.Random(f"{words} {seed} {run}")) for run in range(runs)), runs)  # noqa: S311 - invented suites are no secrets
        for words, one in _rules()
    )


def _rules() -> Iterator[tuple[str, Callable[[random.Random], bool]]]:
    for judging in Judging:
        yield f"{judging}: a failing must-pass case closes", _must_pass(judging)
        yield f"{judging}: a case without a score is not compared", _error(judging)
    yield "each: one case that passed and fails closes", _regression
    yield "each: a new case that fails closes", _new_case
    yield "each: nothing changed passes, whatever fails at base", _unchanged


def _must_pass(judging: Judging) -> Callable[[random.Random], bool]:
    def run(chance: random.Random) -> bool:
        cases, base = _suite(chance)
        victim = chance.randrange(len(cases))
        cases[victim] = replace(cases[victim], must_pass=True)
        found = _decided(judging, base, _spoilt(base, cases[victim].id), cases)
        return found.verdict is Verdict.FAIL and found.rule is Rule.MUST_PASS

    return run


def _error(judging: Judging) -> Callable[[random.Random], bool]:
    def run(chance: random.Random) -> bool:
        cases, base = _suite(chance)
        name = chance.choice(cases).id
        head = {**base, name: replace(base[name], error="the target raised an error")}
        return _decided(judging, base, head, cases).verdict is Verdict.NOT_COMPARABLE

    return run


def _regression(chance: random.Random) -> bool:
    cases, base = _suite(chance)
    name = chance.choice(cases).id
    base[name] = _result(name, is_passed=True)
    found = _decided(Judging.EACH, base, _spoilt(base, name), cases)
    return found.verdict is Verdict.FAIL and found.cases == (name,)


def _new_case(chance: random.Random) -> bool:
    cases, base = _suite(chance)
    fresh = cases.pop(chance.randrange(len(cases)))
    head = _spoilt(base, fresh.id)
    found = decide(
        evidence_of(base, head, cases, (fresh,), judging=Judging.EACH), Standard(Judging.EACH)
    )
    return found.verdict is Verdict.FAIL and found.cases == (fresh.id,)


def _unchanged(chance: random.Random) -> bool:
    cases, base = _suite(chance)
    return _decided(Judging.EACH, base, base, cases).verdict is Verdict.PASS


def _decided(judging: Judging, base: Results, head: Results, cases: list[Case]) -> Decision:
    return decide(evidence_of(base, head, cases, judging=judging), Standard(judging))


def _suite(chance: random.Random) -> tuple[list[Case], Results]:
    names = [f"case {place}" for place in range(chance.randint(1, 30))]
    results = {name: _result(name, is_passed=chance.random() < 0.8) for name in names}
    return [_case(name, chance) for name in names], results


def _case(name: str, chance: random.Random) -> Case:
    cluster = chance.choice(("", "first", "second", "third"))
    return Case(
        id=name,
        ask="",
        input=None,
        expected=None,
        asserts=(),
        must_pass=False,
        cluster=cluster,
        tags=(),
        role="",
        section="",
        place=_PLACE,
        digest=name,
    )


def _result(name: str, *, is_passed: bool) -> CaseResult:
    return CaseResult(name, float(is_passed), (is_passed,), ())


def _spoilt(results: Results, name: str) -> Results:
    return {**results, name: _result(name, is_passed=False)}
