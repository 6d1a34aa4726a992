"""Reviews on a plain Git repository: each is a small record under a ref of its giver's own.

    refs/opsrail/reviews/PERSON/PLAN

PERSON is an id of policies/people.yaml and PLAN the first twelve digits of the plan's digest. The
ref names a blob, so that nothing of it is in any branch. Whoever writes to the repository could
write anybody's record: it is the server's hook that lets a person push their own and no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from opsrail.findings import CannotWork
from opsrail.governance.request import Review, ReviewState
from opsrail.repo.git import Repository
from opsrail.repo.records import count_below, delete_record, records_below, write_record

REFS: Final = "refs/opsrail/reviews/"
MOST_BYTES: Final = 1_000_000
MOST_RECORDS: Final = 5_000
MOST_OF_ONE: Final = 500
"""Records that one person may keep on a server, so that nobody fills it for all others."""
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_REF: Final = re.compile(re.escape(REFS) + r"([a-z0-9][a-z0-9-]*)/([0-9a-f]{12})")
_STATES: Final = {
    "approved": ReviewState.APPROVED,
    "changes requested": ReviewState.CHANGES_REQUESTED,
    "commented": ReviewState.COMMENTED,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Whose record a ref is, and about which plan (the first twelve digits of its digest)."""

    person: str
    plan: str

    @property
    def ref(self) -> str:
        """The ref's full name."""
        return f"{REFS}{self.person}/{self.plan}"

    @classmethod
    def of(cls, ref: str) -> Place | None:
        """What a ref's name says; None if it is no review's."""
        found = _REF.fullmatch(ref)
        return cls(found[1], found[2]) if found else None


def written(review: Review) -> str:
    """The record of a review as text."""
    return (
        json.dumps(
            {
                "version": 1,
                "by": review.by,
                "state": review.state.value,
                "at": review.at.isoformat(),
                "commit": review.commit,
                "covers": dict(sorted((review.covers or {}).items())),
                "target": review.target,
                "text": review.text,
            },
            indent=1,
            sort_keys=True,
        )
        + "\n"
    )


def read_review(place: Place, content: bytes) -> Review:
    """A review from its record. Raises `CannotWork` for anything that is none of that person's."""
    try:
        document = json.loads(content)
        review = _read(document)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CannotWork(f"the record under {place.ref} is no review") from error
    if review.by != place.person:
        raise CannotWork(f"the record under {place.ref} is by {review.by!r}")
    return review


def _read(document: Mapping[str, Any]) -> Review:
    if document["version"] != 1:
        raise ValueError("another version")
    at = datetime.fromisoformat(document["at"])
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    if at < EARLIEST:
        raise ValueError("a time before there were reviews")
    covers = {str(path): str(share) for path, share in document["covers"].items()}
    state = _STATES[document["state"]]
    return Review(
        str(document["by"]),
        state,
        at,
        str(document["commit"]),
        covers,
        str(document["text"]),
        str(document["target"]),
    )


def record_review(repository: Repository, plan: str, review: Review) -> Place:
    """Keep a review under its giver's ref. Saying something else later replaces it."""
    place = Place(review.by, plan[:12])
    write_record(repository, place.ref, written(review).encode())
    return place


def withdraw(repository: Repository, place: Place) -> None:
    """Take a review back."""
    delete_record(repository, place.ref)


def kept_by(repository: Repository, person: str) -> int:
    """How many records a person has."""
    return count_below(repository, f"{REFS}{person}/")


def reviews_in(repository: Repository) -> Iterator[Review]:
    """Every readable review that the repository holds. One that is not readable counts as not
    there: the hook lets none in.
    """
    for ref, content in records_below(repository, REFS, MOST_RECORDS, MOST_BYTES):
        place = Place.of(ref)
        if place is None:
            continue
        try:
            yield read_review(place, content)
        except CannotWork:
            continue  # proves nothing
