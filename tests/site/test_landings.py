from __future__ import annotations

from datetime import date

from opsrail.site.landings import landings
from tests.site.conftest import TODAY, Desk

PATH = "content/sources/refunds.md"


def test_the_first_commit_is_no_change(desk: Desk) -> None:
    assert landings(desk.repository, "HEAD", date(2026, 8, 2)) == ()


def test_a_repository_without_commits_has_no_history(desk: Desk) -> None:
    desk.git("update-ref", "-d", "HEAD")
    assert landings(desk.repository, "HEAD", TODAY) == ()


def test_landings_come_newest_first_within_the_days(desk: Desk) -> None:
    for days, when in ((29, "2026-08-10"), (28, "2026-10-01"), (27, "2026-11-20")):
        desk.replace(PATH, f"**{days + 1} days**", f"**{days} days**")
        desk.commit(f"To {days}", when)
    found = landings(desk.repository, "HEAD", TODAY)
    assert [one.subject for one in found] == ["To 27", "To 28"]
    assert [one.day for one in found] == [date(2026, 11, 20), date(2026, 10, 1)]
    assert len(landings(desk.repository, "HEAD", TODAY, most=1)) == 1


def test_a_merge_tells_what_it_brought_and_only_once(desk: Desk) -> None:
    desk.git("switch", "-q", "-c", "branch")
    for days in (29, 28):
        desk.replace(PATH, f"**{days + 1} days**", f"**{days} days**")
        desk.commit(f"Step {days}", "2026-11-18")
    desk.git("switch", "-q", "main")
    desk.git("merge", "-q", "--no-ff", "-m", "Land it", "branch", day="2026-11-19")
    (found,) = landings(desk.repository, "HEAD", TODAY)
    assert found.subject == "Land it"
    (change,) = found.diff.sections
    (fact,) = change.facts
    assert fact.describe().endswith("within 28 days of the charge")


def test_files_that_cannot_be_read_are_left_out(desk: Desk) -> None:
    (desk.root / "content/sources/odd.md").write_bytes(b"\xff\xfe\x00")
    (desk.root / "content/link.md").symlink_to("/etc/passwd")
    desk.replace(PATH, "**30 days**", "**29 days**")
    desk.git("add", "-A")
    desk.git("commit", "-q", "-m", "x", day="2026-11-20")
    (found,) = landings(desk.repository, "HEAD", TODAY)
    assert found.diff.paths == (PATH,)


def test_the_commit_that_brings_the_first_documents_is_no_change(desk: Desk) -> None:
    desk.git("update-ref", "-d", "HEAD")
    desk.git("reset", "-q")
    desk.git("add", "policies")
    desk.git("commit", "-q", "-m", "Policies", day="2026-11-01")
    desk.git("add", "-A")
    desk.git("commit", "-q", "-m", "Everything", day="2026-11-02")
    assert landings(desk.repository, "HEAD", TODAY) == ()
