from __future__ import annotations

import json

import pytest

from tests.cli.desk import REFUNDS, WINDOW, Desk
from tests.gate.told_cases import DESK, EXPECTED, files_in

FACTS = DESK.parent / "facts"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_work_tree_is_compared_with_the_last_commit(desk: Desk, name: str) -> None:
    for path, text in files_in(FACTS / "after").items():
        desk.write(path, text)
    form = {"diff.txt": "text", "diff.md": "markdown", "diff.json": "json"}[name]
    ran = desk.opsrail("diff", "--format", form)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (FACTS / name).read_text("utf-8")


def test_nothing_changed_is_said(desk: Desk) -> None:
    said = "nothing changed in the source documents, the rules or the automations\n"
    assert desk.opsrail("diff").out == said


def test_a_new_document_is_a_change_before_it_is_added(desk: Desk) -> None:
    desk.write("content/sources/new.md", "# Late orders\n\nAnswer within 2 days.\n")
    ran = desk.opsrail("diff")
    assert "§ Late orders" in ran.out
    assert "added: Answer within 2 days" in ran.out


def branched(desk: Desk) -> None:
    """A topic that lowers the window; main raised it meanwhile."""
    desk.git("switch", "--quiet", "--create", "topic")
    desk.edit(REFUNDS, *WINDOW)
    desk.commit("Topic")
    desk.git("switch", "--quiet", "main")
    desk.edit(REFUNDS, "30 days", "60 days")
    desk.commit("Main")


def test_a_branch_is_compared_where_it_left(desk: Desk) -> None:
    branched(desk)
    desk.git("switch", "--quiet", "topic")
    ran = desk.opsrail("diff", "main")
    assert "30 days" in ran.out
    assert "14 days" in ran.out
    assert "60 days" not in ran.out


def test_two_commits_are_compared_whatever_lies_in_the_work_tree(desk: Desk) -> None:
    branched(desk)
    desk.write(REFUNDS, "# Nothing\n")
    ran = desk.opsrail("diff", "main", "topic", "--format", "json")
    changes = [fact["new"] for s in json.loads(ran.out)["sections"] for fact in s["facts"]]
    assert changes
    assert all("14 days" in change for change in changes)


def test_an_unknown_revision_is_named(desk: Desk) -> None:
    ran = desk.opsrail("diff", "nowhere")
    assert (ran.code, ran.out) == (3, "")
    assert "“nowhere” names no commit in this repository" in ran.err
    assert desk.opsrail("diff", "HEAD", "nowhere").code == 3
    assert desk.opsrail("diff", "--format", "pdf").code == 2


def test_before_the_first_commit_there_is_nothing_to_compare_with(desk: Desk) -> None:
    desk.git("update-ref", "-d", "HEAD")
    ran = desk.opsrail("diff")
    assert (ran.code, ran.out) == (3, "")
    assert "“HEAD” names no commit" in ran.err
