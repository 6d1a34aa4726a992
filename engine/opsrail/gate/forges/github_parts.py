"""The parts of GitHub's payloads that a decision needs: requests, reviews, commits, pushes.

Shapes are those of GitHub's REST description (`pull-request`, `pull-request-review`, `commit`,
`activity`) and of its webhooks, which spell the same states in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from opsrail.gate.forges.payload import Payload
from opsrail.governance.request import Authorship, Review, ReviewState

GHOST: Final = "@ghost"
"""How GitHub calls people whose account is gone."""
_WEB: Final = "@web-flow"
"""GitHub itself, where somebody committed on its pages."""
_STATES: Final = {
    "approved": ReviewState.APPROVED,
    "changes_requested": ReviewState.CHANGES_REQUESTED,
    "dismissed": ReviewState.DISMISSED,
}
_DRAFT: Final = "pending"
_CO_AUTHOR: Final = re.compile(r"^[ \t]*co-authored-by[ \t]*:(.*)$", re.IGNORECASE | re.MULTILINE)
_ADDRESS: Final = re.compile(r"<([^<>]*)>")
_NOREPLY: Final = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request. `commits` counts them; None where the payload does not say."""

    number: int
    title: str
    author: str
    target: str
    head: str
    url: str = ""
    commits: int | None = None


def pull_of(payload: Payload) -> Pull:
    """One pull request, as `pulls/N` or an event gives it. Raises `Unreadable`."""
    url, commits = payload.optional("html_url"), payload.optional("commits")
    return Pull(
        number=payload.part("number").number(),
        title=payload.part("title").text(),
        author=login_of(payload.optional("user")),
        target=payload.part("base").part("ref").text(),
        head=payload.part("head").part("sha").commit(),
        url=url.text() if url else "",
        commits=commits.number() if commits else None,
    )


def login_of(user: Payload | None) -> str:
    """What somebody is called on GitHub, written as a login: `@maya-desk`. Anybody there may be
    called as somebody's id is in the directory, and is not taken for them.
    """
    return f"@{user.part('login').text()}" if user else GHOST


def reviews_of(payload: Payload) -> tuple[Review, ...]:
    """Every review of `pulls/N/reviews` that was handed in, in order of time.

    Raises `Unreadable`.
    """
    read = [review_of(entry) for entry in payload.entries()]
    return tuple(sorted((one for one in read if one), key=lambda one: (one.at, one.by, one.state)))


def review_of(payload: Payload) -> Review | None:
    """One review, None if it is still a draft. A state that nobody knows says neither yes nor no.

    Raises `Unreadable`.
    """
    state = payload.part("state").text().casefold()
    if state == _DRAFT:
        return None
    body, commit = payload.optional("body"), payload.optional("commit_id")
    return Review(
        by=login_of(payload.optional("user")),
        state=_STATES.get(state, ReviewState.COMMENTED),
        at=payload.part("submitted_at").instant(),
        commit=commit.commit() if commit else "",
        text=body.text() if body else "",
    )


def commits_of(payload: Payload) -> tuple[Authorship, ...]:
    """Who made each commit of `pulls/N/commits`, in its order. Raises `Unreadable`."""
    return tuple(_authorship(entry) for entry in payload.entries())


def _authorship(payload: Payload) -> Authorship:
    commit = payload.part("commit")
    return Authorship(
        commit=payload.part("sha").commit(),
        author=_maker(payload, commit, "author"),
        committer="" if _is_made_by_github(payload) else _maker(payload, commit, "committer"),
        co_authors=co_authors_of(commit.part("message").text()),
    )


def _maker(payload: Payload, commit: Payload, part: str) -> str:
    """The login of the author or committer, else the address, else the name.

    GitHub gives an empty mapping in place of an account that it cannot tell.
    """
    user = payload.optional(part)
    if user and user.mapping():
        return login_of(user)
    said = commit.optional(part)
    if said is None:
        return GHOST
    for key in ("email", "name"):
        if (found := said.optional(key)) and found.text().strip():
            return who(found.text())
    return GHOST


def _is_made_by_github(payload: Payload) -> bool:
    """Whether GitHub itself is the committer. It signs what it makes; the name anyone can write."""
    user, signed = payload.optional("committer"), payload.part("commit").optional("verification")
    if not user or not signed or not user.mapping():
        return False
    return login_of(user) == _WEB and signed.part("verified").value is True


def co_authors_of(message: str) -> tuple[str, ...]:
    """Whom the message of a commit names as co-authors, wherever it does, sorted.

    Git counts only the last paragraph. A co-author cannot approve, so whoever is named is one.
    """
    named = _CO_AUTHOR.findall(message.replace("\r", "\n"))
    return tuple(sorted({who(_address(one)) for one in named if one.strip()}))


def _address(text: str) -> str:
    found = _ADDRESS.search(text)
    return found[1].strip() if found and found[1].strip() else text.strip()


def who(address: str) -> str:
    """The login in an address that GitHub hands out to hide others; any other address as it is."""
    found = _NOREPLY.fullmatch(address.strip())
    return f"@{found[1]}" if found else address.strip()


def pusher_of(payload: Payload, head: str) -> str:
    """Who last made `head` the tip of a branch, by `repos/…/activity` (newest first).

    Empty if nobody did. Raises `Unreadable`.
    """
    for entry in payload.entries():
        if entry.part("after").text() == head:
            return login_of(entry.optional("actor"))
    return ""


def starter_of(payload: Payload, head: str) -> str:
    """Whose push started the first run for `head`, by `actions/workflows/…/runs`.

    Later runs for the same head come from what people do to the request, and reviews start runs
    as well. Empty if there was none. Raises `Unreadable`.
    """
    first = min(
        (
            (run.part("created_at").instant(), login_of(run.optional("actor")))
            for page in _pages(payload)
            for run in page.part("workflow_runs").items()
            if run.part("event").text() == "pull_request" and run.part("head_sha").text() == head
        ),
        default=None,
    )
    return first[1] if first else ""


def _pages(payload: Payload) -> Iterator[Payload]:
    if isinstance(payload.value, list):
        yield from payload.items()
    else:
        yield payload
