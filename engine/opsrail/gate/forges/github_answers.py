"""What is sent to GitHub, as values that become JSON. Whoever runs us sends it; we speak no HTTP.

The shapes are those of GitHub's REST description: `issues/create-comment`,
`issues/update-comment`, `checks/create`, `checks/update` and `pulls/merge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from opsrail.findings import CannotWork, Finding, Severity
from opsrail.gate.forges.answered import Answered, Verdict
from opsrail.gate.forges.github_limits import (
    MOST_ANNOTATIONS,
    MOST_IN_BODY,
    MOST_IN_OUTPUT,
    within,
)
from opsrail.gate.forges.payload import Payload
from opsrail.governance.trailers import read_record
from opsrail.report.escaping import shortened, visible, visible_lines

MARKER: Final = "<!-- opsrail-plan -->"
"""How the one comment that is kept up to date begins."""
CHECK: Final = "opsrail"
"""The name of the check run, for branch protection to ask for."""
_MORE: Final = "*There is more: run `opsrail plan` for the whole.*"
_MOST_REQUESTS: Final = 4
_MOST_IN_TITLE: Final = 200
_SWITCH: Final = re.compile(
    r"\[\s*(skip ci|ci skip|no ci|skip actions|actions skip)\s*\]", re.IGNORECASE
)
_AS_OF: Final = re.compile(r" · as of [^·\r\n]*")
_LEVELS: Final = {
    Severity.ERROR: "failure",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
# Never `neutral` or `skipped`: branch protection takes both for a pass.
_CONCLUSIONS: Final = {
    Verdict.OPEN: "success",
    Verdict.WAITING: "action_required",
    Verdict.CLOSED: "failure",
}
_HEADLINES: Final = {
    Verdict.OPEN: "Open: this may land",
    Verdict.WAITING: "Waiting for people to agree",
    Verdict.CLOSED: "Closed: this may not land",
}


class Doing(StrEnum):
    """What is to be done about the comment."""

    CREATE = "create"
    UPDATE = "update"
    KEEP = "keep"
    """It says the same already."""


@dataclass(frozen=True, slots=True)
class Sticky:
    """The comment of ours that is there: its number, and what it says."""

    id: int
    body: str


class Method(StrEnum):
    """How GitHub lands a request."""

    MERGE = "merge"
    SQUASH = "squash"


def comment_body(plan: str) -> dict[str, object]:
    """The body of the comment: the plan (Markdown) under the marker that finds it again."""
    text = plan.removeprefix(f"{MARKER}\n")
    return {"body": within(f"{MARKER}\n{text}", MOST_IN_BODY, _MORE)}


def sticky(comments: Payload, login: str) -> Sticky | None:
    """Our comment among those of `issues/N/comments`, None if there is none.

    Only one by `login` itself, and that begins with the marker: others may write the marker, and
    our own comments may quote it. Of several, the first ever written. Raises `Unreadable`.
    """
    ours = [
        Sticky(comment.part("id").number(), body)
        for comment in comments.entries()
        if _login(comment) == login and (body := _body(comment)).startswith(MARKER)
    ]
    return min(ours, key=lambda one: one.id, default=None)


def doing(found: Sticky | None, body: Mapping[str, object]) -> Doing:
    """What brings the comment up to date. That time passed is no reason to write it again."""
    if found is None:
        return Doing.CREATE
    is_same = _settled(found.body) == _settled(str(body["body"]))
    return Doing.KEEP if is_same else Doing.UPDATE


def check_runs(plan: str, answered: Answered, on: str) -> tuple[dict[str, object], ...]:
    """The requests that tell the verdict: the first creates a check run, the others add to it.

    `on` is the commit that shows it: the head, or what a merge queue made of it. Each request
    brings as many annotations as GitHub takes at once.
    """
    most = MOST_ANNOTATIONS * _MOST_REQUESTS
    shown = [_annotation(one) for one in answered.findings if one.location.path][:most]
    parts = [
        shown[start : start + MOST_ANNOTATIONS]
        for start in range(0, max(len(shown), 1), MOST_ANNOTATIONS)
    ]
    output: dict[str, object] = {
        "title": _headline(answered, len(shown)),
        "summary": within(plan, MOST_IN_OUTPUT, _MORE),
    }
    first: dict[str, object] = {
        "name": CHECK,
        "head_sha": on,
        "external_id": answered.digest,
        "status": "completed",
        "conclusion": _CONCLUSIONS[answered.verdict],
        "output": output | {"annotations": parts[0]},
    }
    more: list[dict[str, object]] = [
        {"output": output | {"annotations": part}} for part in parts[1:]
    ]
    return (first, *more)


def merge_body(answered: Answered, record: str, method: Method) -> dict[str, object]:
    """The request that lands it: exactly the head that was judged, with its record.

    `record` is the record of the same plan, as trailers (`opsrail.governance.trailers`). They
    stand alone in the message, so that no text of the request can be taken for one. Raises
    `CannotWork` if the plan is not open or is of no request, and for another record.
    """
    if answered.verdict is not Verdict.OPEN or not answered.number.isdecimal():
        raise CannotWork("this is no open plan of a request, so nothing lands by it")
    title = f"{_landed_title(answered.title)} (#{answered.number})"
    message = record.strip("\n")
    read, fault = read_record(f"{title}\n\n{message}")
    if read is None:
        raise CannotWork(f"the record cannot be read: {fault or 'it has no trailer of ours'}")
    if read.plan != answered.digest:
        raise CannotWork("the record is of another plan", "write both from the same run")
    return {
        "sha": answered.head,
        "merge_method": method.value,
        "commit_title": title,
        "commit_message": message,
    }


def _landed_title(title: str) -> str:
    """The request's title on one line. Words that switch workflows off are only words in it."""
    shown = shortened(visible(title).strip(), _MOST_IN_TITLE)
    return _SWITCH.sub(r"(\1)", shown) or "Land a change"


def _login(comment: Payload) -> str:
    user = comment.optional("user")
    return user.part("login").text() if user else ""


def _body(comment: Payload) -> str:
    body = comment.optional("body")
    return body.text() if body else ""


def _settled(text: str) -> str:
    """The text without when it was written, and without what GitHub does to line ends."""
    text = _AS_OF.sub("", text)
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))


def _headline(answered: Answered, shown: int) -> str:
    hidden = len(answered.findings) - shown
    more = f" · {hidden:,} findings are only in the plan" if hidden else ""
    return f"{_HEADLINES[answered.verdict]} · digest {answered.digest[:7]}{more}"


def _annotation(finding: Finding) -> dict[str, object]:
    place = finding.location
    message = [visible(finding.message), *(visible_lines(finding.hint) if finding.hint else ())]
    return {
        "path": place.path,
        "start_line": place.line,
        "end_line": place.line,
        "start_column": place.column,
        "end_column": place.column,
        "annotation_level": _LEVELS[finding.severity],
        "title": shortened(visible(finding.code), 255),
        "message": shortened("\n".join(message), 8_000),
    }
