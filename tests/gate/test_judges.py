"""Judges at the gate: which are measured, what closes it, and what a change cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from opsrail.evals.agreement import measuring
from opsrail.evals.agreement.model import Agreement, Judge
from opsrail.findings import Finding, Severity, in_order
from opsrail.gate.checks.judges import judge_agreement, judge_broken
from opsrail.gate.subject import Subject
from opsrail.llm.asking import Asker
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog
from tests.evals.agreement.doubles import (
    JUDGE,
    JUDGE_PATH,
    LABELLED_PATH,
    MODELS_PATH,
    PROMPT,
    PROMPT_PATH,
    as_people_do,
    desk,
    labelled,
    recordings,
)
from tests.evals.judging.courts import case, page, suite
from tests.evals.repositories import commit

TODAY = date(2026, 11, 22)
SUITE = "policies/evals/replies.yaml"
SCORED = "scorers: [judge: tone]\n"
Files = Mapping[str, str | None]


def replies(tier: str = "protected", more: str = SCORED) -> dict[str, str]:
    return dict(suite("replies", f"tier: {tier}\n{more}", [case(0, "yes")]))


GOOD = {**desk(), **recordings(desk(), as_people_do), **page("yes"), **replies()}
POOR = {**GOOD, **recordings(desk(), lambda _answer: "good")}


def found(folder: Path, base: Files | None, head: Files) -> tuple[Finding, ...]:
    """What the checks about judges say, `head` being what it changes of base."""
    before = commit(folder, base) if base is not None else None
    after = commit(folder, head)
    repository = Repository.discover(folder)
    sides = [Catalog(revision_snapshot(repository, one)) for one in (after, before) if one]
    subject = Subject(sides[0], sides[1] if before else None, TODAY)
    told = in_order([*judge_broken(subject), *judge_agreement(subject)])
    repository.close()
    return told


def weights(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{one.code}: {one.severity}" for one in findings]


ERROR, WARNING = "judge-agreement: error", "judge-agreement: warning"


def test_a_judge_that_agrees_with_people_may_score_a_protected_suite(tmp_path: Path) -> None:
    assert found(tmp_path, None, GOOD) == ()


@pytest.mark.parametrize(("tier", "weight"), [("protected", ERROR), ("advisory", WARNING)])
def test_one_that_does_not_closes_where_the_suite_can(
    tmp_path: Path, tier: str, weight: str
) -> None:
    (one,) = found(tmp_path, None, {**POOR, **replies(tier)})
    assert weights((one,)) == [weight]
    assert f"scores the {tier} suite replies" in one.message
    assert "below the 0.60 that it states" in one.message
    assert (one.location.path, one.location.line) == (JUDGE_PATH, 8)


def test_one_that_no_suite_names_is_nobodys_business(tmp_path: Path) -> None:
    assert found(tmp_path, None, {**POOR, **replies(more="")}) == ()


def test_one_that_cannot_be_measured_closes(tmp_path: Path) -> None:
    (one,) = found(tmp_path, None, {**desk(), **page("yes"), **replies()})
    assert one.severity is Severity.ERROR
    assert "has no label by the judge" in one.message
    assert "eval agree tone --model record" in one.hint


def test_a_recording_taken_away_closes(tmp_path: Path) -> None:
    gone = next(path for path in GOOD if path.startswith("policies/recordings/"))
    # Base still has it, so it is measured; the next change would not.
    assert found(tmp_path / "a", GOOD, {gone: None}) == ()
    assert weights(found(tmp_path / "b", GOOD, {gone: "{}\n"})) == [ERROR]


CHANGES: list[tuple[str, str | None]] = [
    (JUDGE_PATH, JUDGE.replace("Is it kind?", "Is it kind enough?")),
    (LABELLED_PATH, labelled(63)),
    (PROMPT_PATH, PROMPT.replace("title: Tone", "title: Tone of replies")),
    (MODELS_PATH, desk()[MODELS_PATH].replace("output: 1", "output: 2")),
    ("policies/recordings/judge-tone/a.json", "{}\n"),
    (SUITE, replies()[SUITE].replace("title: t", "title: Replies")),
]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The judges that were measured."""
    names: list[str] = []

    def spy(judge: Judge, asker: Asker | None) -> Agreement:
        names.append(judge.name)
        return real(judge, asker)

    real = measuring.measure
    monkeypatch.setattr(measuring, "measure", spy)
    return names


