"""The home page: the search, a card for each role, and what changed lately."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.content.changes import Weight
from opsrail.site.edition import Edition
from opsrail.site.layout import (
    ALERTS,
    DECIDES,
    EVALS,
    HOME,
    PLAYBOOKS,
    SOURCES,
    Layout,
    between,
    role_home,
)
from opsrail.site.markup import boxed, counted, day, line, linked, long_day, page
from opsrail.site.newsroom import Item, Newsroom, tally
from opsrail.site.pages.evals import suites_shown
from opsrail.site.prose import escaped, link
from opsrail.site.told import told

LATELY = 12
_SEARCH = (
    '<label class="ops-search" for="__search" tabindex="0" role="button" hidden>'
    "Search playbooks and sources …<kbd>/</kbd></label>"
)


def home_page(edition: Edition, layout: Layout, room: Newsroom, name: str) -> str:
    """The first page of an edition. `name` is the site's."""
    return page(
        name,
        f"# {escaped(name)}",
        _SEARCH,
        "## Who are you reading as? {#roles}" if len(edition.roles) > 1 else "",
        boxed("ops-cards", *(_card(edition, room, role) for role in edition.roles))
        if edition.roles
        else "No role of this site has a page yet.",
        _ways(edition),
        "## What changed lately {#changed}",
        *_lately(edition, layout, room),
        search=False,
        hide=("navigation", "toc"),
    )


def _card(edition: Edition, room: Newsroom, name: str) -> str:
    role, items = edition.roles[name], room.by_role[name]
    books = len(edition.books_of(name))
    must = tally(items)[Weight.MUST_REREAD]
    newest = f"changed {day(items[0].news.day)}" if items else f"no change in {edition.days} days"
    return boxed(
        "ops-card",
        f"### {link(escaped(role.title), role_home(name))}",
        escaped(role.reads_as) if edition.is_internal else "",
        line(
            "meta",
            (
                counted(books, "playbook"),
                newest,
                f"**{must} must re-read**" if must else "",
            ),
        ),
    )


def _ways(edition: Edition) -> str:
    books = counted(len(edition.playbooks), "playbook")
    documents = counted(len(edition.documents), "source document")
    alerts = counted(len(edition.alerts), "alert")
    suites = counted(len(suites_shown(edition)), "eval suite")
    ways = (
        link(f"All {books}", PLAYBOOKS),
        link(f"All {alerts}", ALERTS) if edition.alerts else "",
        link(f"All {suites}", EVALS) if suites_shown(edition) else "",
        link("Who decides", DECIDES) if edition.governed.policy else "",
        link(f"All {documents}", SOURCES),
    )
    return line("ways", ways)


def _lately(edition: Edition, layout: Layout, room: Newsroom) -> Iterator[str]:
    if not room.lately:
        yield boxed("ops-empty", f"Nothing changed in the last {edition.days} days.")
    shown, last = room.lately[:LATELY], ""
    for item in shown:
        if (today := long_day(item.news.day)) != last:
            yield f"### {today}"
            last = today
        yield told(edition, layout, item.news, HOME, str, _roles(edition, item))
    if len(room.lately) > len(shown):
        more = len(room.lately) - len(shown)
        yield f"{counted(more, 'earlier change')} stand on the pages of the roles they reach."


def _roles(edition: Edition, item: Item) -> str:
    """The roles a change reaches, each linked to its own list."""
    places = ((edition.roles[role].title, between(HOME, role_home(role))) for role in item.through)
    return ", ".join(linked(title, f"{place}#changed") for title, place in places)
