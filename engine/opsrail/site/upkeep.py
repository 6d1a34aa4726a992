"""Upkeep: who answers for a page, when it was verified, and whether it can be trusted today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from opsrail.content.model import FrontMatter
from opsrail.site.edition import Edition
from opsrail.site.markup import badge, day
from opsrail.tailor.catalog import PageName
from opsrail.tailor.state import State

SOON = timedelta(days=14)


class Freshness(StrEnum):
    """How far a page or document can be trusted today."""

    FRESH = "fresh"
    DUE = "review due"
    """Within the next two weeks."""
    OVERDUE = "review overdue"
    BEHIND = "behind its source"
    """The sources say something that the page does not say yet."""
    UNVERIFIED = "never verified"


_KINDS = {
    Freshness.FRESH: "good",
    Freshness.DUE: "soon",
    Freshness.OVERDUE: "bad",
    Freshness.BEHIND: "bad",
    Freshness.UNVERIFIED: "soon",
}
_IN_STEP = {State.FRESH, State.EDITED}


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The oldest verification and the earliest review among everything a page stands on."""

    owner: str = ""
    verified: date | None = None
    review_by: date | None = None
    is_behind: bool = False

    def freshness(self, today: date) -> Freshness:
        """The worst that can be said."""
        if self.is_behind:
            return Freshness.BEHIND
        if self.review_by and self.review_by < today:
            return Freshness.OVERDUE
        if self.verified is None:
            return Freshness.UNVERIFIED
        if self.review_by and self.review_by - today <= SOON:
            return Freshness.DUE
        return Freshness.FRESH

    def words(self, edition: Edition) -> Iterator[str]:
        """What its readers may know of it: outsiders get no owner and no review plan."""
        if self.owner and not edition.is_public:
            yield f"owner {self.owner}"
        if self.verified:
            yield f"verified {day(self.verified)}"
        if self.review_by and not edition.is_public:
            yield f"next review {day(self.review_by)}"

    def badge(self, edition: Edition) -> str:
        """Its freshness as a badge; outsiders get none."""
        if edition.is_public:
            return ""
        found = self.freshness(edition.today)
        return badge(_KINDS[found], found)


def upkeep_of(fronts: Iterable[FrontMatter], owner: str, *, is_behind: bool = False) -> Upkeep:
    """Upkeep of what stands on these documents."""
    known = list(fronts)
    verified = [front.verified for front in known]
    reviews = [front.review_by for front in known if front.review_by]
    oldest = min((when for when in verified if when), default=None)
    return Upkeep(owner, oldest if all(verified) else None, min(reviews, default=None), is_behind)


def page_upkeep(edition: Edition, page: PageName) -> Upkeep:
    """Upkeep of a derived page: by the documents it draws from, and by its own state."""
    book = edition.catalog.playbook(page.playbook)
    if book is None:
        return Upkeep()
    paths = dict.fromkeys(item.from_.partition("#")[0] for item, _ in book.sections_for(page.role))
    found = (edition.catalog.document(path) for path in paths)
    behind = any(state not in _IN_STEP for state in edition.readings.states(page).values())
    return upkeep_of((one.front for one in found if one), book.file.owner, is_behind=behind)
