"""Functions and commands of other people, and what comes of what they do wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from opsrail.evals.model import Answer, CaseResult, Json
from opsrail.evals.reading.suite import read_suite
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.run import Task, run_tasks
from opsrail.evals.working.command import ask_command
from opsrail.evals.working.function import Function
from opsrail.repo.cache import Cache
from tests.evals.repositories import commit, side, write

ANSWER = """\
import os, sys, time

def fine(text):
    print("chatter that is no answer")
    return {"said": text}

def raises(text):
    raise ValueError("no\\nidea")

def leaves(text):
    sys.exit(3)

def dies(text):
    os._exit(7)

def hangs(text):
    time.sleep(60)

def hangs_once(text):
    if text == "b":
        time.sleep(60)
    return text

def nothing_json(text):
    return object()

def secret(text):
    return sorted(name for name in os.environ if "TOKEN" in name)

def again(text, repeat):
    return repeat

def nan(output, case):
    return float("nan")

def too_much(output, case):
    return 1.5

def graded(output, case):
    return {"score": 0.5, "reason": f"{case['expected']} or {output}"}

def boolean(output, case):
    return output == case["expected"]

def words(output, case):
    return "fine"
"""


def called(folder: Path, name: str, *texts: str, seconds: float = 20.0) -> list[Answer]:
    write(folder, {"a.py": ANSWER})
    with Function(folder, f"a.py:{name}", seconds) as function:
        return [function.call(text) for text in texts]


def test_a_function_answers_and_may_print(tmp_path: Path) -> None:
    (first, second) = called(tmp_path, "fine", "x", 'é\n"')
    assert first.output == {"said": "x"}
    assert second.output == {"said": 'é\n"'}
    assert not first.error


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("raises", "ValueError: no idea (line 8)"),
        ("leaves", "SystemExit: 3"),
        ("dies", "ended without an answer"),
        ("nothing_json", "no JSON"),
        ("absent", "has no function absent"),
    ],
)
def test_what_goes_wrong_in_a_function_is_told(tmp_path: Path, name: str, words: str) -> None:
    (answer,) = called(tmp_path, name, "x")
    assert words in answer.error


def test_a_function_that_hangs_is_ended_and_the_next_case_is_asked(tmp_path: Path) -> None:
    answers = called(tmp_path, "hangs_once", "a", "b", "c", seconds=1.0)
    # Starting again takes its time, and gets it.
    assert [answer.output for answer in answers] == ["a", None, "c"]
    assert "within 1 seconds" in answers[1].error


def test_a_file_that_is_missing_or_broken_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"broken.py": "def answer(:\n"})
    with Function(tmp_path, "absent.py:answer", 5) as function:
        assert function.call("x").error == "there is no file absent.py"
    with Function(tmp_path, "broken.py:answer", 5) as function:
        assert "cannot be loaded: SyntaxError" in function.call("x").error


def test_no_secret_of_the_build_reaches_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "hush")
    assert called(tmp_path, "secret", "x")[0].output == []


ECHO = """\
import json, sys
lines = [json.loads(line) for line in sys.stdin]
for one in reversed(lines):
    print(json.dumps({"id": one["id"], "repeat": one["repeat"], "output": one["input"]}))
