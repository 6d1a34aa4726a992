"""Which files of a snapshot a few rules need, found without reading all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from opsrail.detection.reading.blocks import named_in
from opsrail.detection.reading.documents import (
    FOLDER,
    documents,
    is_rule_file,
    stem_of,
    written_name,
)
from opsrail.findings import Unreadable
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import Plain
from opsrail.repo.yaml_scalars import Scalar

_NAMED: Final = re.compile(
    r"""^(?:\{.*?)?["']?(?:name|id)["']?[ \t]*:[ \t]*["']?([A-Za-z0-9_-]+)""", re.MULTILINE
)


def files_for(
    snapshot: Snapshot, every: Collection[str], only: Iterable[str], read: Callable[[str], str]
) -> tuple[str, ...]:
    """Those of `every` that are in `only`, that define what they name, or share a name with them.

    `read` gives a file's text; an empty one where it cannot be read.
    """
    stems: dict[str, list[str]] = {}
    for path in every:
        stems.setdefault(stem_of(path), []).append(path)
    known = set(every)
    wanted: set[str] = set()
    ahead = {path for path in only if path in known}
    sought: set[str] = set()
    while ahead:
        wanted |= ahead
        names = set(chain.from_iterable(_names(path, read(path)) for path in ahead)) - sought
        sought |= names
        mentioning = snapshot.mentioning(names, FOLDER) & known - wanted
        ahead = {path for path in mentioning if names & set(_NAMED.findall(read(path)))}
        ahead |= {path for name in names for path in stems.get(name, ())} - wanted
    return tuple(sorted(wanted))


def files_needing(snapshot: Snapshot, paths: Iterable[str], read: Callable[[str], str]) -> set[str]:
    """Rule files that name a rule of one of these files, themselves or through others."""
    found: set[str] = set()
    ahead = set(paths)
    while ahead:
        found |= ahead
        names = {name for path in ahead for name in defined(path, read(path))}
        near = {p for p in snapshot.mentioning(names, FOLDER) if is_rule_file(p)} - found
        ahead = {path for path in near if names & set(_names(path, read(path)))}
    return found


def defined(path: str, text: str) -> tuple[str, ...]:
    """The names and ids of a file's rules, readable or not."""
    return tuple(dict.fromkeys((stem_of(path), *_NAMED.findall(text))))


def taken(snapshot: Snapshot, names: Collection[str]) -> dict[str, str]:
    """Those of the names that a rule has already, each with a file that it stands in."""
    paths = snapshot.mentioning(names, FOLDER)
    paths |= {path for path in snapshot.paths(FOLDER, ".yaml") if stem_of(path) in names}
    return {
        name: path
        for path in sorted(paths, reverse=True)
        if is_rule_file(path)
        for name in defined(path, snapshot.text(path))
        if name in names
    }


def _names(path: str, text: str) -> Iterator[str]:
    """Names that a file's rules have, or name."""
    yield from _NAMED.findall(text)
    try:
        found = documents(path, text)
    except Unreadable:
        return
    for document in found:
        if name := written_name(document):
            yield name
        value = document.yaml.value
        if isinstance(value, Mapping):
            yield from named_by(value)


def named_by(value: Mapping[Scalar, Plain]) -> Iterator[str]:
    """The rules that a document names, whatever else is wrong with it."""
    block, ops = value.get("correlation"), value.get("ops")
    if isinstance(block, Mapping):
        yield from _texts(block.get("rules"))
        if isinstance(text := block.get("condition"), str):
            yield from named_in(text)
    if isinstance(ops, Mapping):
        yield from _texts(ops.get("inhibited_by"))


def _texts(value: object) -> Iterator[str]:
    yield from (one for one in value if isinstance(one, str)) if isinstance(value, list) else ()
