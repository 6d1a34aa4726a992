"""A request for landing a change, as a value: who wrote it, and who said what about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReviewState(StrEnum):
    """What a review says."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes requested"
    COMMENTED = "commented"
    """Neither yes nor no; it takes nothing back."""
    DISMISSED = "dismissed"
    """What the same person said before counts no longer."""


@dataclass(frozen=True, slots=True)
class Review:
    """What one person said about a request.

    `by` is how the forge (or the neutral file) names the person. `commit` is the head that they
    looked at, if known. `covers` maps each path of the change they looked at to its share
    (`opsrail.governance.changes.share_of`); None where that cannot be known, and then an approval
    proves nothing. `text` is read for break-glass only.
    """

    by: str
    state: ReviewState
    at: datetime
    commit: str = ""
    covers: Mapping[str, str] | None = None
    text: str = ""
    target: str = ""
    """The branch that it is about, where a review is not kept with one request."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who made one commit: names as Git or the forge gives them, addresses or logins."""

    commit: str
    author: str
    committer: str = ""
    co_authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A pull request, or a push that asks to land.

    `number` is what people call it (“482”), empty where there is none. `author` opened it and
    `last_pusher` pushed its head, as the forge names them; empty where nobody knows, and then no
    rule is met that does not count whoever pushed last. `rolls_back` is the
    landed commit that this is proved to take back, and empty otherwise: nobody becomes a rollback
    by saying so.
    """

    number: str = ""
    title: str = ""
    author: str = ""
    last_pusher: str = ""
    target: str = "main"
    head: str = ""
    commits: tuple[Authorship, ...] = ()
    reviews: tuple[Review, ...] = ()
    rolls_back: str = ""
    url: str = ""