@pytest.mark.parametrize(("path", "text"), CHANGES, ids=lambda value: str(value)[:40])
def test_it_is_measured_where_something_of_it_changed(
    tmp_path: Path, measured: list[str], path: str, text: str | None
) -> None:
    found(tmp_path, GOOD, {path: text})
    assert set(measured) == {"tone"}


@pytest.mark.parametrize(
    "change",
    [
        page("no"),
        {"content/a.md": "# A\n"},
        {"policies/recordings/other/a.json": "{}\n"},
        {"policies/prompts/other.yaml": PROMPT},
        suite("other", cases=[case(0, "yes")]),
    ],
    ids=lambda value: next(iter(value)),
)
def test_and_nowhere_else(tmp_path: Path, measured: list[str], change: Files) -> None:
    found(tmp_path, GOOD, change)
    assert measured == []


def mostly(answer: str) -> str:
    """Each fourth answer gets the best label: enough for 0.4, and not for 0.6."""
    number = int(answer.rstrip(".").rpartition(" ")[2])
    return "good" if number % 4 == 0 else as_people_do(answer)


def test_stating_less_does_not_let_it_gate_in_the_same_change(tmp_path: Path) -> None:
    so_so = {**GOOD, **recordings(desk(), mostly)}
    lower = {JUDGE_PATH: JUDGE.replace("0.6", "0.4")}
    assert found(tmp_path / "a", None, {**so_so, **lower}) == ()
    got = found(tmp_path / "b", so_so, lower)
    assert weights(got) == [ERROR, WARNING]
    assert "the 0.60 that it states" in got[0].message
    assert "states less agreement than before: 0.6 → 0.4" in got[1].message


def test_other_labels_of_people_are_told_of(tmp_path: Path) -> None:
    lines = labelled().splitlines()
    lines[0] = lines[0].replace('"poor"', '"good"')
    (one, *_) = found(tmp_path, GOOD, {LABELLED_PATH: "\n".join(lines[:-1])})
    assert one.severity is Severity.WARNING
    assert "1 are gone and 1 changed" in one.message


def test_a_judge_that_gets_worse_cannot_land(tmp_path: Path) -> None:
    (one,) = found(tmp_path, GOOD, recordings(desk(), lambda _answer: "good"))
    assert one.severity is Severity.ERROR
    assert "as this change has it" in one.message


def test_a_judge_that_is_mended_can(tmp_path: Path) -> None:
    mended = {**desk(), JUDGE_PATH: JUDGE.replace("It is kind", "It is kind and plain")}
    (one,) = found(tmp_path, POOR, {**mended, **recordings(mended, as_people_do)})
    assert one.severity is Severity.WARNING
    assert "as base has it" in one.message


def test_a_suite_made_advisory_in_the_same_change_still_counts(tmp_path: Path) -> None:
    head = {**recordings(desk(), lambda _answer: "good"), **replies("advisory")}
    assert weights(found(tmp_path, GOOD, head)) == [ERROR]


def test_a_judge_named_by_a_case_in_a_table_counts(tmp_path: Path) -> None:
    rows = '{"id": "r", "role": "agent", "section": "s0", "expect": [{"judge": "tone"}]}\n'
    named = replies(more="cases_from: [policies/evals/more.jsonl]\n")
    head = {**POOR, **named, "policies/evals/more.jsonl": rows}
    assert weights(found(tmp_path, None, head)) == [ERROR]


def test_a_judge_that_is_gone_and_still_named_is_told_of(tmp_path: Path) -> None:
    (one,) = found(tmp_path, GOOD, {JUDGE_PATH: None})
    assert (one.code, one.severity) == ("judge-broken", Severity.ERROR)
    assert one.location.path == SUITE
    assert "there is none" in one.message


def test_without_a_base_a_suite_that_names_no_judge_there_is_told_of(tmp_path: Path) -> None:
    (one,) = found(tmp_path, None, {**page("yes"), **replies()})
    assert one.code == "judge-broken"
