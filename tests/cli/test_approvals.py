"""`opsrail approvals` and `opsrail plan`, as an author meets them before pushing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.governed import HOLIDAYS, HOURS, governed
from tests.gate.guarded import NOW, as_person


@pytest.fixture
def author(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return governed(desk, monkeypatch)


def test_an_author_learns_whom_a_change_needs_before_committing_it(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    ran = author.opsrail("approvals")
    assert ran.code == 1
    assert ran.out.startswith("tier 0 (The rest) · plan digest ")
    assert "one of desk: rule owners (policies/governance.yaml:3)" in ran.out
    assert "about 1 change: duration raised 1\n" in ran.out
    assert "could agree: ada, robin" in ran.out
    assert ran.out.count("2 business days → ") == 1
    assert "not needed: money" in ran.out
    assert "\nWAITING for 1 of 1: needs one of desk (ada, robin).\n" in ran.out


@pytest.mark.parametrize("instant", [NOW, "2026-01-10T12:00:00+00:00"])
def test_approvals_and_plan_say_the_same(
    author: Desk, monkeypatch: pytest.MonkeyPatch, instant: str
) -> None:
    monkeypatch.setenv("OPSRAIL_NOW", instant)
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    asked = author.opsrail("approvals").out.split("\n")
    planned = author.opsrail("plan").out.split("\n")
    start = 3
    verdict = planned[start : planned.index("", start)]
    assert verdict[0].startswith(
        "WAITING" if instant == NOW else "CLOSED by freeze “weekend” until "
    )
    assert asked[0] == planned[1]
    assert asked[-len(verdict) - 1 :] == [*verdict, ""]


def test_where_nothing_changed_nobody_is_asked(author: Desk) -> None:
    ran = author.opsrail("approvals")
    assert ran.code == 1
    assert "nothing changes" in ran.out


def test_without_a_policy_it_says_what_is_missing(desk: Desk) -> None:
    desk.git("switch", "-q", "-c", "change")
    desk.edit(*HOLIDAYS)
    ran = desk.opsrail("approvals")
    assert ran.code == 1
    assert "there is no sound policies/governance.yaml" in ran.out


def test_a_base_that_is_not_there_is_a_message(author: Desk) -> None:
    ran = author.opsrail("approvals", "--base", "nowhere")
    assert ran.code == 3
    assert "“nowhere” names no commit" in ran.err


def test_agreeing_takes_an_address_that_the_directory_knows(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    author.commit()
    ran = author.opsrail("approve", "change")
    assert ran.code == 3
    assert "knows nobody by the address “dora@example.com”" in ran.err


def test_an_agreement_counts_and_can_be_taken_back(
    author: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.edit(*HOLIDAYS)
    author.commit()
    with monkeypatch.context() as patch:
        for name, value in as_person("ada").items():
            patch.setenv(name, value)
        assert (
            "git push --force origin refs/opsrail/reviews/ada/"
            in author.opsrail("approve", "change").out
        )
    assert author.opsrail("approvals", "change").code == 0
    with monkeypatch.context() as patch:
        for name, value in as_person("ada").items():
            patch.setenv(name, value)
        assert author.opsrail("approve", "change", "--object").code == 0
    ran = author.opsrail("approvals", "change")
    assert ran.code == 1
    assert "for ada, who asks for changes." in ran.out


def test_a_plan_is_the_same_bytes_twice_and_in_every_format(author: Desk, tmp_path: Path) -> None:
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    for form in ("text", "markdown", "json"):
        first, second = (author.opsrail("plan", "--format", form).out for _ in range(2))
        assert first == second
        fresh = author.opsrail("plan", "--format", form, "--no-cache").out
        assert fresh == first
    place = tmp_path / "plan.md"
    ran = author.opsrail("plan", "--format", "markdown", "--output", str(place))
    assert ran.code == 1
    assert "WAITING" in ran.out
    assert place.read_text("utf-8").startswith("<!-- opsrail-plan -->")


def test_a_plan_names_what_a_program_needs(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    plan = json.loads(author.opsrail("plan", "--format", "json").out)
    assert plan["verdict"] == "waiting"
    assert plan["exit_code"] == 1
    assert len(plan["digest"]) == 64
    assert {one["path"] for one in plan["changes"]} >= {HOURS}


def test_the_digest_of_a_plan_is_about_content_and_not_about_commits(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    in_work = json.loads(author.opsrail("plan", "--format", "json").out)["digest"]
    author.commit()
    committed = json.loads(author.opsrail("plan", "change", "--format", "json").out)["digest"]
    author.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    later = json.loads(author.opsrail("plan", "change", "--format", "json").out)["digest"]
    assert in_work == committed == later


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"findings": 3, "checked": []}', "[" * 9_000])
def test_a_report_that_is_none_is_refused(author: Desk, tmp_path: Path, content: str) -> None:
    author.edit(*HOLIDAYS)
    place = tmp_path / "report.json"
    place.write_text(content)
    ran = author.opsrail("plan", "--reported", str(place))
    assert ran.code == 3
    assert "no report of `opsrail check --format json`" in ran.err


def test_nobody_says_yes_to_their_own_work(author: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in as_person("ada").items():
        monkeypatch.setenv(name, value)
    author.edit(*HOLIDAYS)
    author.commit()
    ran = author.opsrail("approve", "change")
    assert ran.code == 1
    assert "nobody agrees to their own work" in ran.out


def test_a_clean_work_tree_is_its_commit(author: Desk) -> None:
    author.edit(*HOLIDAYS)
    author.opsrail("sync")
    author.commit()
    assert author.opsrail("plan").out == author.opsrail("plan", "HEAD").out


def test_a_time_far_from_any_change_is_refused(
    author: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for instant in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"):
        monkeypatch.setenv("OPSRAIL_NOW", instant)
        assert author.opsrail("approvals").code == 2
