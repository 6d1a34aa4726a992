"""What holds whatever is judged: order, company, memory, and who lays down the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.evals.judging.judged import Judged
from opsrail.evals.model import Verdict
from opsrail.evals.reading.suite import read_suite
from opsrail.evals.running.memory import Memory
from opsrail.repo.cache import Cache
from tests.evals.judging.courts import CODE, Files, case, held, in_git, only, page, suite
from tests.evals.repositories import write
from tests.tailor.held import HeldSnapshot

COUNT = 40
SAMPLE = "judge: sample\nmargin: 5\nfloor: 50\n"
BEFORE = page(*(f"yes {number}" if number % 7 else "no" for number in range(COUNT)))
AFTER = page(*(f"yes {number}" if number % 5 else "no" for number in range(COUNT)))
CASES = [case(n, f"yes {n}", f", cluster: k{n % 25}" if n % 3 else "") for n in range(COUNT)]


def told(judged: Judged) -> list[object]:
    """All of it but the places of cases."""
    return [
        (one.verdict, one.words, one.picture, one.about, one.decision, one.head, one.base)
        for one in judged.outcomes
    ]


def shuffled(more: str, before: Sequence[str], after: Sequence[str]) -> list[object]:
    base = {**suite(more=more, cases=before), **BEFORE}
    return told(held(base, {**suite(more=more, cases=after), **AFTER}))


IN_ORDER = {more: shuffled(more, CASES, CASES) for more in (SAMPLE, "")}


@pytest.mark.parametrize("more", [SAMPLE, ""], ids=["sample", "each"])
@settings(max_examples=15)
@given(st.permutations(CASES), st.permutations(CASES))
def test_the_order_of_cases_changes_nothing(
    more: str, before: Sequence[str], after: Sequence[str]
) -> None:
    assert shuffled(more, before, after) == IN_ORDER[more]


ANSWER = """\
def answer(text):
    return {words}

def score(output, case):
    return {score}
