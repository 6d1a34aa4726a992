"""Write many files as one: a journal first, then the files, then the journal is gone.

A run that dies in between leaves the journal behind, and the next run finishes what it had
begun. So pages, generated forms and lock are in step before anything else is looked at. Each
single file is replaced whole, never opened for writing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from opsrail.findings import CannotWork
from opsrail.repo.git import Repository

FOLDER = "opsrail"
"""Inside the Git directory: never tracked, gone with the clone."""

ABSENT = "absent"
"""What stands for the digest of a file that is not there."""


@contextmanager
def exclusive(repository: Repository) -> Iterator[None]:
    """Hold this repository for writing. Raises `CannotWork` if another run holds it."""
    folder = repository.git_dir / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "writing").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotWork(
                "another opsrail run is writing to this repository", "wait until it is done"
            ) from error
        yield


def write_all(repository: Repository, writes: Mapping[str, str | None]) -> None:
    """Write every file (None: delete it), in order, so that a crash loses nothing."""
    if not writes:
        return
    for path in writes:
        _refuse_links(repository.root, path)
    steps = [
        {"path": path, "before": _digest_of(repository.root / path), "text": text}
        for path, text in writes.items()
    ]
    journal = _journal(repository)
    _replace(journal, json.dumps(steps))
    _carry_out(repository, steps)
    journal.unlink()


def write_one(repository: Repository, path: str, text: str) -> None:
    """Write one file that nothing else has to be in step with: whole, or not at all."""
    _refuse_links(repository.root, path)
    place = repository.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    _replace(place, text)


def recover(repository: Repository) -> tuple[str, ...]:
    """Finish what an interrupted run had begun; the paths that it still had to write.

    A file that somebody changed since then is left to them.
    """
    journal = _journal(repository)
    try:
        steps = json.loads(journal.read_text("utf-8"))
    except FileNotFoundError:
        return ()
    except ValueError as error:
        raise CannotWork(
            f"{journal} is damaged, so an interrupted run cannot be finished",
            "look at `git status`, remove that file, then run `opsrail sync`",
        ) from error
    written = _carry_out(repository, steps)
    journal.unlink()
    return written


def _journal(repository: Repository) -> Path:
    (repository.git_dir / FOLDER).mkdir(exist_ok=True)
    return repository.git_dir / FOLDER / "journal.json"


def _carry_out(repository: Repository, steps: list[dict[str, str | None]]) -> tuple[str, ...]:
    written: list[str] = []
    for step in steps:
        path, text = str(step["path"]), step["text"]
        place = repository.root / path
        _draft_of(place).unlink(missing_ok=True)  # what an interrupted run left half done
        if _digest_of(place) != step["before"] or step["before"] == _digest(text):
            continue
        if text is None:
            place.unlink(missing_ok=True)
            _prune(place.parent, repository.root)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            _replace(place, text)
        written.append(path)
    return tuple(written)


def _replace(place: Path, text: str) -> None:
    """Put a whole file in place of another: at no moment is there half of one."""
    draft = _draft_of(place)
    with draft.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(place)


def _draft_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.opsrail-new")


def _prune(folder: Path, root: Path) -> None:
    """Remove folders that deleting left empty, as Git would."""
    while folder != root and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _digest_of(place: Path) -> str:
    try:
        return hashlib.sha256(place.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ABSENT


def _digest(text: str | None) -> str:
    return ABSENT if text is None else hashlib.sha256(text.encode("utf-8")).hexdigest()


def _refuse_links(root: Path, path: str) -> None:
    """Never write through a symbolic link: it may lead out of the repository."""
    place = root
    for part in Path(path).parts:
        place /= part
        if place.is_symlink():
            raise CannotWork(f"{path} leads through a symbolic link", "commit real folders instead")
