from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from opsrail.report import FORMATS
from tests.cli.desk import AGENT, CUSTOMER, LOCK, REFUNDS, WINDOW, Desk

CACHE = ".git/opsrail/cache.sqlite"


def test_a_repository_in_step_is_open(desk: Desk) -> None:
    ran = desk.opsrail("check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "no findings · gate open\n2 documents · 2 playbooks · 5 pages\n"


def test_one_of_a_thing_is_said_in_the_singular(desk: Desk) -> None:
    desk.edit("content/sources/hours.md", "The desk", "Our desk")
    desk.opsrail("sync")
    ran = desk.opsrail("check", "--base", "HEAD")
    assert ran.out.endswith("1 document · 1 playbook · 2 pages\n")


def test_a_changed_source_closes_the_gate_until_its_pages_follow(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    ran = desk.opsrail("check")
    assert ran.code == 1
    assert re.search(rf"{AGENT}:\d+:\d+: stale-section: “Eligibility” is behind its", ran.out)
    assert "30 days → " in ran.out
    assert "gate closed: stale-section\n" in ran.out
    assert desk.opsrail("sync").code == 0
    assert desk.opsrail("check").code == 0


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_the_same_verdict(desk: Desk, form: str) -> None:
    assert desk.opsrail("check", "--format", form).code == 0
    desk.edit(REFUNDS, *WINDOW)
    ran = desk.opsrail("check", "--format", form)
    assert ran.code == 1
    assert "stale-section" in ran.out
    assert AGENT in ran.out


def test_the_formats_for_programs_can_be_read_by_them(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    as_json = json.loads(desk.opsrail("check", "--format", "json").out)
    sarif = json.loads(desk.opsrail("check", "--format", "sarif").out)
    junit = ET.fromstring(desk.opsrail("check", "--format", "junit").out)  # noqa: S314 - our own
    count = len(as_json["findings"])
    assert count == 5
    assert len(sarif["runs"][0]["results"]) == count
    assert junit.tag.startswith("testsuite")
    github = desk.opsrail("check", "--format", "github").out
    assert github.count("::error file=") == count


@pytest.mark.parametrize("form", FORMATS)
def test_two_runs_print_the_same_bytes(desk: Desk, form: str) -> None:
    desk.edit(REFUNDS, *WINDOW)
    desk.edit("content/sources/hours.md", "#eligibility", "#nothing")
    first = desk.opsrail("check", "--format", form)
    again = desk.opsrail("check", "--format", form)
    anew = desk.opsrail("check", "--format", form, "--no-cache")
    assert first == again == anew


def test_the_report_goes_to_a_file_and_text_to_the_terminal(desk: Desk, tmp_path: Path) -> None:
    desk.edit(REFUNDS, *WINDOW)
    report = tmp_path / "report.sarif"
    ran = desk.opsrail("check", "--format", "sarif", "--output", str(report))
    assert ran.code == 1
    assert "gate closed" in ran.out
    assert json.loads(report.read_text("utf-8"))["version"] == "2.1.0"


def test_a_report_without_a_folder_to_go_to_is_refused(desk: Desk, tmp_path: Path) -> None:
    ran = desk.opsrail("check", "--output", str(tmp_path / "nowhere" / "report.txt"))
    assert ran.code == 2
    assert "There is no folder" in ran.err


# Against a base, and at a revision


def test_with_a_base_only_what_the_change_touches_is_judged(desk: Desk) -> None:
    desk.edit("content/sources/hours.md", "refunds.md#eligibility", "refunds.md#gone")
    desk.opsrail("sync")
    desk.commit("An old fault")
    desk.edit(REFUNDS, "What is given back, and how.", "What we give back, and how.")
    assert "broken-link" in desk.opsrail("check").out
    ran = desk.opsrail("check", "--base", "HEAD")
    assert ran.code == 0, ran.out
    assert "1 document" in ran.out


def test_a_base_is_compared_where_the_branch_left_it(desk: Desk) -> None:
    desk.git("switch", "--quiet", "--create", "topic")
    desk.edit(REFUNDS, "What is given back", "What we give back")
    desk.commit("Topic")
    desk.git("switch", "--quiet", "main")
    desk.edit("content/sources/hours.md", "9 hours", "8 hours")  # stale, and not of the topic
    desk.commit("Main went on")
    desk.git("switch", "--quiet", "topic")
    assert desk.opsrail("check", "--base", "main").code == 0


def test_a_commit_is_judged_whatever_lies_in_the_work_tree(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    stale = desk.commit("Stale")
    desk.opsrail("sync")
    assert desk.opsrail("check").code == 0
    assert desk.opsrail("check", stale).code == 1
    assert desk.opsrail("check", f"{stale}~1").code == 0
    assert desk.opsrail("check", stale, "--base", f"{stale}~1").code == 1


def test_a_change_is_judged_under_the_policy_it_edits_as_it_was(desk: Desk) -> None:
    number = "+44 20 7946 0018"
    desk.edit("policies/content.yaml", "[help@", f'["{number}", help@')
    desk.edit(REFUNDS, "What is given back, and how.", f"Call {number}.")
    desk.opsrail("sync")
    ran = desk.opsrail("check", "--base", "HEAD")
    assert ran.code == 1
    assert "personal-data" in ran.out
    assert desk.opsrail("check").code == 0  # what holds once the policy has landed


# What cannot be judged


def test_outside_of_a_repository_nothing_can_be_done(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    ran = Desk(tmp_path / "bare").opsrail("check")
    assert (ran.code, ran.out) == (3, "")
    assert "is not inside a Git work tree" in ran.err


@pytest.mark.parametrize(
    "arguments", [("nowhere",), ("--base", "nowhere"), ("--base", "--output=x"), ("-n1",)]
)
def test_an_unknown_revision_is_named(desk: Desk, arguments: tuple[str, ...]) -> None:
    ran = desk.opsrail("check", *arguments)
    assert ran.code == (2 if arguments == ("-n1",) else 3)
    assert ran.out == ""
    assert "names no commit" in ran.err or "No such option" in ran.err


@pytest.mark.parametrize("arguments", [("--formt", "json"), ("--format", "pdf"), ("a", "b")])
def test_a_wrong_command_line_is_a_usage_error(desk: Desk, arguments: tuple[str, ...]) -> None:
    ran = desk.opsrail("check", *arguments)
    assert ran.code == 2
    assert "Usage: opsrail check" in ran.err


def test_an_impossible_date_is_a_usage_error(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSRAIL_TODAY", "tomorrow")
    ran = desk.opsrail("check")
    assert ran.code == 2
    assert "OPSRAIL_TODAY is no date: tomorrow" in ran.err


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (REFUNDS, b"\xff\xfe\x00T\x00i"),
        (REFUNDS, b""),
        (REFUNDS, b"---\ntitle: [\n---\n# A\n"),
        ("policies/roles.yaml", b"roles: {a: *b}\n"),
        ("policies/roles.yaml", b"[]"),
        ("policies/roles.yaml", b"\x00"),
        ("policies/content.yaml", b"personal_data: yes, please: no\n"),
        ("playbooks/refunds/playbook.yaml", b"title: 1\nsections: {}\n"),
        ("content/upstream.yaml", b"upstream: [{name: x}]\n"),
        (LOCK, b"<<<<<<< ours\n"),
        (AGENT, b"<!-- derived: content/sources/refunds.md#eligibility -->\n"),
        ("content/sources/big.md", b"x" * (2 * 1024 * 1024 + 1)),
    ],
)
def test_a_malformed_file_is_a_finding_with_a_place(desk: Desk, path: str, content: bytes) -> None:
    (desk.root / path).write_bytes(content)
    before = desk.files()
    ran = desk.opsrail("check")
    assert (ran.code, ran.err) == (1, "")
    assert f"{path}:" in ran.out
    assert "Traceback" not in ran.out
    assert desk.files() == before


def test_links_out_of_the_tree_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret words\n", encoding="utf-8")
    (desk.root / "content/sources/out.md").symlink_to(tmp_path / "secret.md")
    ran = desk.opsrail("check")
    assert ran.code == 1
    assert "content/sources/out.md:1:1: " in ran.out
    assert "Secret words" not in ran.out


# Where it is run, and what it remembers


def test_it_may_be_run_from_any_folder(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    assert desk.opsrail("check", folder="playbooks/refunds") == desk.opsrail("check")


def test_the_cache_decides_nothing(desk: Desk) -> None:
    (desk.root / CACHE).unlink(missing_ok=True)  # sync may have left one
    desk.edit(REFUNDS, *WINDOW)
    expected = desk.opsrail("check", "--no-cache")
    assert not (desk.root / CACHE).exists()
    assert desk.opsrail("check") == expected
    assert (desk.root / CACHE).exists()
    assert desk.opsrail("check") == expected
    (desk.root / CACHE).write_bytes(b"not a database, and long enough to be read as one" * 99)
    assert desk.opsrail("check").out == expected.out
    shutil.rmtree(desk.root / ".git/opsrail")
    (desk.root / ".git/opsrail").write_text("in the way", encoding="utf-8")
    ran = desk.opsrail("check")
    assert (ran.code, ran.out) == (expected.code, expected.out)


def test_what_is_remembered_is_not_taken_for_another_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.opsrail("check").code == 0
    monkeypatch.setenv("OPSRAIL_TODAY", "2027-01-01")
    assert "overdue" in desk.opsrail("check").out


def test_only_pages_a_change_reaches_are_told(desk: Desk) -> None:
    desk.edit(CUSTOMER, "30 days", "45 days")
    ran = desk.opsrail("check")
    assert ran.code == 1
    assert f"{CUSTOMER}:" in ran.out
    assert "hand-broken" in ran.out
    assert AGENT not in ran.out
