from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsrail.repo.git import Repository
from opsrail.repo.log import EMPTY_TREE, Trail, brought, is_shallow, landed, touched
from tests.repo.sandbox import commit, git, new_repository, write

HOSTILE = "Sub\x01ject\n\ncommit 0123\n\x1b[2J \u202e Zoë\n\n-- \nend"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    new_repository(tmp_path / "desk", {"content/a.md": "# A\n"})
    return tmp_path / "desk"


@pytest.fixture
def repository(folder: Path) -> Iterator[Repository]:
    found = Repository.discover(folder)
    yield found
    found.close()


def test_a_commit_is_read_whatever_its_message_holds(repository: Repository, folder: Path) -> None:
    write(folder, {"content/a.md": "# B\n"})
    git(folder, "add", "-A")
    subprocess.run(
        ["git", "commit", "-q", "--cleanup=verbatim", "-F", "-"],
        cwd=folder,
        input=HOSTILE.encode(),
        check=True,
    )
    newest, first = landed(repository, repository.resolve("HEAD"))
    assert newest.message == HOSTILE
    assert newest.subject == "Sub\x01ject"
    assert (newest.parents, newest.before) == ((first.name,), first.name)
    assert (first.parents, first.before, first.author) == ((), EMPTY_TREE, "Robin Example")


def test_an_impossible_time_stops_nothing(repository: Repository, folder: Path) -> None:
    tree = git(folder, "rev-parse", "HEAD^{tree}")
    for seconds in ("99999999999999", "0"):
        who = f"Eve <eve@example.com> {seconds} +0000"
        raw = f"tree {tree}\nauthor {who}\ncommitter {who}\n\nWhen\n"
        done = subprocess.run(
            ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
            cwd=folder,
            input=raw.encode(),
            check=True,
            capture_output=True,
        )
        (found,) = landed(repository, done.stdout.decode().strip())
        assert found.at.tzinfo is not None


def test_paths_are_taken_literally(repository: Repository, folder: Path) -> None:
    write(folder, {"content/[a].md": "1\n", "content/line\nbreak.md": "2\n"})
    head = commit(folder, "Odd names")
    assert [one.subject for one in landed(repository, head, ["content/[a].md"])] == ["Odd names"]
    assert [one.subject for one in landed(repository, head, ["content/line\nbreak.md"])] == [
        "Odd names"
    ]
    found = touched(repository, f"{head}^", head)
    assert {one.path for one in found} == {"content/[a].md", "content/line\nbreak.md"}
    assert all(one.old is None and one.new and one.new.is_regular for one in found)


def test_a_merge_is_one_landing_and_says_what_it_brought(
    repository: Repository, folder: Path
) -> None:
    git(folder, "switch", "-q", "-c", "topic")
    write(folder, {"content/b.md": "1\n"})
    commit(folder, "One")
    write(folder, {"content/c.md": "1\n"})
    commit(folder, "Two")
    git(folder, "switch", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "Merge", "topic")
    head = repository.resolve("HEAD")
    newest, first = landed(repository, head)
    assert (newest.subject, len(newest.parents)) == ("Merge", 2)
    assert [one.subject for one in brought(repository, newest)] == ["Two", "One"]
    assert [one.subject for one in brought(repository, newest, ["content/b.md"])] == ["One"]
    assert brought(repository, first) == ()
    assert landed(repository, head, beyond=first.name) == (newest,)


def test_a_trail_goes_on_where_it_is_told_to(repository: Repository, folder: Path) -> None:
    git(folder, "mv", "content/a.md", "content/b.md")
    commit(folder, "Renamed")
    write(folder, {"content/b.md": "# B\n", "content/c.md": "# C\n"})
    head = commit(folder, "Changed")
    trail = Trail(repository, head, frozenset({"content/b.md"}))
    seen = []
    for one in trail:
        seen.append(one.subject)
        if one.subject == "Renamed":
            trail.paths = frozenset({"content/a.md"})
    assert seen == ["Changed", "Renamed", "Change"]


def test_a_shallow_clone_knows_that_it_is_one(repository: Repository, folder: Path) -> None:
    commit(folder, "More")
    assert not is_shallow(repository)
    git(folder.parent, "clone", "-q", "--depth=1", f"file://{folder}", "shallow")
    found = Repository.discover(folder.parent / "shallow")
    assert is_shallow(found)
    found.close()
