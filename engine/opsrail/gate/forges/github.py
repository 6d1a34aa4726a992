"""GitHub's payloads → one request. A decision may rest on it, so what does not fit is refused.

An event tells of one moment, the lists (`pulls/N`, `pulls/N/reviews`, `pulls/N/commits`) of
another. Where the head moved in between, nothing is put together: whoever asks has to ask again.
"""

from __future__ import annotations

from dataclasses import dataclass

from opsrail.findings import CannotWork
from opsrail.gate.forges.github_events import Event, event_of
from opsrail.gate.forges.github_parts import (
    Pull,
    commits_of,
    pull_of,
    pusher_of,
    reviews_of,
    starter_of,
)
from opsrail.gate.forges.payload import Payload
from opsrail.governance.request import Authorship, Request, Review, ReviewState


@dataclass(frozen=True, slots=True)
class Payloads:
    """What was got from GitHub about one request; None for what was not.

    `activity` is the list of `repos/…/activity`, and `runs` that of `actions/workflows/…/runs` for
    the request's head: both can tell who pushed it, the first exactly.
    """

    event: Payload | None = None
    pull: Payload | None = None
    reviews: Payload | None = None
    commits: Payload | None = None
    activity: Payload | None = None
    runs: Payload | None = None


def request_of(payloads: Payloads) -> Request:
    """The request that these payloads tell of.

    Without the list of reviews no approval counts: an event tells of one review, and not of an
    objection beside it. Raises `Unreadable` for a payload that is not as GitHub's are, and
    `CannotWork` where payloads speak of different requests or heads.
    """
    event = event_of(payloads.event) if payloads.event else None
    pull = pull_of(payloads.pull) if payloads.pull else event.pull if event else None
    if event is None and pull is None:
        raise CannotWork("there is neither an event nor a request to read")
    if event and pull:
        _same_request(event, pull)
    if pull is None and event and not (event.number and event.target):
        raise CannotWork(f"this {event.kind} does not say which request it is about", "add --pull")
    if pull is None and (payloads.reviews or payloads.commits):
        raise CannotWork("there are lists, and no request that they are of")
    commits = commits_of(payloads.commits) if payloads.commits else ()
    if payloads.commits and pull:
        _all_there(commits, pull)
    own_head = pull.head if pull else ""
    return Request(
        number=str(pull.number) if pull else event.number if event else "",
        title=pull.title if pull else "",
        author=pull.author if pull else "",
        last_pusher=_pusher(payloads, event, own_head),
        target=pull.target if pull else event.target if event else "",
        head=event.head if event else own_head,
        commits=commits,
        reviews=_reviews(payloads, event),
        url=pull.url if pull else "",
    )


def _same_request(event: Event, pull: Pull) -> None:
    if event.number and event.number != str(pull.number):
        raise CannotWork(f"the event is about #{event.number}, the request is #{pull.number}")
    if event.target and event.target != pull.target:
        raise CannotWork(
            f"the request #{pull.number} is for another branch than the event says",
            "it was changed meanwhile: read both again",
        )
    if not event.is_queued and event.head != pull.head:
        raise CannotWork(
            f"the head of #{pull.number} is {pull.head[:7]}, and the event is about"
            f" {event.head[:7]}",
            "somebody pushed meanwhile: the later run decides",
        )


def _all_there(commits: tuple[Authorship, ...], pull: Pull) -> None:
    """GitHub lists no more than 250 commits; who made the others would not be known."""
    if pull.head not in {one.commit for one in commits}:
        raise CannotWork(
            f"the head of #{pull.number} is not among its commits",
            "somebody pushed meanwhile, or there are more than GitHub lists (250): read them again,"
            " or make fewer of them",
        )
    if pull.commits is not None and len(commits) != pull.commits:
        raise CannotWork(
            f"#{pull.number} has {pull.commits} commits, and the list has {len(commits)}",
            "GitHub lists 250 at most: make fewer of them, or split the request",
        )


def _pusher(payloads: Payloads, event: Event | None, head: str) -> str:
    """Who pushed the head. Whoever asked GitHub and was not told has no answer to decide on."""
    told = event.pusher if event else ""
    if payloads.activity and head:
        told = pusher_of(payloads.activity, head) or told
    if payloads.runs and head and not told:
        told = starter_of(payloads.runs, head)
    if (payloads.activity or payloads.runs) and not told:
        raise CannotWork(
            f"GitHub does not say who pushed {head[:7]}",
            "push it once more, or let the workflow `opsrail` run for it",
        )
    return told


def _reviews(payloads: Payloads, event: Event | None) -> tuple[Review, ...]:
    if payloads.reviews:
        return reviews_of(payloads.reviews)
    review = event.review if event else None
    return (review,) if review and review.state is not ReviewState.APPROVED else ()
