"""GitHub's events: what one payload says of a request, and what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.gate.forges.github_parts import Pull, login_of, pull_of, review_of
from opsrail.gate.forges.payload import Payload
from opsrail.governance.request import Review

_QUEUED: Final = re.compile(
    r"refs/heads/gh-readonly-queue/.+/pr-(?P<number>[1-9]\d{0,9})-[0-9a-f]{40}"
)
_PUSHED: Final = frozenset({"opened", "synchronize"})
"""Actions of `pull_request` whose sender brought the head."""
_BRANCH: Final = "refs/heads/"
_QUEUE: Final = "merge_group"


@dataclass(frozen=True, slots=True)
class Event:
    """What an event says by itself; what it does not say is empty.

    `pull` is the request as it was when the event happened. `is_queued` if `head` is what a merge
    queue made of it, and not the request's own head.
    """

    kind: str
    head: str
    number: str = ""
    target: str = ""
    pull: Pull | None = None
    review: Review | None = None
    pusher: str = ""
    is_queued: bool = False


def event_of(payload: Payload) -> Event:
    """The event that a payload tells of. Raises `Unreadable` if it is none of those we know."""
    told = next((key for key in _READERS if payload.optional(key)), None)
    if told is None:
        keys = ", ".join(f"`{key}`" for key in sorted(_READERS))
        payload.refuse("this is no event that tells of a request", f"it has to have one of {keys}")
    return _READERS[told](payload, payload.part(told))


def _merge_group(_: Payload, group: Payload) -> Event:
    """A merge queue names the request in the branch that it made, and nowhere else."""
    ref = group.part("head_ref")
    found = _QUEUED.fullmatch(ref.text())
    if found is None:
        ref.refuse("this is no branch of a merge queue")
    return Event(
        kind=_QUEUE,
        head=group.part("head_sha").commit(),
        number=found["number"],
        target=group.part("base_ref").text().removeprefix(_BRANCH),
        is_queued=True,
    )


def _review(payload: Payload, review: Payload) -> Event:
    pull = pull_of(payload.part("pull_request"))
    return Event(
        kind="pull_request_review",
        head=pull.head,
        number=str(pull.number),
        target=pull.target,
        pull=pull,
        review=review_of(review),
    )


def _check_run(payload: Payload, run: Payload) -> Event:
    """GitHub may name no request, as for those from forks, several, or those in forks of ours."""
    ours = payload.part("repository").part("id").number()
    pulls = [
        pull
        for pull in run.part("pull_requests").items()
        if pull.part("base").part("repo").part("id").number() == ours
    ]
    only = pulls[0] if len(pulls) == 1 else None
    return Event(
        kind="check_run",
        head=run.part("head_sha").commit(),
        number=str(only.part("number").number()) if only else "",
        target=only.part("base").part("ref").text() if only else "",
    )


def _pull_request(payload: Payload, found: Payload) -> Event:
    pull = pull_of(found)
    has_pushed = payload.part("action").text() in _PUSHED
    return Event(
        kind="pull_request",
        head=pull.head,
        number=str(pull.number),
        target=pull.target,
        pull=pull,
        pusher=login_of(payload.part("sender")) if has_pushed else "",
    )


_READERS: Final[Mapping[str, Callable[[Payload, Payload], Event]]] = {
    _QUEUE: _merge_group,
    "review": _review,
    "check_run": _check_run,
    "pull_request": _pull_request,
}
"""By the key that tells events apart; reviews also have a `pull_request`, so they come first."""
