from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.desk import Desk


@pytest.fixture(scope="module")
def clone(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """This repository as it is committed."""
    folder = tmp_path_factory.mktemp("demo") / "clone"
    done = subprocess.run(
        ["git", "clone", "--quiet", "--local", str(project), str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("this project is not in a Git repository")
    return Desk(folder)


def test_the_story_runs_to_its_end_and_leaves_nothing(
    clone: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPSRAIL_TODAY")
    before = clone.files()
    ran = clone.process("demo", TMPDIR=str(tmp_path))
    assert ran.code == 0, ran.err
    for step in range(1, 12):
        assert f"── {step} ──" in ran.out
    assert "gate closed: " in ran.out
    assert "no findings" in ran.out
    assert "Traceback" not in ran.out
    assert (clone.files(), list(tmp_path.iterdir())) == (before, [])


def test_elsewhere_there_is_no_story_to_tell(desk: Desk) -> None:
    desk.git("rm", "--quiet", "content/sources/refunds.md")
    desk.commit("No refunds")
    ran = desk.process("demo")
    assert ran.code == 3
    assert "has no content/sources/refunds.md to tell the story with" in ran.err
