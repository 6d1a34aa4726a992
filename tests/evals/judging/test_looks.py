"""The second look: when there is one, how it asks, and what chance alone makes of it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from opsrail.evals.formats import EvalRules
from opsrail.evals.judging.judged import Judged
from opsrail.evals.model import Answer, Case, Suite, Verdict
from opsrail.evals.running import run
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.run import Progress, Results, Task
from opsrail.evals.targets.model import Side
from tests.evals.judging.courts import CODE, Files, held, in_git, only, suite

RUNS = 40
GUESSING = """\
import random

def answer(text, repeat):
    chance = random.Random(f"{{text}} {{repeat}} {seed}")
    return "right" if chance.random() < {skill} else "wrong"
"""
MORE = "margin: 2\nrepeats: 2\nscorers: [{equals: right}]\n"


def guessing(
    seed: int, skill: float = 0.8, *, count: int = 40, more: str = MORE, clusters: int = 0
) -> Files:
    """A suite over a program that is right as often as its skill says."""
    cases = [
        f"{{id: c{number:03}, input: q{number}"
        + (f", cluster: k{number % clusters}" if clusters else "")
        + "}"
        for number in range(count)
    ]
    target = '{python: "policies/evals/a.py:answer"}'
    return {**suite("s", more, cases, target), CODE: GUESSING.format(seed=seed, skill=skill)}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Every task that is run: its look, its repeats, its number of cases."""
    found: list[tuple[int, int, int]] = []

    def spy(
        tasks: Sequence[Task], memory: Memory, progress: Progress | None = None
    ) -> tuple[Results, ...]:
        found.extend((task.look, task.repeats, len(task.cases)) for task in tasks)
        return run.run_tasks(tasks, memory, progress)

    monkeypatch.setattr("opsrail.evals.judging.judge.run_tasks", spy)
    return found


def test_what_varies_and_cannot_tell_is_asked_once_more_with_twice_the_repeats(
    tmp_path: Path, asked: list[tuple[int, int, int]]
) -> None:
    outcome = only(in_git(tmp_path, guessing(1), guessing(2)))
    assert asked == [(1, 2, 40)] * 2 + [(2, 4, 40)] * 2
    assert outcome.looks == 2
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert {len(one.passes) for one in (*outcome.head.values(), *outcome.base.values())} == {4}
    assert outcome.decision.comparison
    assert outcome.decision.comparison.confidence == pytest.approx(0.975)
    assert "A second look at twice the repeats said the same. Needs one of desk" in outcome.words


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ("judge: sample\nmargin: 2\nscorers: [{equals: right}]\n", EvalRules()),
        (MORE, EvalRules(second_look=False)),
    ],
    ids=["answers never vary", "the rules want none"],
)
def test_there_is_no_second_look(
    tmp_path: Path, asked: list[tuple[int, int, int]], more: str, rules: EvalRules
) -> None:
    base, head = guessing(1, more=more), guessing(2, more=more)
    outcome = only(in_git(tmp_path, base, head, rules))
    assert {look for look, *_ in asked} == {1}
    assert outcome.verdict is Verdict.INCONCLUSIVE
    assert outcome.decision.comparison
    assert outcome.decision.comparison.confidence == pytest.approx(0.95)


@pytest.mark.parametrize(("skill", "verdict"), [(0.05, Verdict.FAIL), (0.8, Verdict.PASS)])
def test_what_the_first_look_says_stands(
    tmp_path: Path, asked: list[tuple[int, int, int]], skill: float, verdict: Verdict
) -> None:
    more = MORE.replace("margin: 2", "margin: 40")
    outcome = only(in_git(tmp_path, guessing(1, more=more), guessing(2, skill, more=more)))
    assert (outcome.verdict, outcome.looks) == (verdict, 1)
    assert [look for look, *_ in asked] == [1, 1]


@dataclass(frozen=True)
class Guessing:
    """The same program within this process: a thousand of its own would take minutes."""

    seed: str
    skill: float

    def key(self, case: Case) -> str:
        return f"{self.seed} {case.id}"

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        return [tuple(self._answer(case, repeat) for repeat in range(repeats)) for case in cases]

    def _answer(self, case: Case, repeat: int) -> Answer:
        # Some questions are harder than others, on both sides alike.
        hard = random.Random(case.id).random()
        luck = random.Random(f"{case.id} {repeat} {self.seed}").random()
        return Answer("right" if luck < self.skill * (0.5 + hard) else "wrong")


def simulated(
    monkeypatch: pytest.MonkeyPatch, seed: int, skill: float, clusters: int = 0
) -> Judged:
    skills = {"base": 0.6, "head": skill}

    def opened(_suite: Suite, side: Side) -> Guessing:
        which = (side.catalog.text(CODE) or "").strip()
        return Guessing(f"{which} {seed}", skills[which])

    monkeypatch.setattr(run, "open_target", opened)
    files = guessing(0, count=120, clusters=clusters, more=MORE.replace("margin: 2", "margin: 8"))
    return held({**files, CODE: "base\n"}, {**files, CODE: "head\n"})


@pytest.mark.parametrize("clusters", [0, 30, 12])
def test_by_chance_alone_no_run_fails(monkeypatch: pytest.MonkeyPatch, clusters: int) -> None:
    runs = RUNS if not clusters else RUNS // 2
    said = [only(simulated(monkeypatch, seed, 0.6, clusters)) for seed in range(runs)]
    verdicts = [one.verdict for one in said]
    assert set(verdicts) == {Verdict.PASS, Verdict.INCONCLUSIVE}
    assert {one.looks for one in said} == {1, 2}


def test_a_true_loss_never_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [only(simulated(monkeypatch, seed, 0.4)).verdict for seed in range(RUNS // 2)]
    assert Verdict.PASS not in said
    assert said.count(Verdict.FAIL) > RUNS // 4
