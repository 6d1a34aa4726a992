from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from opsrail.repo.git import Repository
from opsrail.repo.versions import versions
from tests.repo.sandbox import git, new_repository, write

PATH = "content/a.md"


def land(repository: Repository, day: str, text: str | None, path: str = PATH) -> None:
    if text is None:
        (repository.root / path).unlink()
    else:
        write(repository.root, {path: text})
    git(repository.root, "add", "-A")
    subprocess.run(
        ["git", "commit", "-q", "-m", day],
        cwd=repository.root,
        check=True,
        env={**os.environ, "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"},
    )


def sign(repository: Repository) -> None:
    """Make the newest commit one that bears a signature, whoever may have signed it."""
    commit = git(repository.root, "cat-file", "commit", "HEAD")
    lines = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = commit.replace("\n\n", f"\n{lines}\n\n", 1) + "\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=repository.root,
        check=True,
        capture_output=True,
        input=signed.encode(),
    )
    git(repository.root, "reset", "-q", "--soft", made.stdout.decode().strip())


def told(repository: Repository, most: int = 40, path: str = PATH) -> tuple[list[str], bool]:
    """Each version as its day and what it says, `gone` where the file was taken away."""
    found, is_whole = versions(repository, repository.resolve("HEAD"), path, most)
    said = [
        f"{one.day} {repository.blob(one.blob).decode() if one.blob else 'gone'}" for one in found
    ]
    return said, is_whole


def test_the_newest_version_comes_first_and_a_removal_is_one(tmp_path: Path) -> None:
    repository = new_repository(tmp_path, {PATH: "one"})
    land(repository, "2026-02-01", "two")
    land(repository, "2026-02-02", None)
    land(repository, "2026-02-03", "three")
    assert told(repository) == (
        ["2026-02-03 three", "2026-02-02 gone", "2026-02-01 two", "2026-01-05 one"],
        True,
    )


def test_other_files_have_no_part_in_it(tmp_path: Path) -> None:
    repository = new_repository(tmp_path, {PATH: "one", f"{PATH}x": "other", "content/b": "b"})
    land(repository, "2026-02-01", "changed", "content/b")
    land(repository, "2026-02-02", "changed", f"{PATH}x")
    assert told(repository) == (["2026-01-05 one"], True)
    assert told(repository, path="content/nothing.md") == ([], True)


def test_no_more_versions_are_read_than_asked_for(tmp_path: Path) -> None:
    repository = new_repository(tmp_path, {PATH: "0"})
    for number in range(1, 4):
        land(repository, f"2026-02-0{number}", str(number))
    assert told(repository, most=2) == (["2026-02-03 3", "2026-02-02 2"], False)
    assert told(repository, most=4)[1]


def test_a_link_is_no_version_of_a_file(tmp_path: Path) -> None:
    repository = new_repository(tmp_path, {PATH: "one"})
    (repository.root / PATH).unlink()
    (repository.root / PATH).symlink_to("/etc/hostname")
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "link")
    assert told(repository) == (["2026-01-05 gone", "2026-01-05 one"], True)


@pytest.mark.parametrize(
    "path", ["content/a b.md", "content/a\nb.md", "content/--output=x.md", "content/[ab]*.md",
             "content/\x01é\t“.md", "content/:(exclude)a.md"],
)  # fmt: skip
def test_a_file_may_be_called_anything(tmp_path: Path, path: str) -> None:
    repository = new_repository(tmp_path, {path: "one", "content/a": "other"})
    land(repository, "2026-02-01", "two", path)
    assert told(repository, path=path) == (["2026-02-01 two", "2026-01-05 one"], True)


def test_the_clones_own_configuration_starts_nothing(tmp_path: Path) -> None:
    repository = new_repository(tmp_path / "here", {PATH: "one", ".gitattributes": "* diff=evil\n"})
    land(repository, "2026-02-01", "two")
    sign(repository)
    ran, program = tmp_path / "ran", tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\n")
    program.chmod(0o755)
    for key in ("diff.external", "diff.evil.command", "diff.evil.textconv", "gpg.program"):
        git(repository.root, "config", key, str(program))
    for key, value in {
        "log.showSignature": "true",
        "log.follow": "true",
        "log.date": "raw",
    }.items():
        git(repository.root, "config", key, value)
    assert told(repository)[0] == ["2026-02-01 two", "2026-01-05 one"]
    assert not ran.exists()