"""
ASKED: list[Mapping[str, Json]] = [
    {"id": str(n), "input": "x" * 2000, "repeat": 0} for n in range(200)
]


def test_a_command_may_answer_in_any_order_and_however_much(tmp_path: Path) -> None:
    write(tmp_path, {"echo.py": ECHO})
    answers = ask_command(tmp_path, ("python", "echo.py"), ASKED, 20)
    assert [answer.output for answer in answers] == ["x" * 2000] * 200


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit(2)", "ended with status 2"),
        ("print('hello')", "wrote a line that is no answer: hello"),
        ("pass", "gave no answer to this case"),
        ("import time; time.sleep(60)", "within 1 seconds"),
    ],
)
def test_what_goes_wrong_in_a_command_is_told(tmp_path: Path, code: str, words: str) -> None:
    write(tmp_path, {"c.py": code})
    answers = ask_command(tmp_path, ("python", "c.py"), ASKED[:2], 1)
    assert all(words in answer.error for answer in answers), answers


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    (answer,) = ask_command(tmp_path, ("no-such-command",), ASKED[:1], 1)
    assert "cannot be started" in answer.error


SUITE = """\
title: t
owner: o
target: {{python: "policies/evals/a.py:{function}"}}
{more}
scorers: [{{python: {{file: policies/evals/a.py, function: {scorer}}}, at_least: 0.5}}]
cases: [{{id: a, input: x, expected: x}}, {{id: b, input: b, expected: c}}]
"""


def run(
    folder: Path, function: str, scorer: str, more: str = "time_limit: 20s"
) -> Sequence[CaseResult]:
    text = SUITE.format(function=function, scorer=scorer, more=more)
    commit(folder, {"policies/evals/s.yaml": text, "policies/evals/a.py": ANSWER})
    here = side(folder)
    found = read_suite(here.catalog.snapshot, "policies/evals/s.yaml")
    assert found.suite, found.findings
    task = Task(found.suite, found.suite.cases, here, here, found.suite.repeats)
    (results,) = run_tasks([task], Memory())
    return list(results.values())


def test_a_function_that_scores_gives_numbers_reasons_or_truth(tmp_path: Path) -> None:
    a, b = run(tmp_path / "1", "hangs_once", "graded", "time_limit: 1s")
    assert a.value == 0.5
    assert a.is_passed
    assert a.marks[0].reason == "x or x"
    assert "no answer within" in b.error
    a, b = run(tmp_path / "2", "fine", "boolean")
    assert not a.is_passed


@pytest.mark.parametrize(
    ("scorer", "words"),
    [
        ("nan", "between 0 and 1"),
        ("too_much", "gave 1.5"),
        ("words", "which is no number"),
        ("raises", "ValueError"),
        ("absent", "no function absent"),
    ],
)
def test_a_scorer_that_fails_leaves_no_score(tmp_path: Path, scorer: str, words: str) -> None:
    for result in run(tmp_path, "fine", scorer):
        assert words in result.error
        assert not result.is_passed
        assert not result.passes


def test_a_scorer_that_hangs_leaves_no_score(tmp_path: Path) -> None:
    slow = ANSWER + "\ndef slow(output, case):\n    time.sleep(60)\n"
    text = SUITE.format(function="fine", scorer="slow", more="time_limit: 1s")
    commit(tmp_path, {"policies/evals/s.yaml": text, "policies/evals/a.py": slow})
    here = side(tmp_path)
    suite = read_suite(here.catalog.snapshot, "policies/evals/s.yaml").suite
    assert suite
    (results,) = run_tasks([Task(suite, suite.cases[:1], here, here, 1)], Memory())
    assert "within 1 seconds" in results["a"].error


def test_repeats_are_numbered_so_that_chance_can_be_repeated(tmp_path: Path) -> None:
    a, _ = run(tmp_path, "again", "graded", "repeats: 3")
    assert len(a.passes) == 3
    assert math.isclose(a.value, 0.5)


def test_what_is_remembered_is_what_would_be_computed(tmp_path: Path) -> None:
    text = SUITE.format(function="fine", scorer="graded", more="")
    commit(tmp_path, {"policies/evals/s.yaml": text, "policies/evals/a.py": ANSWER})
    here = side(tmp_path)
    suite = read_suite(here.catalog.snapshot, "policies/evals/s.yaml").suite
    assert suite
    task = Task(suite, suite.cases, here, here, 1)
    with Cache(tmp_path / "cache") as cache:
        memory = Memory(cache, "1")
        said: list[str] = []
        (first,) = run_tasks([task], memory, lambda words, *_: said.append(words))
        (again,) = run_tasks([task], memory, lambda words, *_: said.append(words))
    assert first == again == run_tasks([task], Memory())[0]
    assert said == ["eval s"]


def test_a_file_that_the_program_watches_makes_it_run_again(tmp_path: Path) -> None:
    text = SUITE.format(function="fine", scorer="graded", more="watches: ['policies/data/*']")
    files = {"policies/evals/s.yaml": text, "policies/evals/a.py": ANSWER}
    commit(tmp_path, {**files, "policies/data/x.txt": "1"})
    said: list[str] = []

    def run_again(memory: Memory) -> None:
        here = side(tmp_path)
        suite = read_suite(here.catalog.snapshot, "policies/evals/s.yaml").suite
        assert suite
        task = Task(suite, suite.cases, here, here, 1)
        run_tasks([task], memory, lambda words, *_: said.append(words))

    with Cache(tmp_path / "cache") as cache:
        memory = Memory(cache, "1")
        run_again(memory)
        write(tmp_path, {"policies/other.txt": "1"})
        run_again(memory)
        assert len(said) == 1
        write(tmp_path, {"policies/data/x.txt": "2"})
        run_again(memory)
    assert len(said) == 2
