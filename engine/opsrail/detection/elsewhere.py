"""Recorded history that lies outside of what a snapshot knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from glob import glob
from pathlib import Path

from opsrail.detection.reading.documents import STREAMS_PATH
from opsrail.findings import Unreadable
from opsrail.repo.snapshot import GOVERNED, Snapshot
from opsrail.repo.yaml import YamlText


def recorded_elsewhere(snapshot: Snapshot) -> str:
    """A text that differs once files of streams outside the governed folders do.

    It has their paths, sizes and times: what was proved on other recordings is not proved on
    these. Empty where all recordings are governed, and so part of the snapshot's own digest.
    """
    root = snapshot.repository.root
    stamps = (f"{file} {_stamp(file)}" for path in _paths(snapshot) for file in _files(root, path))
    return "\n".join(sorted(stamps))


def _paths(snapshot: Snapshot) -> Iterator[str]:
    """Where streams lie that are not governed."""
    if STREAMS_PATH not in snapshot:
        return
    try:
        value = YamlText.parse(STREAMS_PATH, snapshot.text(STREAMS_PATH)).value
    except Unreadable:
        return  # a check says so
    streams = value.get("streams") if isinstance(value, Mapping) else None
    for stream in streams.values() if isinstance(streams, Mapping) else ():
        path = stream.get("path") if isinstance(stream, Mapping) else None
        if isinstance(path, str) and not path.startswith(tuple(f"{one}/" for one in GOVERNED)):
            yield path


def _files(root: Path, path: str) -> Iterator[Path]:
    for name in glob(str(root / path), recursive=True):  # noqa: PTH207 - the path may be absolute
        found = Path(name)
        inside = found.rglob("*") if found.is_dir() else [found]
        yield from (one for one in inside if one.is_file())


def _stamp(file: Path) -> str:
    status = file.stat()
    return f"{status.st_size} {status.st_mtime_ns}"
