"""Recorded history: the streams that rules read, loaded into an engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from opsrail.detection.library import Library
from opsrail.detection.model import Detection
from opsrail.streams.engines.model import Engine
from opsrail.streams.load import load
from opsrail.streams.model import Events


def streams_of(library: Library, names: Iterable[str]) -> tuple[str, ...]:
    """The streams that these rules read, with all that they are built on, sorted."""
    bodies = (rule.body for rule in library.closure(names))
    return tuple(sorted({body.stream for body in bodies if isinstance(body, Detection)}))


def recorded(
    library: Library, engine: Engine, root: Path, names: Iterable[str]
) -> Mapping[str, Events]:
    """Stream → its events, for every stream that these rules read.

    Paths of streams count from `root`. Raises `StreamFault` where a stream cannot be read at all.
    """
    return {name: load(engine, library.streams[name], root) for name in streams_of(library, names)}


def span_of(events: Iterable[Events]) -> tuple[int, int] | None:
    """The oldest and the newest moment in any of the streams (µs); None where all are empty."""
    known = [one for one in events if one.oldest is not None and one.newest is not None]
    if not known:
        return None
    return (
        min(one.oldest for one in known if one.oldest is not None),
        max(one.newest for one in known if one.newest is not None),
    )
