"""Which news a role, or everybody in an edition, gets to read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from opsrail.content.changes import Weight
from opsrail.site.edition import Edition
from opsrail.site.history import MayRead, News, Reach, as_read, reach


@dataclass(frozen=True, slots=True)
class Item:
    """One change as it reaches a reader: through which playbooks, or to which roles."""

    news: News
    through: tuple[str, ...]


@dataclass(frozen=True)
class Newsroom:
    """All news of an edition, sorted out once, by day, newest first, heaviest first.

    `by_role` holds each role's own, `lately` everybody's, with the roles it reaches.
    """

    by_role: Mapping[str, tuple[Item, ...]]
    lately: tuple[Item, ...]


def newsroom(edition: Edition) -> Newsroom:
    """Sort an edition's news out to its readers."""
    reaches = {
        name: reach(edition.catalog, edition.books_of(name), name, role.clearance)
        for name, role in edition.roles.items()
    }
    by_role = {name: tuple(_in_order(_for_role(edition, name, reaches[name]))) for name in reaches}
    return Newsroom(by_role, tuple(_in_order(_for_all(edition, reaches))))


def _readable_by(roles: Collection[str]) -> MayRead:
    """Open to everybody, or to one of these roles."""
    return lambda only: only is None or any(role in only for role in roles)


def _as_role(edition: Edition, role: str, reached: Reach, news: News) -> Item | None:
    """A change as one role reads it; None if it does not reach the role."""
    clearance = edition.roles[role].clearance
    through = reached.playbooks(news)
    if not through or (news.name and not edition.admits(news.name, clearance)):
        return None
    seen = as_read(news.change, clearance, _readable_by((role,)))
    return Item(replace(news, change=seen), through) if seen else None


def _for_role(edition: Edition, role: str, reached: Reach) -> Iterator[Item]:
    found = (_as_role(edition, role, reached, news) for news in edition.news)
    return (item for item in found if item)


def _for_all(edition: Edition, reaches: Mapping[str, Reach]) -> Iterator[Item]:
    """Only what reaches a role, and of it only what one of those roles may read."""
    for news in edition.news:
        roles = tuple(r for r, reached in reaches.items() if _as_role(edition, r, reached, news))
        seen = as_read(news.change, edition.clearance, _readable_by(roles))
        if roles and seen:
            yield Item(replace(news, change=seen), roles)


def _in_order(items: Iterator[Item]) -> list[Item]:
    """By day, newest first; on a day the heaviest first."""
    return sorted(items, key=lambda item: (-item.news.day.toordinal(), item.news.weight.rank))


def tally(items: tuple[Item, ...]) -> Mapping[Weight, int]:
    """How many of each weight, heaviest first."""
    return {weight: sum(item.news.weight is weight for item in items) for weight in Weight}
