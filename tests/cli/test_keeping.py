"""Sync looks only at what changed since a state in step, and writes what a full look would."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from opsrail.tailor import sync as tailor_sync
from opsrail.tailor.state import view_page
from tests.cli.desk import AGENT, LOCK, REFUNDS, WINDOW, Desk

HOURS = "playbooks/hours"


def source_edit(desk: Desk) -> None:
    desk.edit(REFUNDS, *WINDOW)


def link_closes(desk: Desk) -> None:
    """The opening hours link to a section that customers may see no longer."""
    desk.edit(REFUNDS, "{#eligibility}", "{#eligibility clearance=staff}")


def role_changes(desk: Desk) -> None:
    desk.edit("policies/roles.yaml", "can: [refund-small]\n", "can: [refund-small, refund-large]\n")


def playbook_changes(desk: Desk) -> None:
    desk.edit("playbooks/refunds/playbook.yaml", "agent: steps", "agent: full")


def playbook_goes(desk: Desk) -> None:
    (desk.root / HOURS / "playbook.yaml").unlink()


def folder_goes(desk: Desk) -> None:
    shutil.rmtree(desk.root / HOURS)


def page_goes(desk: Desk) -> None:
    (desk.root / AGENT).unlink()


def person_edits(desk: Desk) -> None:
    desk.edit(AGENT, "Confirm that", "Please confirm that")
    source_edit(desk)


def form_is_tampered_with(desk: Desk) -> None:
    desk.edit("playbooks/refunds/.generated/agent.md", "Confirm that", "Never mind whether")


def lock_is_damaged(desk: Desk) -> None:
    desk.write(LOCK, "<<<<<<<\n" + desk.read(LOCK))


def source_moves(desk: Desk) -> None:
    (desk.root / REFUNDS).rename(desk.root / "content/sources/money.md")
    desk.edit("playbooks/refunds/playbook.yaml", "refunds.md", "money.md")


def both_collide(desk: Desk) -> None:
    desk.edit(AGENT, "Confirm that the account", "Confirm twice that the account")
    desk.edit(REFUNDS, "Confirm that the account", "Check that the account")


@pytest.mark.parametrize(
    "change",
    [
        source_edit,
        link_closes,
        role_changes,
        playbook_changes,
        playbook_goes,
        folder_goes,
        page_goes,
        person_edits,
        form_is_tampered_with,
        lock_is_damaged,
        source_moves,
        both_collide,
    ],
    ids=lambda change: change.__name__,
)
def test_what_is_remembered_changes_nothing_that_is_written(
    desk: Desk, tmp_path: Path, change: Callable[[Desk], None]
) -> None:
    assert desk.opsrail("sync").out == "everything is in step\n"
    change(desk)
    forgetful = Desk(Path(shutil.copytree(desk.root, tmp_path / "forgetful", symlinks=True)))
    shutil.rmtree(forgetful.root / ".git" / "opsrail")
    assert desk.opsrail("sync").code == forgetful.opsrail("sync").code
    assert _files(desk) == _files(forgetful)
    assert desk.opsrail("sync").out == forgetful.opsrail("sync").out


def test_only_what_can_have_changed_is_drafted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.opsrail("sync")
    drafted: list[str] = []

    def noted(*arguments: object) -> object:
        drafted.append(str(arguments[2]))
        return view_page(*arguments)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(tailor_sync, "view_page", noted)
    desk.opsrail("sync")
    assert drafted == []
    desk.edit("content/sources/hours.md", "9 hours", "10 hours")
    desk.opsrail("sync")
    assert drafted
    assert all("hours" in page for page in drafted)


def _files(desk: Desk) -> dict[str, bytes]:
    places = (place for place in desk.root.rglob("*") if place.is_file())
    return {
        str(place.relative_to(desk.root)): place.read_bytes()
        for place in places
        if ".git/" not in str(place.relative_to(desk.root))
    }
