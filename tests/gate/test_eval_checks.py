"""Eval suites at the gate: which are run, what closes it, what is remembered, what adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from opsrail.evals.judging import judge as judging
from opsrail.evals.judging.judge import Court
from opsrail.evals.judging.judged import Judged
from opsrail.findings import Finding, Severity
from opsrail.gate.evals import judged_suites
from opsrail.gate.pipeline import judge
from opsrail.gate.subject import Subject
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.cli.desk import Desk
from tests.evals.judging.courts import CODE, case, page, suite
from tests.evals.repositories import commit, git

TODAY = date(2026, 11, 22)
Files = Mapping[str, str | None]


def closing(
    folder: Path, base: str | None = None, head: str | None = None, *, use_cache: bool = False
) -> list[Finding]:
    """The errors about evals that `opsrail check` finds between two commits."""
    repository = Repository.discover(folder)
    resolved = repository.resolve(base) if base else None
    found = judge(
        repository,
        TODAY,
        base=resolved,
        head=repository.resolve(head or "HEAD"),
        use_cache=use_cache,
    )
    repository.close()
    return [
        one
        for one in found.findings
        if one.severity is Severity.ERROR and one.code.startswith(("eval-", "must-pass"))
    ]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The suites that were run, in order."""
    found: list[str] = []

    def spy(court: Court, paths: Sequence[str]) -> Judged:
        found.extend(path.rsplit("/", 1)[-1].removesuffix(".yaml") for path in paths)
        return real(court, paths)

    real = judging.judge
    monkeypatch.setattr(judging, "judge", spy)
    return found


RULE_CASES = ["{id: r, input: {given: []}, expect: [{not_contains: spike}]}"]
EVERY: Files = {
    **page("yes 0"),
    "playbooks/parcels/agent.md": page("yes 0")["playbooks/desk/agent.md"],
    "playbooks/parcels/lead.md": page("yes 0")["playbooks/desk/agent.md"],
    "rules/desk/spike.yaml": "title: Spike\n",
    "policies/evals/a.py": "def answer(text):\n    return text\n",
    "policies/data/words.txt": "a\n",
    "content/sources/notes.md": "# Notes\n",
    "policies/evals/more.jsonl": '{"id": "x", "input": "x", "expected": "x"}\n',
    **suite("desk", cases=[case(0, "yes 0")]),
    **suite("parcels", cases=[case(0, "yes 0")], target="{playbook: parcels}"),
    **suite("leads", cases=["{id: a, expect: [{contains: yes 0}]}"], target="{role: lead}"),
    **suite("rules", cases=RULE_CASES, target="{rules: [all]}"),
    **suite(
        "code",
        "scorers: [{equals: '{expected}'}]\ncases_from: [policies/evals/more.jsonl]\n",
        ["{id: a, input: a, expected: a}"],
        '{python: "policies/evals/a.py:answer"}',
    ),
    **suite(
        "tool",
        "watches: ['policies/data/*']\n",
        ["{id: a, input: a, expect: [{contains: a}]}"],
        "{command: [python, policies/evals/a.py]}",
    ),
}


