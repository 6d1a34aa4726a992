"""The decision rule: what it says for each kind of evidence, and laws that always hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.evals.decision.decide import WEAKEST_FIRST, decide
from opsrail.evals.decision.evidence import evidence_of
from opsrail.evals.decision.looks import is_second_look_due, seed_of
from opsrail.evals.decision.model import Evidence, Rule, Scores, Standard
from opsrail.evals.model import Case, CaseResult, Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.paired import Paired
from opsrail.findings import Location

EACH, SAMPLE = Standard(Judging.EACH), Standard(Judging.SAMPLE)


def case(name: str, *, must_pass: bool = False, cluster: str = "") -> Case:
    place = Location("policies/evals/a.yaml")
    return Case(name, "", None, None, (), must_pass, cluster, (), "", "", place, name)


def result(name: str, value: float = 1.0, *, error: str = "", repeats: int = 1) -> CaseResult:
    return CaseResult(name, value, (value >= 1,) * repeats, (), error=error)


def results(**values: float) -> dict[str, CaseResult]:
    return {name: result(name, value) for name, value in values.items()}


def sample(worse: int, better: int, same: int, clusters: int = 0) -> Evidence:
    base = (1.0,) * worse + (0.0,) * better + (1.0,) * same
    head = (0.0,) * worse + (1.0,) * better + (1.0,) * same
    names = tuple(str(n % clusters) if clusters else "" for n in range(len(base)))
    ids = tuple(f"case {place}" for place in range(len(base)))
    return Evidence(ids=ids, paired=Paired(base, head, names), head=Scores(head, names))


# Promises


def test_a_promise_that_is_broken_closes() -> None:
    cases = [case("a"), case("b")]
    found = decide(
        evidence_of(results(a=1, b=1), results(a=1, b=0), cases, judging=Judging.EACH), EACH
    )
    assert (found.verdict, found.rule, found.cases) == (Verdict.FAIL, Rule.REGRESSION, ("b",))
    assert found.comparison is None


def test_a_case_that_failed_before_does_not_close() -> None:
    evidence = evidence_of(results(a=0), results(a=0), [case("a")], judging=Judging.EACH)
    assert decide(evidence, EACH).verdict is Verdict.PASS
    assert evidence.failing == ("a",)


def test_a_new_case_has_to_pass() -> None:
    evidence = evidence_of({}, results(n=0), [], [case("n")], judging=Judging.EACH)
    found = decide(evidence, EACH)
    assert (found.verdict, found.rule, found.cases) == (Verdict.FAIL, Rule.NEW_CASE, ("n",))


@pytest.mark.parametrize("judging", list(Judging))
def test_a_must_pass_case_closes_whatever_base_did(judging: Judging) -> None:
    cases = [case("a", must_pass=True)]
    evidence = evidence_of(results(a=0), results(a=0), cases, judging=judging)
    found = decide(evidence, Standard(judging))
    assert (found.verdict, found.rule, found.cases) == (Verdict.FAIL, Rule.MUST_PASS, ("a",))


def test_a_case_set_aside_does_not_count_unless_it_must_pass() -> None:
    cases = [case("a"), case("b", must_pass=True)]
    evidence = evidence_of(
        results(a=1, b=1),
        results(a=0, b=0),
        cases,
        judging=Judging.EACH,
        set_aside=frozenset({"a", "b"}),
    )
    assert decide(evidence, EACH).cases == ("b",)
    assert evidence.ids == ("b",)


# What cannot be compared


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        ({"a": result("a", error="it hung")}, results(a=0), "could not be scored at base: it hung"),
        (results(a=1), {"a": result("a", error="it raised")}, "scored at head: it raised"),
        (results(a=1), {"a": result("a", float("nan"))}, "no number from 0 to 1"),
        (results(a=1), {}, "no result at head"),
        ({}, results(a=1), "no result at base"),
        (results(a=1), {"a": result("a", 0.0, repeats=3)}, "1 times at base and 3 times at head"),
    ],
)
@pytest.mark.parametrize("judging", list(Judging))
def test_what_has_no_score_on_both_sides_is_not_compared(
    base: dict[str, CaseResult], head: dict[str, CaseResult], reason: str, judging: Judging
) -> None:
    evidence = evidence_of(base, head, [case("a")], judging=judging)
    found = decide(evidence, Standard(judging, floor=10))
    assert (found.verdict, found.rule) == (Verdict.NOT_COMPARABLE, Rule.COMPARABLE)
    assert reason in " ".join(evidence.reasons)
    assert (found.comparison, found.floor) == (None, None)


def test_a_promise_that_head_keeps_needs_no_score_at_base() -> None:
    base = {"a": result("a", error="it hung")}
    evidence = evidence_of(base, results(a=1), [case("a")], judging=Judging.EACH)
    assert decide(evidence, EACH).verdict is Verdict.PASS


# Samples


@pytest.mark.parametrize(
    ("worse", "better", "same", "margin", "verdict"),
    [
        (0, 0, 400, 2.0, Verdict.PASS),
        (0, 0, 30, 2.0, Verdict.INCONCLUSIVE),
        (19, 2, 579, 1.0, Verdict.FAIL),
        (19, 2, 579, 5.0, Verdict.PASS),
        (3, 2, 55, 2.0, Verdict.INCONCLUSIVE),
        (2, 19, 379, 1.0, Verdict.PASS),
    ],
)
def test_samples_are_judged_by_their_interval(
    worse: int, better: int, same: int, margin: float, verdict: Verdict
) -> None:
    found = decide(sample(worse, better, same), replace(SAMPLE, margin=margin))
    assert (found.verdict, found.rule) == (verdict, Rule.DIFFERENCE)
    assert len(found.cases) == (0 if verdict is Verdict.PASS else worse)


def test_a_p_value_adjusted_for_several_suites_decides() -> None:
    evidence = sample(8, 0, 100)
    assert decide(evidence, SAMPLE).verdict is Verdict.FAIL
    found = decide(evidence, SAMPLE, p_adjusted=0.03)
    assert (found.verdict, found.p_value) == (Verdict.INCONCLUSIVE, 0.03)


def test_a_new_sample_passes_with_nothing_to_compare() -> None:
    evidence = evidence_of({}, results(a=0), [], [case("a")], judging=Judging.SAMPLE)
    assert decide(evidence, SAMPLE).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("judging", "passing", "total", "floor", "verdict"),
    [
        (Judging.EACH, 85, 100, 85.0, Verdict.PASS),
        (Judging.EACH, 84, 100, 85.0, Verdict.FAIL),
        (Judging.SAMPLE, 85, 100, 85.0, Verdict.INCONCLUSIVE),
        (Judging.SAMPLE, 98, 100, 85.0, Verdict.PASS),
        (Judging.SAMPLE, 60, 100, 85.0, Verdict.FAIL),
    ],
)
def test_the_floor_holds_whatever_base_did(
    judging: Judging, passing: int, total: int, floor: float, verdict: Verdict
) -> None:
    scores = (1.0,) * passing + (0.0,) * (total - passing)
    evidence = Evidence(head=Scores(scores, ("",) * total))
    found = decide(evidence, Standard(judging, floor=floor))
    assert found.verdict is verdict
    assert found.floor is not None
    assert found.floor.verdict is verdict


def test_cases_of_few_clusters_are_less_sure_to_reach_the_floor() -> None:
    scores = (1.0,) * 95 + (0.0,) * 5
    alone, together = (
        decide(Evidence(head=Scores(scores, clusters)), replace(SAMPLE, floor=85.0))
        for clusters in (("",) * 100, tuple(str(n // 20) for n in range(100)))
    )
    assert (alone.verdict, together.verdict) == (Verdict.PASS, Verdict.INCONCLUSIVE)


# The second look


def test_a_second_look_is_taken_once_and_only_where_it_was_declared() -> None:
    declared = replace(SAMPLE, can_look_again=True)
    unsure = sample(3, 2, 55)
    assert declared.look_confidence == pytest.approx(0.975)
    assert declared.error == pytest.approx(SAMPLE.error / 2)
    assert is_second_look_due(decide(unsure, declared))
    assert not is_second_look_due(decide(unsure, SAMPLE))
    assert not is_second_look_due(decide(unsure.seen_again(), declared))
    assert not is_second_look_due(decide(sample(19, 2, 579), declared))


def test_seeds_are_the_same_in_every_run_and_differ_by_suite() -> None:
    assert seed_of("refunds") == seed_of("refunds") == 1339825592
    assert seed_of("refunds") != seed_of("refund")


# Laws

COUNTS = st.tuples(
    st.integers(0, 12), st.integers(0, 12), st.integers(1, 60), st.sampled_from([0, 7, 25])
)


@given(COUNTS, st.floats(0.1, 50), st.floats(0.1, 50))
@settings(max_examples=40, deadline=None)
def test_a_wider_margin_never_closes_what_a_narrower_one_opens(
    counts: tuple[int, int, int, int], one: float, other: float
) -> None:
    narrow, wide = (
        decide(sample(*counts), replace(SAMPLE, margin=margin)).verdict
        for margin in sorted((one, other))
    )
    if narrow is Verdict.PASS:
        assert wide is Verdict.PASS
    if wide is Verdict.FAIL:
        assert narrow is Verdict.FAIL


@given(
    st.booleans(), st.booleans(), COUNTS, st.none() | st.floats(0, 100), st.sampled_from(Judging)
)
@settings(max_examples=60, deadline=None)
def test_the_weakest_link_wins(
    is_apart: bool,
    is_broken: bool,
    counts: tuple[int, int, int, int],
    floor: float | None,
    judging: Judging,
) -> None:
    evidence = replace(
        sample(*counts),
        reasons=("other scorers",) if is_apart else (),
        must_pass=("case 0",) if is_broken else (),
    )
    found = decide(evidence, Standard(judging, floor=floor))
    if is_apart:
        assert found.verdict is Verdict.NOT_COMPARABLE
    elif is_broken:
        assert found.verdict is Verdict.FAIL
    if found.floor is not None:
        order = WEAKEST_FIRST.index
        assert order(found.verdict) <= order(found.floor.verdict)


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.sampled_from(Judging))
@settings(max_examples=40, deadline=None)
def test_nothing_changed_never_closes(passes: list[bool], judging: Judging) -> None:
    cases = [case(f"case {place}", cluster=str(place % 3)) for place in range(len(passes))]
    same = {c.id: result(c.id, float(p)) for c, p in zip(cases, passes, strict=True)}
    found = decide(evidence_of(same, same, cases, judging=judging), Standard(judging))
    assert found.verdict is not Verdict.FAIL
    assert found.verdict is Verdict.PASS or judging is Judging.SAMPLE
