"""What is known about a change's risk: facts that others gathered, and nothing weighed yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from opsrail.governance.kinds import ArtifactKind


@dataclass(frozen=True, slots=True, order=True)
class Readers:
    """The people of one role whom a change reaches. `people` is their head count.

    `is_vendor` if they work for somebody else: their clearance is below staff. `is_public` for
    those whom nobody counts, such as customers. `is_told` if what they read says something else
    than before, and not the same in other words.
    """

    role: str
    title: str
    people: int
    is_vendor: bool = False
    is_public: bool = False
    is_told: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Traffic:
    """How many tickets an hour reached files are for, None where that is not known.

    `files` are named as people would: `the playbook refunds`; `paths` are the changed files
    through which they are reached. `how` says how it was counted, or why it could not be.
    """

    files: tuple[str, ...]
    how: str
    per_hour: float | None = None
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Aftermath:
    """What is left after a revert: `why`, in words. `is_final` if nothing of it can be mended."""

    path: str
    place: str
    what: str
    why: str
    is_final: bool = False


class Way(StrEnum):
    """Which way a value went."""

    RAISED = "raised"
    LOWERED = "lowered"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Tried:
    """A value that a change sets, and its past in that file.

    `name` is what it is the value of: `the limit`, `the threshold of sign-in-spike`, empty where
    that has no name. `before` is the value to hold it against, empty if there was none: the
    highest ever if it was `raised`, the lowest if it was lowered, else the one that it replaces.
    `since` is the day on which that came into force and `until` the one on which it no longer was
    (None if it still is); `reaches_back` is the first day that is known of, in `versions` versions
    of the file. `last` is the last day on which the new value was in
    force, None if it never was. With `is_grave`, something is let loose by it; with `is_length`
    it is a length of time.
    """

    path: str
    new: str
    way: Way
    name: str = ""
    before: str = ""
    since: date | None = None
    until: date | None = None
    last: date | None = None
    reaches_back: date | None = None
    versions: int = 0
    is_grave: bool = False
    is_length: bool = False

    @property
    def is_novel(self) -> bool:
        """Whether it was never in force, as far as is known."""
        return self.last is None


@dataclass(frozen=True, slots=True, order=True)
class Newcomer:
    """Something that was not there before: a flow, a rule, a section. `name` is for people."""

    path: str
    name: str
    kind: ArtifactKind


@dataclass(frozen=True, slots=True, order=True)
class Watched:
    """A reached file, and what would notice if it did harm: suites, rules, tests, in words.

    `missing` says what was looked for and not found: “no rule and no suite”.
    """

    path: str
    name: str
    kind: ArtifactKind
    by: tuple[str, ...] = ()
    missing: str = "nothing"


@dataclass(frozen=True, slots=True)
class Review:
    """A source document that the change rests on, and when it was to be read again.

    `due` is None where nothing says when. `is_changed` if the change touches it itself.
    """

    path: str
    due: date | None
    is_changed: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Occasion:
    """A freeze or a peak that holds now or begins soon."""

    begins: datetime
    ends: datetime
    name: str
    title: str = ""
    is_freeze: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the factors of risk are drawn from. The order of no tuple matters.

    `paths` are the changed files, without what the engine wrote anew; `reaching` those of them
    through which people are reached; `staff` the head count of all roles.
    """

    paths: tuple[str, ...] = ()
    reaching: tuple[str, ...] = ()
    readers: tuple[Readers, ...] = ()
    staff: int = 0
    traffic: tuple[Traffic, ...] = ()
    aftermath: tuple[Aftermath, ...] = ()
    tried: tuple[Tried, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()
    watched: tuple[Watched, ...] = ()
    reviews: tuple[Review, ...] = ()
    occasions: tuple[Occasion, ...] = ()

    def about(self, path: str) -> Evidence:
        """Only what concerns this changed file."""
        return replace(
            self,
            paths=tuple(one for one in self.paths if one == path),
            reaching=tuple(one for one in self.reaching if one == path),
            readers=self.readers if path in self.reaching else (),
            traffic=tuple(one for one in self.traffic if path in one.paths),
            aftermath=tuple(one for one in self.aftermath if one.path == path),
            tried=tuple(one for one in self.tried if one.path == path),
            newcomers=tuple(one for one in self.newcomers if one.path == path),
            watched=tuple(one for one in self.watched if one.path == path),
            reviews=tuple(one for one in self.reviews if one.path == path),
        )
