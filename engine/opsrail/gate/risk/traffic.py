"""How many tickets an hour go by what a change reaches, counted in the recorded streams."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opsrail.findings import Unreadable
from opsrail.flows.formats import FOLDER as FLOWS
from opsrail.gate.risk.counting import Uncounted, counted
from opsrail.gate.risk.reached import Reached
from opsrail.gate.risk.remembered import Memory
from opsrail.gate.subject import Subject
from opsrail.governance.formats import Volume
from opsrail.governance.globs import matches
from opsrail.governance.kinds import ArtifactKind, kind_of
from opsrail.governance.risk.evidence import Traffic
from opsrail.governance.risk.words import listed
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText
from opsrail.streams.fault import StreamFault
from opsrail.streams.files import files_of
from opsrail.streams.formats import StreamEntry, StreamsFile
from opsrail.streams.model import Stream

STREAMS_PATH: Final = "rules/streams.yaml"


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that tickets may go by: its name for people, the paths that a volume may mean it
    by, and the changed files through which it is reached.
    """

    name: str
    paths: tuple[str, ...]
    through: tuple[str, ...]

    def is_meant(self, volume: Volume) -> bool:
        """Whether the volume says which tickets go by it."""
        return any(matches(volume.files, path) for path in self.paths)


def traffic(subject: Subject, volumes: Sequence[Volume], reached: Reached) -> tuple[Traffic, ...]:
    """One count for each stream that the policy's volumes name for something that is reached,
    and one that says what nothing is known of. A record that fits several volumes counts once.
    """
    places = tuple(_places(subject, reached))
    found: dict[str, list[Volume]] = {}
    meant: dict[str, set[_Place]] = {}
    for volume in volumes:
        if here := {one for one in places if one.is_meant(volume)}:
            found.setdefault(volume.stream, []).append(volume)
            meant.setdefault(volume.stream, set()).update(here)
    counts = (_counted(subject, name, found[name], meant[name]) for name in sorted(found))
    return (*counts, *_unknown(set(places).difference(*meant.values())))


def _places(subject: Subject, reached: Reached) -> Iterator[_Place]:
    for name in reached.playbooks:
        book = subject.head.playbook(name)
        folder = f"playbooks/{name}/"
        pages = (f"{folder}{role}.md" for role in (book.roles if book else ()))
        sources = set(book.sources if book else ())
        through = (one for one in reached.told if one in sources or one.startswith(folder))
        yield _Place(f"the playbook {name}", (f"{folder}playbook.yaml", *pages), tuple(through))
    for name, made_of in reached.flows.items():
        yield _Place(f"the flow {name}", (f"{FLOWS}/{name}.yaml",), made_of)
    for path in reached.told:
        if kind_of(path) is ArtifactKind.RULE:
            yield _Place(path, (path,), (path,))


def _unknown(left: set[_Place]) -> Iterator[Traffic]:
    """Playbooks and flows of which the policy does not say which tickets they are for."""
    acting = [one for one in left if one.name.startswith(("the playbook ", "the flow "))]
    if acting:
        why = "the policy does not say which tickets go by it"
        yield Traffic(_names(acting), why, None, _through(acting))


def _names(places: Iterable[_Place]) -> tuple[str, ...]:
    return tuple(sorted({one.name for one in places}))


def _through(places: Iterable[_Place]) -> tuple[str, ...]:
    return tuple(sorted({path for one in places for path in one.through}))


def _counted(
    subject: Subject, name: str, volumes: Sequence[Volume], places: set[_Place]
) -> Traffic:
    try:
        known = _count(subject, name, volumes)
    except Uncounted as why:
        return Traffic(_names(places), str(why), None, _through(places))
    about = " and those ".join(sorted({_meant(one) for one in volumes}))
    how = f"{known['records']:,} {name} {about} in the {known['days']:g} days to {known['newest']}"
    return Traffic(_names(places), how, known["records"] / known["hours"], _through(places))


def _meant(volume: Volume) -> str:
    """Which records a volume means: `with topic refund-request (event type created)`."""
    also = ", ".join(f"{_words(name)} {value}" for name, value in volume.events.items())
    what = f"with {_words(volume.field)} {listed(sorted(volume.values), 'or')}"
    return f"{what} ({also})" if also else what


def _words(field: str) -> str:
    return field.replace("_", " ")


def _count(subject: Subject, name: str, volumes: Sequence[Volume]) -> Mapping[str, Any]:
    """The count, from the cache where it has one for these files and conditions."""
    entry = _entry(subject, name)
    stream = Stream.from_entry(name, entry)
    asked = json.dumps(sorted(one.model_dump_json() for one in volumes))
    stamps = _stamps(subject.head.snapshot, stream)
    root = subject.head.snapshot.repository.root
    with closing(Memory(subject)) as memory:
        parts = ("traffic", name, entry.model_dump_json(by_alias=True), asked, stamps)
        known: Mapping[str, Any] = memory.of(parts, lambda: counted(stream, volumes, root))
    if "why" in known:
        raise Uncounted(str(known["why"]))
    return known


def _entry(subject: Subject, name: str) -> StreamEntry:
    """What base says about the stream, or head where base has none."""
    for side in (subject.base, subject.head):
        file = _streams(side.snapshot) if side is not None else None
        if file is not None and name in file.streams:
            return file.streams[name]
    raise Uncounted(f"{STREAMS_PATH} has no stream {name}")


def _streams(snapshot: Snapshot) -> StreamsFile | None:
    if STREAMS_PATH not in snapshot:
        return None
    try:
        yaml = YamlText.parse(STREAMS_PATH, snapshot.text(STREAMS_PATH))
    except Unreadable:
        return None  # the schema check says so
    return read_as("streams", StreamsFile, yaml)[0]


def _stamps(snapshot: Snapshot, stream: Stream) -> str:
    """A text that is another once the recorded files are: their Git ids, or size and time."""
    if stream.path is None:
        raise Uncounted(f"the stream {stream.name} lies in a database, which is not asked here")
    root = snapshot.repository.root
    try:
        files = files_of(stream, root)
    except StreamFault as fault:
        raise Uncounted(f"nothing of {stream.name} is recorded here") from fault
    return "\n".join(_stamp(snapshot, path) for path in files)


def _stamp(snapshot: Snapshot, file: Path) -> str:
    root = snapshot.repository.root
    name = file.relative_to(root).as_posix() if file.is_relative_to(root) else ""
    if (entry := snapshot.entries.get(name)) is not None:
        return f"{name} {entry.blob}"
    return f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}"
