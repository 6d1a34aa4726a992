"""The folders that are written into: only what changed is written, and nothing stale stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from opsrail.findings import CannotWork

MARK = ".opsrail-site"
"""Says that a folder is ours to empty."""


def write_folder(folder: Path, files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Make a folder hold exactly these files; the paths that were written or removed.

    A file that already says the same keeps its time stamp. Raises `CannotWork` rather than
    remove anything from a folder that something else made.
    """
    claim(folder)
    touched = [path for path, content in sorted(files.items()) if _write(folder / path, content)]
    for place in sorted(folder.rglob("*"), reverse=True):
        path = place.relative_to(folder).as_posix()
        if place.is_dir() and not place.is_symlink():
            if not any(place.iterdir()):
                place.rmdir()
        elif path not in files and path != MARK:
            place.unlink()
            touched.append(path)
    return tuple(touched)


def claim(folder: Path) -> None:
    """Make a folder ours: it is new, empty, or was ours before."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CannotWork(
            f"{folder} holds files that opsrail did not write",
            "choose another folder with --out, or empty this one yourself",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()


def _write(place: Path, content: bytes) -> bool:
    if place.is_file() and place.read_bytes() == content:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return True
