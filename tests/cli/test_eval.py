"""`opsrail eval`: what people type, and what they read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.evals.repositories import commit, git

SUITE = "policies/evals/triage.yaml"
CODE = "policies/evals/triage.py"
HEAD = """\
title: What is this ticket about?
owner: desk
target: {python: "policies/evals/triage.py:answer"}
scorers: [{equals: "{expected}"}]
"""
CASES = """\
cases:
  - {id: card, ask: my card, expected: card, tags: [money], must_pass: true}
  - {id: sign-in, ask: my password, expected: password, tags: [access]}
  - {id: invoice, ask: my invoice, expected: invoice, tags: [money]}
"""
ECHO = "def answer(text):\n    return text.removeprefix('my ')\n"
WRONG = "def answer(text):\n    return 'card'\n"
SAMPLE = HEAD + "judge: sample\nmargin: 5\ncases_from: [policies/evals/t.csv]\n"
ROWS = "ask,expected\n" + "".join(f"my {n},{n}\n" for n in range(200))


@pytest.fixture
def triage(tmp_path: Path) -> Desk:
    commit(tmp_path, {SUITE: HEAD + CASES, CODE: ECHO})
    return Desk(tmp_path)


@pytest.fixture
def sample(tmp_path: Path) -> Desk:
    commit(tmp_path, {SUITE: SAMPLE, "policies/evals/t.csv": ROWS, CODE: ECHO})
    git(tmp_path, "tag", "v1")
    return Desk(tmp_path)


def losing(count: int, first: int = 0) -> str:
    """Code that gets so many of the 200 cases wrong."""
    lost = f"{first} <= int(n) < {first + count}"
    return f"def answer(text):\n    n = text.removeprefix('my ')\n    return 'x' if {lost} else n\n"


def test_a_suite_that_holds_is_one_line(triage: Desk) -> None:
    for arguments in (["triage"], ["run", "triage"], [], ["triage", "--base", "HEAD"]):
        ran = triage.opsrail("eval", *arguments)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("triage  pass  3 of 3 cases pass.")


def test_a_case_that_got_worse_is_told_with_what_it_was(triage: Desk) -> None:
    triage.write(CODE, WRONG)
    ran = triage.opsrail("eval", "triage", "--base", "HEAD")
    assert ran.code == 1
    assert "triage  fail" in ran.out
    assert "expects “password”, the answer is “card”" in ran.out
    assert "failing by tag: access 1 of 1 · money 1 of 2" in ran.out
    assert f"{SUITE}:7" in ran.out


def test_the_report_can_be_written_for_machines(triage: Desk, tmp_path: Path) -> None:
    triage.write(CODE, WRONG)
    for form in ("json", "junit", "markdown"):
        place = tmp_path / "out"
        ran = triage.opsrail("eval", "--base", "HEAD", "--format", form, "--output", str(place))
        assert ran.code == 1
        assert ran.out.startswith("triage  fail")
        text = place.read_text("utf-8")
        if form == "json":
            assert json.loads(text)["suites"][0]["verdict"] == "fail"
        elif form == "junit":
            assert 'failures="0"' not in text.splitlines()[1]
        else:
            assert "| triage |" in text or "triage" in text


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["absent"], 2, "There is no suite absent. There are: triage."),
        (["triage", "--base", "nowhere"], 3, "names no commit"),
        (["triage", "--output", "no/where/x"], 2, "There is no folder"),
        (["flaky", "absent"], 2, "There is no suite absent"),
        (["decide", "triage", "--base", "HEAD", "--reason", "x", "--by", "R"], 3, "nothing about"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(
    triage: Desk, arguments: list[str], code: int, words: str
) -> None:
    ran = triage.opsrail("eval", *arguments)
    assert ran.code == code
    assert words in ran.err


def test_without_suites_the_way_to_one_is_named(tmp_path: Path) -> None:
    commit(tmp_path, {"policies/roles.yaml": "roles: {}\n"})
    ran = Desk(tmp_path).opsrail("eval")
    assert ran.code == 3
    assert "opsrail eval new PLAYBOOK" in ran.err


def test_a_broken_suite_is_named_with_its_line(triage: Desk) -> None:
    triage.write(SUITE, HEAD + CASES.replace("id: invoice", "id: card"))
    ran = triage.opsrail("eval")
    assert ran.code == 1
    assert "there are two cases `card`" in ran.out
    assert f"{SUITE}:8" in ran.out


def test_a_doubt_is_decided_on_record_and_only_for_that_evidence(sample: Desk) -> None:
    sample.write(CODE, losing(5))
    ran = sample.opsrail("eval", "--base", "HEAD")
    assert ran.code == 1
    assert "inconclusive" in ran.out
    decide = ("eval", "decide", "triage", "--base", "HEAD", "--by", "Robin Example", "--reason")
    ran = sample.opsrail(*decide, "the five are retired")
    assert ran.code == 0, ran.err
    ran = sample.opsrail("eval", "--base", "HEAD")
    assert ran.code == 0
    assert "Robin Example decided on" in ran.out
    assert "the five are retired" in ran.out
    ran = sample.opsrail("check", "--base", "HEAD")
    assert "eval-inconclusive: note" in ran.out
    sample.write(CODE, losing(5, first=10))
    assert sample.opsrail("eval", "--base", "HEAD").code == 1


def test_a_failure_is_nothing_to_decide(sample: Desk) -> None:
    sample.write(CODE, losing(60))
    assert "fail" in sample.opsrail("eval", "--base", "HEAD").out
    ran = sample.opsrail("eval", "decide", "triage", "--base", "HEAD", "--by", "R", "--reason", "x")
    assert ran.code == 3
    assert "nothing about triage is open" in ran.err


def test_drift_is_told_from_release_to_release(sample: Desk) -> None:
    commit(sample.root, {CODE: losing(2)})
    git(sample.root, "tag", "v2")
    commit(sample.root, {CODE: losing(4)})
    ran = sample.opsrail("eval", "drift")
    assert ran.code == 0
    head, row = ran.out.splitlines()
    assert head.split() == ["suite", "v1", "v2", "now", "since", "v2"]
    assert "100.0 %  99.0 %  98.0 %  −1.0 (" in row


def test_without_releases_there_is_nothing_to_drift_from(triage: Desk) -> None:
    assert "no tag `v*` leads up to here" in triage.opsrail("eval", "drift").out


def test_cases_that_come_out_either_way_are_measured_and_can_be_set_aside(triage: Desk) -> None:
    coin = "def answer(text, repeat):\n    return 'card' if repeat % 4 else 'invoice'\n"
    triage.write(CODE, coin)
    ran = triage.opsrail("eval", "flaky", "triage", "--runs", "8")
    assert ran.code == 0
    assert "3 cases asked 8 times: 2 come out either way" in ran.out
    assert "card  2 of 8 disagree" in ran.out
    assert "it must pass, so it cannot be set aside" in ran.out
    entry = next(line for line in ran.out.splitlines() if "case: " in line)
    assert '"invoice", flips: 0.25' in entry
    steady = HEAD.replace("owner: desk", "owner: desk\nrepeats: 4\nmargin: 90")
    triage.write(SUITE, f"{steady}{CASES}quarantine:\n{entry}\n")
    assert "set aside" in triage.opsrail("eval", "triage").out


def test_suites_are_listed(triage: Desk) -> None:
    ran = triage.opsrail("eval", "list")
    assert ran.out.splitlines()[1].split()[:4] == [
        "triage",
        "policies/evals/triage.py:answer",
        "each",
        "3",
    ]
    triage.write(SUITE, "title: [")
    assert "not listed: 1 suite with errors" in triage.opsrail("eval", "list").out
