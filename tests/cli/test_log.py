from __future__ import annotations

import json

import pytest

from tests.cli.desk import REFUNDS, WINDOW, Desk

DAY = "2026-01-05"


@pytest.fixture
def changed(desk: Desk) -> Desk:
    desk.edit(REFUNDS, *WINDOW)
    desk.commit("Refund window 14 days (#482)")
    return desk


def test_it_reads_like_a_colleague_telling_it(changed: Desk) -> None:
    ran = changed.opsrail("log", REFUNDS, "-n", "1")
    commit = changed.git("rev-parse", "HEAD")[:8]
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:4] == [
        f"{REFUNDS}: 1 landing, no record of who agreed",
        "",
        f"{DAY}  #482  Refund window 14 days",
        f"    Robin Example · commit {commit} · no record",
    ]
    assert any("30 days" in line and "14 days" in line for line in lines[4:])
    assert any(line.endswith("(in force)") for line in lines[4:])


@pytest.mark.parametrize("form", ["json", "markdown", "text"])
def test_two_runs_say_the_same_bytes(changed: Desk, form: str) -> None:
    first, second = (changed.opsrail("log", REFUNDS, "--format", form) for _ in range(2))
    assert first == second
    assert first.code == 0


def test_json_tells_everything(changed: Desk) -> None:
    told = json.loads(changed.opsrail("log", REFUNDS, "--format", "json").out)
    assert (told["artifact"], told["is_shallow"], len(told["landings"])) == (REFUNDS, False, 2)
    newest = told["landings"][0]
    assert (newest["pull_request"], newest["standing"], newest["record"]) == (
        "482",
        "no record",
        None,
    )
    raised = [one for one in newest["changes"] if one["what"].startswith("duration")]
    assert raised
    assert all(one["in_force_since"].startswith(DAY) for one in raised)


def test_nothing_that_somebody_wrote_acts_on_a_terminal_or_a_page(desk: Desk) -> None:
    desk.edit(REFUNDS, WINDOW[0], "14 <b>days</b> @everyone")
    subject = "\x1b[2J<img src=x> @everyone #1 [a](http://x.example)\u202e"
    desk.git("add", "--all")
    desk.git("-c", "i18n.commitEncoding=UTF-8", "commit", "--quiet", "--message", subject)
    text = desk.opsrail("log", REFUNDS).out
    assert "\x1b" not in text
    assert "\u202e" not in text
    page = desk.opsrail("log", REFUNDS, "--format", "markdown").out
    assert "<img" not in page
    assert "@everyone" not in page
    assert "[a](" not in page


def test_a_forged_record_says_that_it_does_not_match(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    block = (
        f"Opsrail-Plan: {'0' * 64}\nOpsrail-Verdict: open\n"
        "Opsrail-Approved-By: ana (risk-owners) 2026-01-05T10:00:00Z"
    )
    desk.commit(f"Window\n\n{block}")
    ran = desk.opsrail("log", REFUNDS, "-n", "1")
    assert "record does not match what landed" in ran.out
    assert "ana" not in ran.out
    told = json.loads(desk.opsrail("log", REFUNDS, "-n", "1", "--format", "json").out)
    assert told["landings"][0]["record"] is None


def test_a_spoilt_record_says_what_is_wrong(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)
    desk.commit("Window\n\nOpsrail-Plan: x\nOpsrail-Verdict: open")
    said = "record cannot be believed: a plan's digest has 64 hex digits"
    assert said in desk.opsrail("log", REFUNDS).out


def test_a_history_may_be_cut_by_a_day_or_a_commit(changed: Desk) -> None:
    def count(*options: str) -> int:
        told = changed.opsrail("log", REFUNDS, "--format", "json", *options)
        return len(json.loads(told.out)["landings"])

    assert count() == 2
    assert count("--since", "HEAD~1") == 1
    assert count("--since", "2026-01-05") == 2
    assert count("--since", "2026-01-06") == 0
    assert count("--head", "HEAD~1") == 1
    assert changed.opsrail("log", REFUNDS, "--since", "nowhere").code == 3
    none = changed.opsrail("log", REFUNDS, "--since", "2026-01-06").out
    assert none == f"{REFUNDS}: nothing landed that changed it\n"


def test_an_unknown_artifact_is_a_usage_error_with_what_would_help(desk: Desk) -> None:
    ran = desk.opsrail("log", "content/sources/refund.md")
    assert (ran.code, ran.out) == (2, "")
    assert f"did you mean `{REFUNDS}`?" in ran.err


def test_in_a_folder_each_change_is_told_with_its_file(changed: Desk) -> None:
    changed.write("content/sources/late.md", "# Late orders\n\nAnswer within 2 days.\n")
    changed.edit(REFUNDS, "14 days", "7 days")
    changed.commit("Two files")
    told = changed.opsrail("log", "content", "-n", "1").out
    assert "    late.md § Late orders\n        section added\n" in told
    assert "    refunds.md § " in told


def test_a_path_may_be_written_from_where_one_stands(changed: Desk) -> None:
    ran = changed.opsrail("log", "refunds.md", "-n", "1", folder="content/sources")
    assert ran.code == 0
    assert ran.out.startswith("refunds.md: 1 landing")


def test_a_shallow_clone_says_that_it_does_not_know_more(changed: Desk) -> None:
    shallow = Desk(changed.root.parent / "shallow")
    changed.git("clone", "--quiet", "--depth=1", f"file://{changed.root}", str(shallow.root))
    assert "This clone is shallow" in shallow.opsrail("log", REFUNDS).out
    assert "This clone is shallow" in shallow.opsrail("blame", REFUNDS).out
