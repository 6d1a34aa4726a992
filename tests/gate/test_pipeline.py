from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from opsrail.findings import Finding, Location, Severity
from opsrail.gate import pipeline
from opsrail.gate.memo import engine_fingerprint
from opsrail.gate.pipeline import Verdict, judge
from opsrail.gate.registry import Check, checks
from opsrail.gate.subject import Subject
from opsrail.repo.git import Repository
from tests.cli.desk import REFUNDS, TODAY, WINDOW, Desk, made

DAY = date.fromisoformat(TODAY)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("OPSRAIL_TODAY", TODAY)
    return made(tmp_path / "desk")


@pytest.fixture
def repository(desk: Desk) -> Repository:
    return Repository.discover(desk.root)


def test_every_check_runs_and_is_named(repository: Repository) -> None:
    verdict = judge(repository, DAY)
    assert verdict.checked == tuple(check.code for check in checks())
    assert verdict.checked == tuple(sorted(set(verdict.checked)))
    assert verdict.figures == {"documents": "2", "playbooks": "2", "pages": "5"}
    assert verdict.findings == ()


def test_a_remembered_verdict_is_the_computed_one(desk: Desk, repository: Repository) -> None:
    desk.edit(REFUNDS, *WINDOW)
    desk.edit("content/sources/hours.md", "#eligibility", "#gone")
    anew = judge(repository, DAY, use_cache=False)
    assert len(anew.findings) > 1
    assert judge(repository, DAY) == anew
    assert judge(repository, DAY) == anew


def test_what_was_computed_is_not_computed_again(
    desk: Desk, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judge(repository, DAY)

    def never(*_: object, **__: object) -> Verdict:
        raise AssertionError("computed again")

    monkeypatch.setattr(pipeline, "_judge", never)
    assert judge(repository, DAY) == first
    for change in ({"use_cache": False}, {"base": repository.resolve("HEAD")}):
        with pytest.raises(AssertionError, match="computed again"):
            judge(repository, DAY, **change)
    with pytest.raises(AssertionError, match="computed again"):
        judge(repository, date(2026, 1, 6))
    desk.edit(REFUNDS, *WINDOW)
    with pytest.raises(AssertionError, match="computed again"):
        judge(repository, DAY)


def test_everything_a_finding_says_is_remembered(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Finding(
        Location("content/a.md", 3, 7),
        "planted",
        "odd \udcff name",
        Severity.NOTE,
        "do this",
        ((Location("policies/roles.yaml", 2), "the other one"),),
    )

    def run(_: Subject) -> Iterator[Finding]:
        yield planted

    only = (Check("planted", {"planted": ""}, run),)
    monkeypatch.setattr("opsrail.gate.registry.checks", lambda: only)
    first = judge(repository, DAY)
    monkeypatch.setattr("opsrail.gate.registry.checks", tuple)
    assert first.findings == (planted,)
    assert judge(repository, DAY) == first


def test_a_run_tells_how_far_it_is(repository: Repository) -> None:
    told: list[tuple[str, int, int]] = []
    judge(repository, DAY, use_cache=False, progress=lambda *words: told.append(words))
    count = len(checks())
    assert [number for _, number, _ in told] == [*range(count), count]
    assert {total for *_, total in told} == {count}


def test_an_engine_edited_in_place_is_another_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "check.py").write_text("a = 1\n")
    monkeypatch.setattr("opsrail.__file__", str(tmp_path / "__init__.py"))
    before = engine_fingerprint()
    assert engine_fingerprint() == before
    os.utime(tmp_path / "check.py", ns=(1, 1))
    assert engine_fingerprint() != before
