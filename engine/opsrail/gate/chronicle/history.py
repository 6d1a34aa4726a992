"""The typed history of one artifact, newest landing first."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from opsrail.content.facts import FactKind, find_facts
from opsrail.gate.changing import typed_changes
from opsrail.gate.changing.readers.content import subject_of
from opsrail.gate.chronicle.artifact import Artifact
from opsrail.gate.chronicle.facts import stated_by
from opsrail.gate.chronicle.following import Look, look
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Entry, Happening, Landing
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change
from opsrail.repo.log import Commit, Trail
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog

FACTS: Final = frozenset(FactKind)
WITHOUT_TERM: Final = frozenset(
    {"section", "passage", "page", "playbook", "file", "recording", "mode", "workflow", "placement"}
)
"""Nouns whose words are quotes of a text: they do not say what holds."""

Key = tuple[str, str, Hashable]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of a history: from `head` back to what `beyond` has already (resolved commits),
    or to an instant; at most so many landings.
    """

    head: str
    beyond: str = ""
    since: datetime | None = None
    most: int | None = None


@dataclass(slots=True)
class _Following:
    """What is known on the way back: the facts that hold at its start, what sections are called
    there, and when words were replaced.
    """

    holding: frozenset[Hashable]
    today: dict[str, str] = field(default_factory=dict)
    replaced: dict[Key, datetime] = field(default_factory=dict)


def history(landings: Landings, artifact: Artifact, wanted: Wanted, today: date) -> Iterator[Entry]:
    """Every landing that did something to the artifact, newest first, with what it did.

    A section is followed where it moves and is renamed, a document to the one that most of its
    sections came from, a rule to its file.
    """
    known = _Following(_holding(landings, artifact, wanted.head))
    count = 0
    for commit, seen in _looks(landings, artifact, wanted):
        if wanted.since and commit.at < wanted.since:
            return
        landing = landings.of(commit)
        changes = _changes(landings, commit, seen, today)
        told = tuple(_happening(one, landing, seen, known) for one in changes)
        _step_back(seen, changes, landing, known)
        if told:
            yield Entry(landing, told)
            count += 1
            if count == wanted.most:
                return


def _looks(landings: Landings, artifact: Artifact, wanted: Wanted) -> Iterator[tuple[Commit, Look]]:
    trail = Trail(landings.repository, wanted.head, frozenset(artifact.paths), wanted.beyond)
    for commit in trail:
        seen = look(landings.repository, commit, artifact)
        yield commit, seen
        if seen.was is None:
            return
        artifact = seen.was
        trail.paths = frozenset(artifact.paths)


def _changes(landings: Landings, commit: Commit, seen: Look, today: date) -> tuple[Change, ...]:
    after, before = (
        Catalog(revision_snapshot(landings.repository, revision))
        for revision in (commit.name, commit.before)
    )
    changes = typed_changes(Subject(after, before, today, seen.scope), ())
    return tuple(one for one in changes if seen.concerns(one))


def _holding(landings: Landings, artifact: Artifact, head: str) -> frozenset[Hashable]:
    """The facts of the artifact's document as they are at the start."""
    if not artifact.is_document:
        return frozenset()
    document = Catalog(revision_snapshot(landings.repository, head)).document(artifact.path)
    stated = (
        one for section in (document.sections if document else ()) for one in stated_by(section)
    )
    return frozenset(_said(fact.kind, fact.quoted) for fact, _ in stated)


def _happening(change: Change, landing: Landing, seen: Look, known: _Following) -> Happening:
    noun = change.term.noun
    if not change.new or noun in WITHOUT_TERM or "…" in change.new:
        return Happening(change)
    until = known.replaced.get(_key(change, change.new, _place(change, seen, known)))
    is_fact = noun in FACTS and seen.step is not None
    if until is None and is_fact and _said(noun, change.new) not in known.holding:
        return Happening(change)  # it went in some way that no later change tells
    return Happening(change, landing.at, until)


def _step_back(
    seen: Look, changes: tuple[Change, ...], landing: Landing, known: _Following
) -> None:
    """From what holds after a landing to what held before it."""
    for change in changes:
        if change.old:
            key = _key(change, change.old, _place(change, seen, known))
            known.replaced[key] = landing.at
    if seen.step:
        pairs = seen.step.diff.matches
        before = {old: known.today.get(new, new) for old, new in pairs}
        known.today.update(before)


def _key(change: Change, words: str, place: str) -> Key:
    noun = change.term.noun
    return noun, place, _said(noun, words) if noun in FACTS else words


def _said(noun: str, words: str) -> Hashable:
    """What a quoted fact says, in whichever spelling."""
    return tuple(one.key for one in find_facts(words) if one.kind == noun) or words


def _place(change: Change, seen: Look, known: _Following) -> str:
    """The section as it is called today; for anything but documents, what the change is about."""
    if seen.step is None:
        return change.subject
    for one in seen.step.diff.sections:
        for side in (one.new, one.old):
            if side and (side.path, subject_of(side)) == (change.path, change.subject):
                name = (one.new or side).name
                return known.today.get(name, name)
    return change.subject