"""
SCORED = "[{python: {file: policies/evals/a.py, function: score}}]"
EQUAL = 'output == case["expected"]'


def program(
    words: str = "text", score: str = EQUAL, more: str = "", count: int = 6, name: str = "s"
) -> Files:
    """A suite over a function, scored by another of the same file."""
    cases = [f"{{id: c{number}, input: a{number}, expected: a{number}}}" for number in range(count)]
    target = '{python: "policies/evals/a.py:answer"}'
    text = ANSWER.format(words=words, score=score)
    return {**suite(name, f"{more}scorers: {SCORED}\n", cases, target), CODE: text}


WORSE = '"?" if text == "a1" else text'


def test_run_together_or_alone_suites_come_to_the_same(tmp_path: Path) -> None:
    names = ("a", "b", "c", "d", "e")
    base = {path: text for name in names for path, text in program(name=name).items()}
    head = {**base, CODE: ANSWER.format(words=WORSE, score=EQUAL)}
    together = in_git(tmp_path / "all", base, head)
    for number, name in enumerate(names):
        path = f"policies/evals/{name}.yaml"
        alone = in_git(tmp_path / name, base, head, paths=[path])
        assert told(alone) == told(together)[number : number + 1]


def test_memory_changes_no_verdict(tmp_path: Path) -> None:
    base, head = program(), program(WORSE)
    without = told(in_git(tmp_path / "0", base, head))
    place = tmp_path / "cache"
    for number in range(3):
        with Cache(place) as cache:
            found = in_git(tmp_path / str(number + 1), base, head, memory=Memory(cache, "1"))
        assert told(found) == without
        if number == 1:
            for path in tmp_path.glob("cache*"):
                path.unlink()


def test_what_went_wrong_once_is_not_remembered(tmp_path: Path) -> None:
    flag = tmp_path / "works"
    words = f"open({str(flag)!r}).read() or text"
    base, head = program(words), program(f"{words}  # as before")
    with Cache(tmp_path / "cache") as cache:
        memory = Memory(cache, "1")
        first = only(in_git(tmp_path / "1", base, head, memory=memory))
        flag.touch()
        again = only(in_git(tmp_path / "2", base, head, memory=memory))
    assert first.verdict is Verdict.NOT_COMPARABLE
    assert "FileNotFoundError" in first.words
    assert again.verdict is Verdict.PASS


def test_a_scorer_that_is_loosened_is_that_of_base(tmp_path: Path) -> None:
    found = only(in_git(tmp_path, program(), program(WORSE, score="True")))
    assert found.verdict is Verdict.FAIL
    assert found.decision.evidence.regressions == ("c1",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("floor: 100\n", "floor: 0\n"),
        ("floor: 100\n", ""),
        ("floor: 100\ntier: protected\n", "floor: 100\ntier: advisory\n"),
        (
            "floor: 100\n",
            "quarantine: [{case: c0, flips: 0.5, until: 2026-12-01, reason: r}]\nfloor: 100\n",
        ),
    ],
)
def test_a_change_is_held_against_the_thresholds_of_base(before: str, after: str) -> None:
    said = page("no", "yes 1")
    cases = [case(0, "yes 0"), case(1, "yes 1")]
    judged = held(
        {**suite(more=before, cases=cases), **said}, {**suite(more=after, cases=cases), **said}
    )
    assert only(judged).verdict is Verdict.FAIL
    assert only(judged).decision.floor
    assert not judged.is_open
    assert judged.weakened["s"]


def test_a_margin_is_that_of_base() -> None:
    many = [case(n, f"yes {n}") for n in range(100)]
    before, after = (
        page(*(f"yes {n}" for n in range(100))),
        page(*(f"yes {n}" for n in range(80)), *["no"] * 20),
    )
    narrow, wide = ("judge: sample\nmargin: 2\n", "judge: sample\nmargin: 90\n")
    outcome = only(
        held(
            {**suite(more=narrow, cases=many), **before}, {**suite(more=wide, cases=many), **after}
        )
    )
    assert outcome.verdict is Verdict.FAIL
    assert "beyond the 2.0 points" in outcome.words


def test_a_failing_case_that_is_deleted_is_told() -> None:
    cases = [case(0, "yes 0"), case(1, "yes 1")]
    judged = held(
        {**suite(cases=cases), **page("yes 0", "yes 1")},
        {**suite(cases=cases[:1]), **page("yes 0", "no")},
    )
    assert [(one.case, one.words) for one in judged.weakened["s"]] == [("c1", "was deleted")]


def test_new_and_changed_cases_have_to_pass() -> None:
    base = {**suite(cases=[case(0, "yes 0"), case(1, "yes 1")]), **page("yes 0", "no", "no")}
    cases = [case(0, "yes 0"), case(1, "never"), case(2, "yes 2")]
    found = only(held(base, {**suite(cases=cases), **page("yes 0", "no", "no")}))
    assert found.verdict is Verdict.FAIL
    assert found.decision.evidence.fresh == ("c1", "c2")
    # The same failure, were it there before, is told and closes nothing.
    same = held(
        {**suite(cases=cases), **page("yes 0", "no", "no")},
        {**suite(cases=cases), **page("yes 0", "no", "no now")},
    )
    assert only(same).verdict is Verdict.PASS


@pytest.mark.parametrize("more", [", tags: [urgent]", ", cluster: all"])
def test_filing_cases_elsewhere_takes_them_out_of_no_comparison(more: str) -> None:
    many = [case(n, f"yes {n}") for n in range(100)]
    filed = [case(n, f"yes {n}", more) for n in range(100)]
    text = "judge: sample\nmargin: 2\n"
    before, after = (
        page(*(f"yes {n}" for n in range(100))),
        page(*["no"] * 50, *(f"yes {n}" for n in range(50, 100))),
    )
    outcome = only(
        held({**suite(more=text, cases=many), **before}, {**suite(more=text, cases=filed), **after})
    )
    assert outcome.verdict is Verdict.FAIL
    assert outcome.decision.comparison
    assert (outcome.decision.comparison.cases, outcome.decision.comparison.clusters) == (100, 100)


def test_an_advisory_suite_never_closes() -> None:
    cases = [case(0, "yes 0", ", must_pass: true"), case(1, "yes 1")]
    more = "tier: advisory\nfloor: 100\n"
    base = {**suite(more=more, cases=cases), **page("yes 0", "yes 1")}
    for said in (page("no", "no"), page("yes 0")):
        judged = held(base, {**suite(more=more, cases=cases), **said})
        assert only(judged).verdict in {Verdict.FAIL, Verdict.NOT_COMPARABLE}
        assert judged.is_open


LOST = {"a": 7, "b": 6, "c": 6}
"""Of 150 cases each: p = 0.008 and twice 0.016, one side; 0.025 is the error of a suite alone."""


def several(lost: Mapping[str, int], *, advisory: str = "") -> Judged:
    base: dict[str, str] = {}
    head: dict[str, str] = {}
    start = 0
    texts: tuple[list[str], list[str]] = ([], [])
    for name, count in lost.items():
        numbers = range(start, start + 150)
        tier = "tier: advisory\n" if name in advisory else ""
        cases = [case(number, f"yes {number}") for number in numbers]
        found = suite(name, f"{tier}judge: sample\nmargin: 1\n", cases)
        base.update(found)
        head.update(found)
        texts[0].extend(f"yes {number}" for number in numbers)
        texts[1].extend("no" if number - start < count else f"yes {number}" for number in numbers)
        start += 150
    return held({**base, **page(*texts[0])}, {**head, **page(*texts[1])})


def test_of_several_suites_one_may_look_worse_by_chance() -> None:
    for name, count in LOST.items():
        assert only(several({name: count})).verdict is Verdict.FAIL
    together = {one.suite.name: one for one in several(LOST).outcomes}
    assert {name: one.verdict for name, one in together.items()} == {
        "a": Verdict.FAIL,
        "b": Verdict.INCONCLUSIVE,
        "c": Verdict.INCONCLUSIVE,
    }
    assert "with so many suites in one run" in together["b"].words
    # What is advisory closes nothing, so it costs the others nothing.
    for one in several(LOST, advisory="bc").outcomes:
        assert one.verdict is Verdict.FAIL


def test_a_suite_does_not_pass_by_being_small() -> None:
    cases = [case(n, f"yes {n}") for n in range(5)]
    files = {**suite(more="judge: sample\n", cases=cases), **page(*(f"yes {n}" for n in range(5)))}
    assert only(held(files, files)).verdict is Verdict.INCONCLUSIVE


def test_a_small_loss_within_the_margin_is_told_as_such() -> None:
    cases = [case(n, f"yes {n}") for n in range(400)]
    base = {
        **suite(more="judge: sample\nmargin: 6\n", cases=cases),
        **page(*(f"yes {n}" for n in range(400))),
    }
    head = {**base, **page(*(f"yes {n}" if n > 7 else "no" for n in range(400)))}
    outcome = only(held(base, head))
    assert outcome.verdict is Verdict.PASS
    assert "a little worse, within the 6.0 points you allow" in outcome.words


def test_a_decision_is_about_this_evidence_and_no_other() -> None:
    cases = [case(n, f"yes {n}") for n in range(30)]
    base = {**suite(more="judge: sample\n", cases=cases), **page(*(f"yes {n}" for n in range(30)))}
    open_one = only(held(base, base))
    text = "decisions:\n  - {{suite: s, about: {}, by: ana, on: 2026-11-20, reason: I looked.}}\n"
    decided = {**base, "policies/evals/decisions.yaml": text.format(open_one.about)}
    judged = held(base, decided)
    assert only(judged).verdict is Verdict.INCONCLUSIVE
    assert judged.is_open
    assert only(judged).decided == "ana decided on 2026-11-20: I looked."
    worse = {**decided, **page("no", *(f"yes {n}" for n in range(1, 30)))}
    assert not held(base, worse).is_open
    # Nobody decides a failure away.
    failed = {**decided, **page(*["no"] * 30)}
    about = only(held(base, failed)).about
    failed["policies/evals/decisions.yaml"] = text.format(about)
    assert only(held(base, failed)).verdict is Verdict.FAIL
    assert not held(base, failed).is_open


def test_a_program_sees_the_governed_files_of_its_version(tmp_path: Path) -> None:
    words = 'open("policies/evals/said.txt").read()'
    base = {**program(words, score="output == 'first'"), "policies/evals/said.txt": "first"}
    write(tmp_path, {"said.txt": "not governed"})
    found = only(in_git(tmp_path, base, {**base, "policies/evals/said.txt": "second"}))
    assert {one.is_passed for one in found.base.values()} == {True}
    assert {one.is_passed for one in found.head.values()} == {False}


def test_a_program_that_keeps_dying_is_given_up(tmp_path: Path) -> None:
    found = only(in_git(tmp_path, program(), program('__import__("os")._exit(3)'))).head
    assert [one.error for one in found.values()] == [
        *["ended without an answer"] * 3,
        *["was not asked, since 3 cases before got no answer"] * 3,
    ]


def test_a_program_that_dies_while_it_is_loaded_is_told_at_once(tmp_path: Path) -> None:
    head = {**program(), CODE: "import os\nos._exit(3)\n"}
    found = only(in_git(tmp_path, program(), head))
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.head["c0"].error == "ended without an answer"


def test_a_column_may_fill_several_keys_of_a_case() -> None:
    table = "said,who\n" + "".join(f"q{number},k{number % 5}\n" for number in range(20))
    target = '{python: "policies/evals/a.py:answer"}'
    more = (
        "judge: sample\nscorers: [{equals: '{expected}'}]\ncases_from:\n"
        "  - {file: policies/evals/t.csv, columns: {ask: said, expected: who, cluster: who}}\n"
    )
    files = {"policies/evals/t.csv": table, **suite("s", more, (), target)}
    read = read_suite(HeldSnapshot(files), "policies/evals/s.yaml").suite
    assert read
    assert {one.cluster for one in read.cases} == {f"k{number}" for number in range(5)}
    assert all(one.expected == one.cluster for one in read.cases)
