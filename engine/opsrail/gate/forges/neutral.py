"""A request as a neutral JSON file, which any forge, or a script beside a plain Git server, writes.

    {
      "version": 1,
      "number": "482", "title": "Refund window 14 days", "url": "",
      "author": "@maya-desk", "last_pusher": "@maya-desk",
      "target": "main", "head": "9f3c…",
      "commits": [{"commit": "9f3c…", "author": "maya@desk.example", "co_authors": []}],
      "reviews": [{"by": "@jon-desk", "state": "approved", "at": "2026-11-02T09:00:00Z",
                   "commit": "9f3c…", "text": ""}]
    }

A name on the forge is written with `@`; without it, a name is an id of policies/people.yaml, which
nobody can choose for themselves.

Who wrote the file is trusted with it, so it has to come from the forge and never from the request.
A key that nobody knows is refused, and those that decide have to be there: a misspelt
`last_pusher` must not be taken for nobody.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, ValidationError

from opsrail.findings import Finding, Location, Unreadable
from opsrail.gate.forges.payload import CODE, parse
from opsrail.governance.request import Authorship, Request, Review, ReviewState
from opsrail.repo.formats import FileFormat
from opsrail.repo.yaml import YamlText
from opsrail.report.as_json import as_text
from opsrail.report.escaping import shortened, visible

Commit = Annotated[
    str,
    Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$", description="The full name of a commit."),
]
Share = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Who = Annotated[str, Field(min_length=1, description="`@login`, an address, or an id.")]
_MOST_FOR_PLACES: Final = 200_000
"""Characters of a file in which a place is looked for; that reads it once more, and slowly."""


class CommitEntry(FileFormat):
    """Who made one commit."""

    commit: Commit
    author: Who
    committer: Who | Literal[""] = ""
    co_authors: tuple[Who, ...] = ()


class ReviewEntry(FileFormat):
    """What one person said."""

    by: Who
    state: ReviewState
    at: AwareDatetime
    commit: Commit | Literal[""] = Field(
        default="",
        description="The head that they looked at; without it an approval proves nothing.",
    )
    covers: dict[str, Share] | None = Field(
        default=None, description="Path → share of it in the change that they looked at, if known."
    )
    text: str = ""


class RequestFile(FileFormat):
    """A request for landing a change, as a forge tells of it."""

    version: Literal[1]
    number: str = ""
    title: str = ""
    url: str = ""
    author: str = Field(description="Who opened it; empty if unknown.")
    last_pusher: str = Field(description="Who pushed its head; empty if unknown.")
    target: str = Field(min_length=1, description="The branch that it is for.")
    head: Commit
    commits: tuple[CommitEntry, ...]
    reviews: tuple[ReviewEntry, ...]


def read(source: str, data: bytes) -> Request:
    """The request in `data`, the file called `source`. Raises `Unreadable` for anything else."""
    parse(source, data)  # refuses what is too large, or JSON that can be read in two ways
    try:
        file = RequestFile.model_validate_json(data.removeprefix(b"\xef\xbb\xbf"), strict=True)
    except ValidationError as error:
        raise Unreadable(_told(source, data, error)) from error
    return Request(
        number=file.number,
        title=file.title,
        author=file.author,
        last_pusher=file.last_pusher,
        target=file.target,
        head=file.head,
        commits=tuple(
            Authorship(one.commit, one.author, one.committer, one.co_authors)
            for one in file.commits
        ),
        reviews=tuple(
            Review(one.by, one.state, one.at, one.commit, one.covers, one.text)
            for one in file.reviews
        ),
        url=file.url,
    )


def write(request: Request) -> str:
    """The request as the text of such a file.

    `rolls_back` is not in it: that is proved where the change is, and never said.
    """
    content = {
        "version": 1,
        "number": request.number,
        "title": request.title,
        "url": request.url,
        "author": request.author,
        "last_pusher": request.last_pusher,
        "target": request.target,
        "head": request.head,
        "commits": [_commit(one) for one in request.commits],
        "reviews": [_review(one) for one in request.reviews],
    }
    return as_text(content)


def _commit(made: Authorship) -> dict[str, object]:
    return {
        "commit": made.commit,
        "author": made.author,
        "committer": made.committer,
        "co_authors": list(made.co_authors),
    }


def _review(review: Review) -> dict[str, object]:
    content: dict[str, object] = {
        "by": review.by,
        "state": review.state.value,
        "at": review.at.isoformat(),
        "commit": review.commit,
        "text": review.text,
    }
    return (
        content
        if review.covers is None
        else content | {"covers": dict(sorted(review.covers.items()))}
    )


def _told(source: str, data: bytes, error: ValidationError) -> Finding:
    """The first thing that is wrong, at its place."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    route = [step for step in first["loc"] if step not in ("literal['']", "constrained-str")]
    named = ".".join(shortened(visible(str(step)), 60) for step in route) or "the whole"
    return Finding(_place(source, data, route), CODE, f"{named}: {first['msg']}")


def _place(source: str, data: bytes, route: list[int | str]) -> Location:
    if len(data) > _MOST_FOR_PLACES:
        return Location(visible(source))
    try:
        return YamlText.parse(visible(source), data.decode("utf-8-sig")).place(route)
    except Unreadable:  # JSON that is no YAML: indented by tabs, for one
        return Location(visible(source))
