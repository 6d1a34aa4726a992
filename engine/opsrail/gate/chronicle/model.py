"""Landings, what they did, and where what holds today came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from opsrail.governance.changes import Change
from opsrail.governance.record import Record


class Standing(StrEnum):
    """What a landing's record is worth, as far as Git can tell."""

    MATCHES = "record matches"
    """It is about exactly what landed. That people agreed as it says, only they can tell."""
    DIFFERS = "record does not match what landed"
    UNREADABLE = "record cannot be believed"
    NONE = "no record"


@dataclass(frozen=True, slots=True)
class Landing:
    """One commit on the main line. `at` is when it landed, `authors` wrote it, `landed_by` put it
    there. `request` is the pull request's number as people say it, empty where none is named.
    `claimed` is its record, whatever that is worth; `fault` says why one cannot be believed.
    """

    commit: str
    before: str
    at: datetime
    subject: str
    authors: tuple[str, ...]
    landed_by: str
    request: str
    standing: Standing
    claimed: Record | None = None
    fault: str = ""

    @property
    def record(self) -> Record | None:
        """Its record, if that is about what landed."""
        return self.claimed if self.standing is Standing.MATCHES else None


@dataclass(frozen=True, slots=True)
class Happening:
    """One typed change of a landing, and how long what it brought was in force.

    `since` is None where its words do not say what holds: a quote of a text, something removed.
    Without `until`, it is in force today.
    """

    change: Change
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A landing with what it did to the artifact."""

    landing: Landing
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that holds today: a fact or a value, its words, and the landing that brought it.

    `place` says where it stands, as people would; `line` counts from 1. `was` is what stood there
    before, empty if nothing did.
    """

    path: str
    place: str
    line: int
    kind: str
    words: str
    landing: Landing
    was: str = ""