@pytest.mark.parametrize(
    ("changes", "concerned"),
    [
        ({"content/sources/notes.md": "# Other notes\n"}, []),
        ({"playbooks/desk/agent.md": "# Desk\n"}, ["desk"]),
        ({"playbooks/parcels/lead.md": "# Parcels\n"}, ["leads", "parcels"]),
        ({"playbooks/parcels/agent.md": None}, ["parcels"]),
        ({"rules/desk/spike.yaml": "title: No spike\n"}, ["rules"]),
        ({"policies/evals/a.py": "def answer(text):\n    return 1\n"}, ["code", "tool"]),
        ({"policies/data/words.txt": "b\n"}, ["tool"]),
        ({"policies/evals/more.jsonl": '{"id": "y"}\n'}, ["code"]),
        (suite("desk", cases=[case(0, "yes")]), ["desk"]),
        ({"policies/evals/desk.yaml": None}, ["desk"]),
        (suite("new", cases=[case(0, "yes 0")]), ["new"]),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_only_suites_that_a_change_concerns_are_run(
    tmp_path: Path, run: list[str], changes: Files, concerned: list[str]
) -> None:
    base = commit(tmp_path, EVERY)
    head = commit(tmp_path, changes)
    repository = Repository.discover(tmp_path)
    before, after = (Catalog(revision_snapshot(repository, one)) for one in (base, head))
    judged_suites(Subject(after, before, TODAY, remembers=False))
    repository.close()
    assert run == concerned


def test_without_a_base_every_suite_is_run(tmp_path: Path, run: list[str]) -> None:
    head = commit(tmp_path, EVERY)
    repository = Repository.discover(tmp_path)
    after = Catalog(revision_snapshot(repository, head))
    judged_suites(Subject(after, None, TODAY, remembers=False))
    repository.close()
    assert run == ["code", "desk", "leads", "parcels", "rules", "tool"]


PROMISES = [case(0, "yes 0", ", must_pass: true"), case(1, "yes 1"), case(2, "yes 2")]
SAID = page("yes 0", "yes 1", "yes 2")
LOST = page("no", "no", "yes 2")


def test_what_closes_in_a_protected_suite_is_only_told_of_an_advisory_one(tmp_path: Path) -> None:
    for tier, codes in (
        ("protected", ["must-pass", "eval-regression", "eval-floor"]),
        ("advisory", []),
    ):
        folder = tmp_path / tier
        files = suite("desk", f"tier: {tier}\nfloor: 100\n", PROMISES)
        commit(folder, {**files, **SAID})
        commit(folder, LOST)
        assert sorted(one.code for one in closing(folder, "HEAD~1")) == sorted(codes)


def test_a_cache_changes_nothing_that_is_found(tmp_path: Path) -> None:
    commit(tmp_path, {**suite("desk", cases=PROMISES), **SAID})
    commit(tmp_path, LOST)
    without = closing(tmp_path, "HEAD~1")
    assert without
    for _ in range(2):
        assert closing(tmp_path, "HEAD~1", use_cache=True) == without
    for path in (tmp_path / ".git" / "opsrail").iterdir():
        path.unlink()
    assert closing(tmp_path, "HEAD~1", use_cache=True) == without


FAILING_ONCE = 'def answer(text):\n    return open("{}").read() or text  # {}\n'


def test_what_went_wrong_once_is_tried_again(tmp_path: Path) -> None:
    folder, flag = tmp_path / "repository", tmp_path / "works"
    one = suite(
        "code",
        "scorers: [{equals: a}]\n",
        ["{id: a, input: a}"],
        '{python: "policies/evals/a.py:answer"}',
    )
    commit(folder, {**one, CODE: FAILING_ONCE.format(flag, 1)})
    commit(folder, {CODE: FAILING_ONCE.format(flag, 2)})
    (first,) = closing(folder, "HEAD~1", use_cache=True)
    assert first.code == "eval-not-comparable"
    flag.touch()
    assert closing(folder, "HEAD~1", use_cache=True) == []


def sampled(lost: int) -> Files:
    return page(*("no" if number < lost else f"yes {number}" for number in range(300)))


def test_small_losses_pass_one_by_one_and_close_the_gate_together(tmp_path: Path) -> None:
    cases = [case(number, f"yes {number}") for number in range(300)]
    files = suite("desk", "judge: sample\nmargin: 5\n", cases)
    commit(tmp_path, {**files, **sampled(0)})
    git(tmp_path, "tag", "v1.0")
    for lost in (3, 6):
        commit(tmp_path, sampled(lost))
        assert closing(tmp_path, "HEAD~1") == []
    commit(tmp_path, sampled(9))
    (found,) = closing(tmp_path, "HEAD~1")
    assert found.code == "eval-drift"
    assert "desk, since v1.0: Score 100.0 % → 97.0 %, −3.0 points" in found.message
    # A release is where people said that it is fine as it is.
    git(tmp_path, "tag", "v1.1", "HEAD~1")
    assert closing(tmp_path, "HEAD~1") == []
    git(tmp_path, "tag", "--delete", "v1.1")
    git(tmp_path, "tag", "--delete", "v1.0")
    git(tmp_path, "tag", "draft", "HEAD~3")
    assert closing(tmp_path, "HEAD~1") == []


def test_a_finding_about_a_case_stands_where_the_case_does(tmp_path: Path) -> None:
    files = suite("desk", cases=PROMISES)
    commit(tmp_path, {**files, **SAID})
    commit(tmp_path, LOST)
    text = files["policies/evals/desk.yaml"].split("\n")
    for one in closing(tmp_path, "HEAD~1"):
        line = text[one.location.line - 1]
        assert line[one.location.column - 1 :].startswith(("c0,", "c1,")), replace(one)


ECHO = "def answer(text):\n    return text.split()[-1]\n"
SILENT = "def answer(text):\n    return 'nothing'\n"
PYTHON = '{python: "policies/evals/a.py:answer"}'


def asked(how: str) -> list[str]:
    return [f"{{id: c{n}, ask: '{how} {n}', expected: '{n}'}}" for n in range(200)]


def test_changing_every_question_leaves_a_sample_something_to_compare(tmp_path: Path) -> None:
    common = "judge: sample\nmargin: 10\nscorers: [{equals: '{expected}'}]\n"
    commit(tmp_path, {**suite("code", common, asked("say"), PYTHON), CODE: ECHO})
    commit(tmp_path, {**suite("code", common, asked("tell"), PYTHON), CODE: SILENT})
    assert [one.code for one in closing(tmp_path, "HEAD~1")] == ["eval-regression"]
    commit(tmp_path, {CODE: ECHO})
    assert closing(tmp_path, "HEAD~2") == []


SCORED = "scorers: [{python: {file: policies/evals/score.py, function: score}}]\n"
SCORER = "policies/evals/score.py"
SOUND = "def score(output, case):\n    return output == case['expected']\n"
BROKEN = "def score(output, case):\n    return None\n"


def test_a_scorer_that_fails_cannot_land_and_a_mended_one_can(tmp_path: Path) -> None:
    files = {**suite("code", SCORED, ["{id: a, input: a, expected: a}"], PYTHON), CODE: ECHO}
    commit(tmp_path, {**files, SCORER: SOUND})
    commit(tmp_path, {SCORER: BROKEN})
    (found,) = closing(tmp_path, "HEAD~1")
    assert found.code == "eval-not-comparable"
    assert "as this change would have it" in found.message
    # It landed all the same, and is mended now: only base is in the way.
    commit(tmp_path, {SCORER: SOUND})
    (found,) = closing(tmp_path, "HEAD~1")
    assert found.code == "eval-not-comparable"
    assert "opsrail eval decide code" in found.hint
    ran = Desk(tmp_path).opsrail(
        "eval", "decide", "code", "--base", "HEAD~1", "--reason", "it was broken", "--by", "Robin"
    )
    assert ran.code == 0, ran.err
    commit(tmp_path, {"policies/notes.txt": "the decision goes with the change"})
    assert closing(tmp_path, "HEAD~2") == []


def test_what_fails_at_head_itself_is_nothing_to_decide(tmp_path: Path) -> None:
    files = {**suite("code", SCORED, ["{id: a, input: a, expected: a}"], PYTHON), CODE: ECHO}
    commit(tmp_path, {**files, SCORER: SOUND})
    commit(tmp_path, {CODE: "def answer(text):\n    raise ValueError\n"})
    ran = Desk(tmp_path).opsrail(
        "eval", "decide", "code", "--base", "HEAD~1", "--reason", "please", "--by", "Robin"
    )
    assert ran.code == 3
    assert "nothing about code is open to a decision" in ran.err
