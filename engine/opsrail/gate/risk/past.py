"""Which values a change sets that were in force before, told from the history of each file.

A value is followed back through the versions of its own statement: as long as the statement is
there unchanged it is the same, and where it is not, the structural diff of two versions says what
it was. So “over USD 50” is held against its own past, and not against the USD 500 of another step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from opsrail.content.changes import ChangeKind
from opsrail.content.diff import diff_documents
from opsrail.content.facts import Fact, FactChange, FactKind
from opsrail.content.facts.model import FactKey
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.content.statements import facts_in
from opsrail.findings import Unreadable
from opsrail.gate.risk.remembered import Memory
from opsrail.gate.risk.thresholds import tried_thresholds
from opsrail.gate.subject import Subject
from opsrail.governance.risk.evidence import Tried, Way
from opsrail.governance.vocabulary import TERMS
from opsrail.repo.snapshot import SIZE_LIMIT, decode
from opsrail.repo.versions import Version, versions

MOST_VERSIONS: Final = 40
"""Versions of a file that are looked at. A limit that is older than that has been forgotten."""

_FIGURES: Final = (
    FactKind.MONEY,
    FactKind.DURATION,
    FactKind.PERCENT,
    FactKind.NUMBER,
    FactKind.DATE,
)
"""Kinds whose values are more or less; that a name or an address is new says little."""


def tried(subject: Subject) -> tuple[Tried, ...]:
    """Every value that the change sets, with its past; of a new section none: it is new itself."""
    if subject.base is None or subject.base.snapshot.revision is None:
        return ()
    with closing(Memory(subject)) as memory:
        paths = subject.diff.paths
        facts = tuple(one for path in paths for one in _of_document(subject, path, memory))
    return tuple(dict.fromkeys((*facts, *tried_thresholds(subject, MOST_VERSIONS))))


def _of_document(subject: Subject, path: str, memory: Memory) -> Iterator[Tried]:
    changes = [
        fact
        for section in subject.diff.of(path)
        if section.kind is not ChangeKind.ADDED
        for fact in section.facts
        if _is_figure(fact)
    ]
    if changes:
        past = _Past.of(subject, path, memory)
        yield from (_tried(path, one, past) for one in changes)


def _is_figure(change: FactChange) -> bool:
    """Whether another value is set. A day that is said for the first time is new by its nature."""
    old, new = change.old, change.new
    if new is None or new.kind not in _FIGURES:
        return False
    if old is None:
        return new.kind is not FactKind.DATE
    return not _same(old, new)


@dataclass(frozen=True, slots=True)
class _Held:
    """What a statement said, from a day until another (None: to this day)."""

    fact: Fact
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class _Step:
    """Two versions of a document, which are told by the ids of what they say."""

    path: str
    older: str
    newer: str
    old: Document = field(compare=False)
    new: Document = field(compare=False)


@lru_cache(maxsize=256)
def _moved(step: _Step) -> tuple[FactChange, ...]:
    """The facts that moved in a step, which each fact of a document is asked of."""
    diff = diff_documents({step.path: step.old}, {step.path: step.new})
    return tuple(one for section in diff.sections for one in section.facts)


class _Past:
    """The versions of a document, newest first, each read at most once."""

    def __init__(
        self, subject: Subject, path: str, found: Sequence[Version], memory: Memory
    ) -> None:
        self._repository = subject.head.snapshot.repository
        self._path = path
        self._memory = memory
        self.found = tuple(one for one in found if one.blob)
        self._documents: dict[str, Document | None] = {}
        self._keys: dict[str, frozenset[FactKey]] = {}

    @classmethod
    def of(cls, subject: Subject, path: str, memory: Memory) -> _Past:
        assert subject.base is not None, "a past is that of base"
        revision = subject.base.snapshot.revision
        assert revision is not None, "base is a commit"
        repository = subject.head.snapshot.repository
        found, _ = versions(repository, revision, path, MOST_VERSIONS)
        return cls(subject, path, found, memory)

    def _text(self, blob: str) -> str:
        """What a version said; nothing where that could not be read, as if it had said nothing."""
        if self._repository.blob_size(blob) > SIZE_LIMIT:
            return ""
        try:
            return decode(self._path, self._repository.blob(blob))
        except Unreadable:
            return ""

    def document(self, blob: str) -> Document | None:
        if blob not in self._documents:
            try:
                self._documents[blob] = parse_document(self._path, self._text(blob))
            except Unreadable:
                self._documents[blob] = None
        return self._documents[blob]

    def keys(self, blob: str) -> frozenset[FactKey]:
        """The keys of all facts of a version."""
        if blob not in self._keys:
            said = self._memory.of(("facts", blob), lambda: self._keys_of(blob))
            self._keys[blob] = frozenset((FactKind(one[0]), *one[1:]) for one in said)
        return self._keys[blob]

    def _keys_of(self, blob: str) -> list[list[str]]:
        try:
            facts = facts_in(self._text(blob))
        except Unreadable:
            return []
        return sorted([*key] for key in {(str(fact.kind), *fact.key[1:]) for fact in facts})

    def line_of(self, fact: Fact) -> Iterator[_Held]:
        """What the statement of this fact said, from the newest version back to its first."""
        until: date | None = None
        for newer, older in zip(self.found, (*self.found[1:], None), strict=True):
            if older is not None and fact.key in self.keys(older.blob):
                continue
            yield _Held(fact, newer.day, until)
            earlier = self._was(fact, older, newer) if older is not None else None
            if earlier is None:
                return
            fact, until = earlier, newer.day

    def _was(self, fact: Fact, older: Version, newer: Version) -> Fact | None:
        """What became this fact between two versions; None if it was not there."""
        old, new = self.document(older.blob), self.document(newer.blob)
        if old is None or new is None:
            return None
        moved = _moved(_Step(self._path, older.blob, newer.blob, old, new))
        return next((one.old for one in moved if one.new and one.new.key == fact.key), None)

    def last_said(self, key: FactKey) -> date | None:
        """The last day on which any statement of the document was this one."""
        until: date | None = None
        for one in self.found:
            if key in self.keys(one.blob):
                return until or one.day
            until = one.day
        return None


def _tried(path: str, change: FactChange, past: _Past) -> Tried:
    new = change.new
    assert new is not None, "only facts that head states are tried"
    held = tuple(past.line_of(change.old)) if change.old else ()
    same = [one for one in held if _same(one.fact, new)]
    last = (same[0].until or same[0].since) if same else past.last_said(new.key)
    way = Way(change.direction)
    ever = _most(held, way)
    is_value = change.old is None or change.old.value != new.value
    return Tried(
        path,
        _shown(new, is_value=is_value),
        way,
        name="the limit" if is_value and new.comparator in {"<", "<=", ">", ">="} else "",
        before=_shown(ever.fact, is_value=is_value) if ever else "",
        since=ever.since if ever else None,
        until=ever.until if ever else None,
        last=last,
        reaches_back=past.found[-1].day if past.found else None,
        versions=len(past.found),
        is_length=new.kind is FactKind.DURATION,
        is_grave=bool(TERMS[f"{change.kind} {change.direction}"].danger)
        and _goes_beyond(new, ever),
    )


def _goes_beyond(new: Fact, ever: _Held | None) -> bool:
    """Whether it is more than ever was: what was once higher has been lived with."""
    if ever is None or ever.fact.amount is None or new.amount is None:
        return True
    return new.amount > ever.fact.amount


def _same(one: Fact, other: Fact) -> bool:
    return (one.value, one.comparator) == (other.value, other.comparator)


def _most(held: Sequence[_Held], way: Way) -> _Held | None:
    """The highest that was ever in force for what is raised, the lowest for what is lowered, and
    else the latest.
    """
    known = [one for one in held if one.fact.amount is not None]
    sign: Mapping[Way, int] = {Way.RAISED: 1, Way.LOWERED: -1}
    if way in sign and known:
        return max(known, key=lambda one: sign[way] * (one.fact.amount or 0.0))
    return held[0] if held else None


def _shown(fact: Fact, *, is_value: bool) -> str:
    """The value alone, or the words around it where only those changed."""
    return fact.value if is_value else f"“{fact.quoted}”"
