"""Small records under refs that are no branches: each ref names a blob."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from opsrail.findings import CannotWork
from opsrail.repo.git import Repository


def write_record(repository: Repository, ref: str, content: bytes) -> str:
    """Let the ref name a blob of this content, whatever it named before; the blob's id."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "record"
        draft.write_bytes(content)
        blob = repository.run("hash-object", "-w", "--no-filters", str(draft)).decode().strip()
    repository.run("update-ref", "--end-of-options", ref, blob)
    return blob


def delete_record(repository: Repository, ref: str) -> None:
    """Forget the ref. That it is not there is no error."""
    repository.run("update-ref", "-d", "--end-of-options", ref)


def count_below(repository: Repository, start: str) -> int:
    """How many refs there are below `start`."""
    return len(repository.run("for-each-ref", "--format=%(refname)", start).splitlines())


def records_below(
    repository: Repository, start: str, most: int, most_bytes: int
) -> Iterator[tuple[str, bytes]]:
    """(ref, content) of each blob that a ref below `start` names, by name.

    What is larger than `most_bytes`, or no blob, is left out. Raises `CannotWork` where there are
    more than `most`: which of them to read must not be left to chance.
    """
    fields = "%(objecttype) %(objectsize) %(objectname) %(refname)"
    out = repository.run("for-each-ref", f"--format={fields}", start)
    lines = out.decode("utf-8", "surrogateescape").splitlines()
    if len(lines) > most:
        raise CannotWork(
            f"there are {len(lines):,} records below {start}, and {most:,} is the most",
            "delete those of changes that landed: `git push --delete origin REF …`",
        )
    for line in lines:
        kind, size, name, ref = line.split(" ", 3)
        if kind == "blob" and int(size) <= most_bytes:
            yield ref, repository.blob(name)
