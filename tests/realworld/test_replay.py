"""The main job on real input: a real handbook, commit by commit, from its first to its last."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from opsrail.findings import Severity
from opsrail.tailor.sync import Deed
from tests.realworld.handbook import BUNDLE, SUPPORT, Replay, clone, derived_files, snapshots

pytestmark = pytest.mark.realworld

DERIVED = {
    "conflicted-section",
    "hand-broken",
    "lock-broken",
    "missing-section",
    "orphaned-section",
    "stale-section",
}
EDITED_PAGE = "playbooks/schedule/support-engineer.md"
EDITED_AFTER = "set in our calendars."
EDIT = " Please keep yours up to date."
ADDENDUM = "Swaps are fine: say so in the team channel first."
BEGIN_EDITING = 100
"""By then the page is there, and the table below the edit has several changes still to come."""


@dataclass
class Lived:
    """What is left of a replay, and what happened on the way."""

    replay: Replay
    steps: int = 0
    findings: list[str] = field(default_factory=list)
    deeds: dict[str, list[Deed]] = field(default_factory=dict)
    told: int = 0


def live_through(data: Path, folder: Path, scope: str) -> Lived:
    """Replay the commits that touch `scope`, with a person who edits one page on the way."""
    replay = Replay(clone(data, folder / "handbook"), folder / "operations")
    lived = Lived(replay)
    for step in replay.steps(scope):
        lived.steps += 1
        lived.told += bool(step.told and step.told.diff)
        for finding in step.verdict.findings if step.verdict else ():
            if finding.code in DERIVED and finding.severity is Severity.ERROR:
                lived.findings.append(f"commit {step.number}: {finding}")
        for event in step.plan.events:
            lived.deeds.setdefault(event.page.path, []).append(event.deed)
        if step.number == BEGIN_EDITING:
            edit(replay.folder / EDITED_PAGE)
            lived.deeds.clear()
    return lived


def edit(page: Path) -> None:
    """What a person does: a sentence inside a derived section, a paragraph behind it."""
    text = page.read_text(encoding="utf-8")
    place = text.index(EDITED_AFTER) + len(EDITED_AFTER)
    text = text[:place] + EDIT + text[place:]
    end = text.index("<!-- /derived -->", place) + len("<!-- /derived -->")
    page.write_text(f"{text[:end]}\n\n{ADDENDUM}{text[end:]}", encoding="utf-8")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(SUPPORT, id="support"),
        pytest.param("content", id="everything", marks=pytest.mark.nightly),
    ],
)
def lived(
    request: pytest.FixtureRequest,
    real_data: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Lived:
    return live_through(real_data(BUNDLE), tmp_path_factory.mktemp("real"), request.param)


def test_every_commit_passes_through(lived: Lived) -> None:
    assert lived.steps > 160
    assert lived.told > 150


def test_after_sync_no_derived_section_is_out_of_step(lived: Lived) -> None:
    assert not lived.findings


def test_the_pages_are_what_one_sync_at_the_end_would_write(lived: Lived, tmp_path: Path) -> None:
    anew = Replay(lived.replay.handbook, tmp_path / "anew")
    *_, last = snapshots(lived.replay.handbook)
    anew.take(last, None)
    anew.sync()
    stepped, once = derived_files(lived.replay.folder), derived_files(anew.folder)
    page = stepped[EDITED_PAGE]
    stepped[EDITED_PAGE] = page.replace(EDIT, "").replace(f"\n\n{ADDENDUM}", "")
    assert stepped == once
    assert len(once) > 40
    assert all("<!-- derived:" in text for path, text in once.items() if path.endswith(".md"))


def test_a_persons_edit_lives_through_the_changes_around_it(lived: Lived) -> None:
    page = (lived.replay.folder / EDITED_PAGE).read_text(encoding="utf-8")
    assert page.count(EDITED_AFTER + EDIT) == 1
    assert page.count(ADDENDUM) == 1
    assert lived.deeds[EDITED_PAGE].count(Deed.MERGED) >= 3
    assert Deed.CONFLICT not in lived.deeds[EDITED_PAGE]


def test_a_vendor_sees_nothing_internal(lived: Lived) -> None:
    pages = derived_files(lived.replay.folder)
    partner = "".join(text for path, text in pages.items() if path.endswith("success-partner.md"))
    assert "Last Step Taken" in partner
    assert "support-schedule" not in partner
    assert "engaging-other-teams.md" not in partner


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("sync",), 0, "everything is in step"),
        (("diff", "HEAD~20"), 0, "touches"),
        (("diff", "HEAD~20", "HEAD", "--format", "markdown"), 0, "| Section | Weight | What |"),
        (("check", "--base", "HEAD~5"), 1, "gate"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_the_command_line_works_there(
    lived: Lived, arguments: tuple[str, ...], status: int, said: str
) -> None:
    done = subprocess.run(
        (sys.executable, "-c", "from opsrail.cli.main import main; main()", *arguments),
        cwd=lived.replay.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (status, "")
    assert said in done.stdout
