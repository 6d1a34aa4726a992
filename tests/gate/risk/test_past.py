"""Whether a value was in force before, told from the history of its own statement."""

from __future__ import annotations

import subprocess
from pathlib import Path

from opsrail.governance.risk.evidence import Tried
from opsrail.repo.git import Repository
from tests.gate.risk.desk import PARCELS, Desk, parcels, rule

RULE = "rules/parcels/many-lost.yaml"


def tried(desk: Desk) -> tuple[Tried, ...]:
    return desk.evidence().tried


def test_a_limit_is_held_against_its_own_past_and_not_against_another_limit(
    tmp_path: Path,
) -> None:
    desk = Desk.begun(tmp_path).land("2026-01-05")
    desk.land("2026-03-02", {PARCELS: parcels("USD 60")}).land("2026-04-01")
    desk.write({PARCELS: parcels("USD 80")})
    assert desk.said("novelty") == (
        "high",
        "USD 80 was never the limit before; the highest was USD 60 (since 2026-03-02)",
    )


def test_the_highest_is_told_with_its_days_even_if_it_is_no_longer_in_force(
    tmp_path: Path,
) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {PARCELS: parcels("USD 70")})
    desk.land("2026-02-20", {PARCELS: parcels("USD 40")}).write({PARCELS: parcels("USD 80")})
    assert desk.said("novelty") == (
        "high",
        "USD 80 was never the limit before; the highest was USD 70 (2026-02-01 to 2026-02-20)",
    )


def test_more_than_now_and_less_than_once_is_new_and_lets_nothing_loose(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {PARCELS: parcels("USD 90")})
    desk.land("2026-02-20", {PARCELS: parcels("USD 40")}).write({PARCELS: parcels("USD 80")})
    assert desk.said("novelty")[0] == "medium"


def test_a_value_that_was_in_force_before_is_not_new(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {PARCELS: parcels("USD 80")})
    desk.land("2026-05-06", {PARCELS: parcels("USD 40")}).write({PARCELS: parcels("USD 80")})
    assert desk.said("novelty") == ("low", "USD 80 was the limit before, last on 2026-05-06")


def test_what_is_lowered_is_held_against_the_lowest(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {PARCELS: parcels(days=12)})
    desk.land("2026-02-20", {PARCELS: parcels(days=20)}).write({PARCELS: parcels(days=7)})
    assert desk.said("novelty") == (
        "medium",
        "7 days was never the limit before; the shortest was 12 days (2026-02-01 to 2026-02-20)",
    )


def test_a_value_that_is_said_for_the_first_time_has_nothing_before_it(tmp_path: Path) -> None:
    text = parcels().replace("ask a lead first.", "ask a lead first. Wait 3 hours.")
    desk = Desk.begun(tmp_path).write({PARCELS: text})
    assert desk.said("novelty") == (
        "medium",
        "3 hours was never said in parcels.md before (1 version of parcels.md, back to 2026-01-05)",
    )


def test_a_document_that_is_new_has_no_values_to_try(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).write({"content/sources/letters.md": parcels("USD 80")})
    assert tried(desk) == ()


def test_a_merge_counts_on_the_day_on_which_it_landed(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path)
    root = desk.repository.root

    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)

    git("checkout", "-q", "-b", "branch")
    desk.land("2026-02-01", {PARCELS: parcels("USD 60")})
    git("checkout", "-q", "main")
    desk.land("2026-02-02", {"content/sources/other.md": "# Other\n"})
    git("merge", "-q", "--no-ff", "--no-commit", "branch")
    desk.land("2026-03-03").write({PARCELS: parcels("USD 80")})
    (one,) = tried(desk)
    assert str(one.since) == "2026-03-03"


def test_a_shallow_clone_says_how_far_back_it_goes(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path / "whole").land("2026-02-01", {PARCELS: parcels("USD 80")})
    desk.land("2026-05-06", {PARCELS: parcels("USD 40")})
    place = f"file://{tmp_path / 'whole'}"
    subprocess.run(
        ["git", "clone", "-q", "--depth=1", place, str(tmp_path / "shallow")],
        check=True,
        capture_output=True,
    )
    shallow = Desk(Repository.discover(tmp_path / "shallow")).write({PARCELS: parcels("USD 80")})
    (one,) = tried(shallow)
    assert one.is_novel
    assert (one.versions, str(one.reaches_back)) == (1, "2026-05-06")


def test_a_threshold_and_a_window_have_a_past_of_their_own(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {RULE: rule(5, "2h")})
    desk.land("2026-02-20", {RULE: rule(3, "1h")}).write({RULE: rule(6, "30m")})
    level, window, threshold = desk.said("novelty")
    assert level == "medium"
    assert window == (
        "30 minutes was never the window of many-lost before; the shortest was 1 hour"
        " (since 2026-02-20)"
    )
    assert threshold == (
        "6 or more was never the threshold of many-lost before; the highest was 5 or more"
        " (2026-02-01 to 2026-02-20)"
    )


def test_a_threshold_that_was_in_force_before_is_not_new(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-02-01", {RULE: rule(5)})
    desk.land("2026-02-20", {RULE: rule(3)}).write({RULE: rule(5)})
    assert desk.said("novelty") == (
        "low",
        "5 or more was the threshold of many-lost before, last on 2026-02-20",
    )


def test_a_version_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path)
    (desk.repository.root / PARCELS).write_bytes(b"\xff\xfe\x00 broken")
    (desk.repository.root / RULE).write_bytes(b"a: [\x00")
    desk.land("2026-02-01").land("2026-02-20", {PARCELS: parcels("USD 50"), RULE: rule(3)})
    desk.write({PARCELS: parcels("USD 80"), RULE: rule(9)})
    assert [one.before for one in tried(desk)] == ["USD 50", "3 or more"]


def test_remembered_versions_tell_the_same(tmp_path: Path) -> None:
    desk = Desk.begun(tmp_path).land("2026-03-02", {PARCELS: parcels("USD 60")})
    desk.write({PARCELS: parcels("USD 80")})
    first, again = desk.evidence(remembers=True), desk.evidence(remembers=True)
    assert first == again == desk.evidence()
