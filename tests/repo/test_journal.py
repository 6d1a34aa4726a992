from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from opsrail.findings import CannotWork
from opsrail.repo import journal
from opsrail.repo.git import Repository
from opsrail.repo.journal import exclusive, recover, write_all
from tests.repo.sandbox import new_repository, write

FILES = {"playbooks/a.md": "old\n", "playbooks/gone/b.md": "old\n", "playbooks/same.md": "same\n"}
WRITES = {
    "playbooks/a.md": "new ä\n",
    "playbooks/new/c.md": "new\n",
    "playbooks/gone/b.md": None,
    "playbooks/same.md": "same\n",
    "playbooks/never.md": None,
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return new_repository(tmp_path / "repo", FILES)


def _files(repository: Repository) -> dict[str, str]:
    return {
        str(path.relative_to(repository.root)): path.read_text("utf-8")
        for path in sorted((repository.root / "playbooks").rglob("*"))
        if path.is_file()
    }


WRITTEN = {
    "playbooks/a.md": "new ä\n",
    "playbooks/new/c.md": "new\n",
    "playbooks/same.md": "same\n",
}


def test_writes_creates_and_deletes(repository: Repository) -> None:
    write_all(repository, WRITES)
    assert _files(repository) == WRITTEN
    assert not (repository.root / "playbooks/gone").exists()
    assert recover(repository) == ()


def test_nothing_to_write_leaves_no_trace(repository: Repository) -> None:
    before = sorted(repository.git_dir.iterdir())
    write_all(repository, {})
    assert sorted(repository.git_dir.iterdir()) == before


class _Died(BaseException):
    """Stands for the end of the process, in tests that need not really die."""


def _interrupted(repository: Repository, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    whole = journal._replace

    def die(place: Path, text: str) -> None:
        if place == repository.root / path:
            raise _Died
        whole(place, text)

    monkeypatch.setattr(journal, "_replace", die)
    with pytest.raises(_Died):
        write_all(repository, WRITES)
    monkeypatch.setattr(journal, "_replace", whole)


def test_an_interrupted_run_is_finished(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(repository, monkeypatch, "playbooks/new/c.md")
    assert _files(repository)["playbooks/a.md"] == "new ä\n"
    assert recover(repository) == ("playbooks/new/c.md", "playbooks/gone/b.md")
    assert _files(repository) == WRITTEN
    assert recover(repository) == ()


def test_what_somebody_wrote_since_then_is_theirs(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    _interrupted(repository, monkeypatch, "playbooks/a.md")
    theirs = {"playbooks/a.md": "mine\n", "playbooks/new/c.md": "mine too\n"}
    write(repository.root, theirs)
    assert recover(repository) == ("playbooks/gone/b.md",)
    assert _files(repository) == {**WRITTEN, **theirs}


def test_a_link_is_never_written_through(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (repository.root / "playbooks/linked").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotWork, match="leads through a symbolic link"):
        write_all(repository, {"playbooks/a.md": "new\n", "playbooks/linked/x.md": "new\n"})
    assert _files(repository)["playbooks/a.md"] == "old\n"
    assert not [*(tmp_path / "elsewhere").iterdir()]


def test_two_runs_never_write_at_once(repository: Repository) -> None:
    refused = pytest.raises(CannotWork, match="another opsrail run")
    with exclusive(repository), refused, exclusive(repository):
        pass
    with exclusive(repository):
        pass


def test_a_dead_run_holds_nothing(repository: Repository) -> None:
    child = os.fork()
    if not child:
        with exclusive(repository):
            os._exit(0)
    os.waitpid(child, 0)
    writing = repository.git_dir / "opsrail/writing"
    with exclusive(repository), writing.open() as handle, pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_file_name_that_is_no_text_survives_an_interruption(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = os.fsdecode(b"playbooks/\xff.md")
    whole = journal._carry_out

    def die(*_: object) -> None:
        raise _Died

    monkeypatch.setattr(journal, "_carry_out", die)
    with pytest.raises(_Died):
        write_all(repository, {name: "new\n"})
    monkeypatch.setattr(journal, "_carry_out", whole)
    assert recover(repository) == (name,)
    assert (repository.root / name).read_text() == "new\n"
