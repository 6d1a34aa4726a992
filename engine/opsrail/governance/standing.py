"""What each person's word about a request is worth now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from opsrail.governance.directory import Directory
from opsrail.governance.formats import Part
from opsrail.governance.request import Request, Review, ReviewState

_WEIGHT = {ReviewState.APPROVED: 0, ReviewState.DISMISSED: 1, ReviewState.CHANGES_REQUESTED: 2}
"""Of two reviews of one instant the graver counts as the later, so that order never decides."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's word: each yes since they last said otherwise, and whether they object."""

    person: str
    approvals: tuple[Review, ...] = ()
    objects: bool = False


def standings(
    reviews: Iterable[Review],
    directory: Directory,
    now: datetime,
    paths: Collection[str] = (),
) -> Mapping[str, Standing]:
    """Person → standing. What is dated after `now` has not been said yet. `paths` are those that
    change: a yes lifts a no if its giver saw all of them that the no was about.
    """
    said: dict[str, list[Review]] = {}
    for review in reviews:
        who = directory.person(review.by)
        if who is not None and review.at <= now and review.state in _WEIGHT:
            said.setdefault(who, []).append(review)
    return {who: _standing(who, said[who], frozenset(paths)) for who in sorted(said)}


def _standing(who: str, reviews: list[Review], paths: frozenset[str]) -> Standing:
    approvals: list[Review] = []
    objects = False
    against: frozenset[str] = frozenset()
    for review in sorted(reviews, key=lambda one: (one.at, _WEIGHT[one.state])):
        if review.state is ReviewState.APPROVED:
            approvals.append(review)
            objects = objects and not against & paths <= (review.covers or {}).keys()
        else:
            approvals.clear()
            objects = review.state is ReviewState.CHANGES_REQUESTED
            against = paths if review.covers is None else frozenset(review.covers)
    return Standing(who, tuple(approvals), objects)


def parts_of(request: Request) -> Mapping[Part, tuple[str, ...]]:
    """Who had which part in the request, by the names that Git and the forge give them."""
    commits = request.commits
    return {
        Part.AUTHOR: (request.author, *(commit.author for commit in commits)),
        Part.CO_AUTHORS: tuple(name for commit in commits for name in commit.co_authors),
        Part.COMMITTERS: tuple(commit.committer for commit in commits),
        Part.LAST_PUSHER: (request.last_pusher,),
    }


def changed_since(covers: Mapping[str, str] | None, shares: Mapping[str, str]) -> tuple[str, ...]:
    """Paths among `shares` that the reviewer did not see as they are now, sorted; all of them
    where it is not known what was seen.
    """
    seen = covers or {}
    return tuple(path for path in sorted(shares) if seen.get(path) != shares[path])
