"""Freshness: every source document has an owner and a day on which it is looked at again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from opsrail.content.model import Document
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import place_in_front
from opsrail.gate.upstream import upstream_paths

OWNED = ("content/sources/", "content/runbooks/")
"""Where every document needs an owner and a review; elsewhere their lack is only noted."""


@check("no-owner", forgives_old=True)
def no_owner(subject: Subject) -> Iterator[Finding]:
    """A document does not say which team answers for it.

    Without an owner nobody is asked when it is wrong. Put `owner: TEAM` into its front
    matter. It closes the gate for source documents and runbooks only.
    """
    for document, severity in _weighed(subject):
        if not document.front.owner.strip() and "owner" in document.front_values:
            place = place_in_front(document, "owner")
            yield Finding(place, "no-owner", "the owner is empty", severity, "name the team")
        elif not document.front.owner.strip():
            message = "nobody owns this document"
            hint = "add `owner: TEAM` to its front matter"
            yield Finding(Location(document.path), "no-owner", message, severity, hint)


@check("no-review-date", forgives_old=True)
def no_review_date(subject: Subject) -> Iterator[Finding]:
    """A document does not say when somebody has to look at it again.

    What is never reviewed is wrong one day, and readers cannot tell. Put `review_by:
    2027-01-31` into its front matter. It closes the gate for source documents and runbooks
    only.
    """
    for document, severity in _weighed(subject):
        if document.front_values.get("review_by") is None:
            message = "nothing says when this document is reviewed"
            hint = "add `review_by: YEAR-MONTH-DAY` to its front matter"
            yield Finding(Location(document.path), "no-review-date", message, severity, hint)


@check("overdue")
def overdue(subject: Subject) -> Iterator[Finding]:
    """The day on which a document had to be reviewed has passed.

    Read it against reality, then set `verified` to today, `verified_by` to who did it, and
    `review_by` to the next date. A change is held up only for documents it touches itself;
    elsewhere it is a warning, since no calendar may close a gate that nobody walks through.
    """
    for document in subject.documents():
        due = document.front.review_by
        if due is not None and due < subject.today:
            days = (subject.today - due).days
            count = "yesterday" if days == 1 else f"{days} days ago"
            message = f"its review was due on {due.isoformat()}, {count}"
            touched = subject.base is not None and document.path in subject.changed
            severity = Severity.ERROR if touched else Severity.WARNING
            hint = "check it, then move `verified` and `review_by` on"
            yield Finding(place_in_front(document, "review_by"), "overdue", message, severity, hint)


@check("review-too-far")
def review_too_far(subject: Subject) -> Iterator[Finding]:
    """A document may go unread for longer than the content policy allows.

    `freshness.max_days` in policies/content.yaml is the most between `verified` and
    `review_by`. Choose an earlier date, or verify the document now.
    """
    most = subject.policy.freshness.max_days
    for document in subject.documents():
        due, since = document.front.review_by, document.front.verified
        days = (due - (since or subject.today)).days if due else 0
        if due and days > most:
            start = "after it was verified" if since else "from now"
            message = f"its review is due {days} days {start}; {most} is the most"
            hint = "choose an earlier `review_by`, or verify it now"
            place = place_in_front(document, "review_by")
            yield Finding(place, "review-too-far", message, hint=hint)


@check("verified-ahead")
def verified_ahead(subject: Subject) -> Iterator[Finding]:
    """A document claims to have been verified on a day that has not come yet.

    Most often a wrong year or month. Correct `verified`.
    """
    for document in subject.documents():
        day = document.front.verified
        if day is not None and day > _a_day_later(subject.today):
            message = f"it says it was verified on {day.isoformat()}, which is yet to come"
            hint = "set `verified` to the day on which it was checked"
            yield Finding(
                place_in_front(document, "verified"), "verified-ahead", message, hint=hint
            )


def _a_day_later(today: date) -> date:
    """East of here it may be tomorrow already."""
    return date.fromordinal(today.toordinal() + 1)


def _weighed(subject: Subject) -> Iterator[tuple[Document, Severity]]:
    """Documents that the change touches, and how much a gap in them weighs."""
    elsewhere = upstream_paths(subject.head)
    for document in subject.documents():
        if document.path in subject.changed:
            must = document.path.startswith(OWNED) and document.path not in elsewhere
            yield document, Severity.ERROR if must else Severity.NOTE
