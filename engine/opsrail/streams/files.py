"""Which files make up a stream."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from opsrail.streams.fault import StreamFault
from opsrail.streams.formats import FileKind
from opsrail.streams.model import Stream

_SUFFIXES: Final[Mapping[str, FileKind]] = {
    ".csv": FileKind.CSV,
    ".csv.gz": FileKind.CSV,
    ".jsonl": FileKind.JSONL,
    ".jsonl.gz": FileKind.JSONL,
    ".ndjson": FileKind.JSONL,
    ".ndjson.gz": FileKind.JSONL,
    ".parquet": FileKind.PARQUET,
}
REJECTS: Final = ".rejects.jsonl"
"""How files of rejected rows end; see `streams.rejects`."""

READABLE: Final = ".csv, .jsonl, .ndjson (each also with .gz) and .parquet"


def files_of(stream: Stream, root: Path) -> Mapping[Path, FileKind]:
    """The stream's files in the order of their paths, each with how it is written.

    Of a folder, everything below it counts, but not what starts with a dot or an underscore,
    rejected rows written earlier, nor files of other kinds. Raises `StreamFault` where there is
    no such file.
    """
    assert stream.path is not None
    found = {path: kind for path in _matches(stream.path, root) if (kind := _kind(stream, path))}
    if not found:
        raise StreamFault(
            f"stream {stream.name}: no file to read at {stream.path}",
            f"paths count from the repository's root; files end in {READABLE}, "
            "or the stream says which `format` they have",
        )
    return dict(sorted(found.items()))


def _matches(path: str, root: Path) -> list[Path]:
    """Files that a path names, be it a file, a folder or a glob."""
    place = root / path
    if place.is_file():
        return [place]
    if place.is_dir():
        return _below(place)
    base = Path(place.anchor) if Path(path).is_absolute() else root
    pattern = place.relative_to(base)
    hits = [hit for hit in base.glob(str(pattern)) if _counts(hit.name)]
    return [file for hit in hits for file in (_below(hit) if hit.is_dir() else [hit])]


def _below(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and all(_counts(part) for part in path.relative_to(folder).parts)
    ]


def _counts(name: str) -> bool:
    """Whether a name that nobody spelt out can be one of the stream's files."""
    return not name.startswith((".", "_")) and not name.endswith(REJECTS)


def _kind(stream: Stream, path: Path) -> FileKind | None:
    """How a file is written: as the stream says, else as its suffix does."""
    if stream.format is not None:
        return stream.format
    name = path.name.lower()
    return next((kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix)), None)
