from __future__ import annotations

import pytest

from opsrail.evals.reading.suite import read_suite
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import worktree_snapshot
from tests.cli.desk import AGENT, Desk

PATH = "policies/evals/refunds-facts.yaml"


def findings(desk: Desk, path: str = PATH) -> list[str]:
    found = read_suite(worktree_snapshot(Repository.discover(desk.root)), path)
    return [one.message for one in found.findings]


def test_a_suite_is_drafted_and_the_next_step_is_told(desk: Desk) -> None:
    ran = desk.opsrail("eval", "new", "refunds")
    assert (ran.code, ran.err) == (0, "")
    first = ran.out.partition("\n")[0]
    assert first.startswith(f"Wrote {PATH}: ")
    assert all(role in first for role in ("agent ", "customer ", "lead "))
    assert "Next:\n  edit it: put each question in your readers' words" in ran.out
    assert ran.out.rstrip().endswith("opsrail eval refunds-facts   does every case hold?")
    assert findings(desk) == []
    assert desk.read(PATH).startswith("# A draft from what the pages say today.")


def test_the_schema_is_named_where_the_repository_has_it(desk: Desk) -> None:
    desk.write("schemas/eval-suite.schema.json", "{}\n")
    assert desk.opsrail("eval", "new", "refunds").code == 0
    head = desk.read(PATH).partition("\n")[0]
    assert head == "# yaml-language-server: $schema=../../schemas/eval-suite.schema.json"


def test_roles_and_the_file_may_be_chosen(desk: Desk) -> None:
    output = "policies/evals/money.yaml"
    ran = desk.opsrail("eval", "new", "refunds", "--role", "agent", "--output", output)
    assert ran.code == 0
    assert ran.out.startswith(f"Wrote {output}: ")
    assert "opsrail eval money " in ran.out
    assert "role: customer" not in desk.read(output)
    assert findings(desk, output) == []


def test_it_is_written_to_the_root_from_whatever_folder(desk: Desk) -> None:
    assert desk.opsrail("eval", "new", "refunds", folder="playbooks/refunds").code == 0
    assert (desk.root / PATH).is_file()


def test_nothing_is_overwritten(desk: Desk) -> None:
    desk.write(PATH, "mine\n")
    ran = desk.opsrail("eval", "new", "refunds")
    assert ran.code == 2
    assert f"{PATH} is there already. Nothing was written" in ran.err
    assert desk.read(PATH) == "mine\n"


@pytest.mark.parametrize(
    "output",
    ["money.yaml", "../money.yaml", "policies/evals/Money.yaml", "policies/evals/decisions.yaml"],
)
def test_a_file_that_is_no_suite_is_refused(desk: Desk, output: str) -> None:
    before = desk.files()
    ran = desk.opsrail("eval", "new", "refunds", "--output", output)
    assert ran.code == 2
    assert "is no suite: write it like policies/evals/refunds-facts.yaml" in ran.err
    assert desk.files() == before


def test_an_unknown_playbook_or_role_is_told_with_those_there_are(desk: Desk) -> None:
    ran = desk.opsrail("eval", "new", "refund")
    assert ran.code == 2
    assert "There is no playbook refund; there are hours, refunds." in ran.err
    ran = desk.opsrail("eval", "new", "refunds", "--role", "captain")
    assert ran.code == 2
    assert "captain has no page of refunds; " in ran.err


def test_a_page_that_was_never_written_is_told(desk: Desk) -> None:
    (desk.root / AGENT).unlink()
    ran = desk.opsrail("eval", "new", "refunds")
    assert ran.code == 3
    assert f"there is no page {AGENT}" in ran.err
    assert "opsrail sync" in ran.err


def test_a_playbook_that_cannot_be_read_is_told(desk: Desk) -> None:
    desk.write("playbooks/refunds/playbook.yaml", "title: [\n")
    ran = desk.opsrail("eval", "new", "refunds")
    assert ran.code == 3
    assert "playbooks/refunds/playbook.yaml cannot be read" in ran.err


def test_pages_without_facts_are_told(desk: Desk) -> None:
    pages = [path for path in desk.files() if path.startswith("playbooks/refunds/")]
    for path in (one for one in pages if one.count("/") == 2 and one.endswith(".md")):
        desk.write(path, "# Nothing to see\n")
    ran = desk.opsrail("eval", "new", "refunds")
    assert ran.code == 3
    assert "the pages of refunds state no amounts" in ran.err
    assert not (desk.root / PATH).exists()
