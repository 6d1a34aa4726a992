"""All pages of an edition as text, and the navigation that leads to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from opsrail.site.edition import Edition
from opsrail.site.layout import (
    ALERTS,
    DECIDES,
    EVALS,
    HOME,
    LANDED,
    PLAYBOOKS,
    SOURCES,
    Layout,
    lay_out,
    role_home,
)
from opsrail.site.markup import in_html
from opsrail.site.newsroom import newsroom
from opsrail.site.pages.alerts import alerts_page
from opsrail.site.pages.evals import evals_page, suites_shown
from opsrail.site.pages.home import home_page
from opsrail.site.pages.indexes import folder_of, playbooks_page, sources_page
from opsrail.site.pages.landed import landed_page
from opsrail.site.pages.plan import plan_page
from opsrail.site.pages.playbook import playbook_page
from opsrail.site.pages.role import role_page
from opsrail.site.pages.source import source_page
from opsrail.site.pages.who_decides import who_decides_page
from opsrail.tailor.catalog import PageName

Nav = Sequence[str | Mapping[str, "str | Nav"]]
"""mkdocs' navigation: pages, and titled pages or groups of pages."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of the site's own, from the folder site/. `place` is where it goes."""

    place: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Every Markdown file of an edition by its place, and the navigation.

    The titles in the navigation are HTML already, which the theme puts where it shows them.
    """

    texts: Mapping[str, str]
    nav: Nav


def edition_pages(edition: Edition, name: str, own: Sequence[OwnPage] = ()) -> Pages:
    """Write an edition. `name` is the site's, `own` are pages that do not come from content."""
    layout = _layout(edition)
    room = newsroom(edition)
    texts = {
        HOME: home_page(edition, layout, room, name),
        PLAYBOOKS: playbooks_page(edition, layout),
        SOURCES: sources_page(edition, layout),
        **{role_home(role): role_page(edition, layout, room, role) for role in edition.roles},
        **{layout.places[p.path]: playbook_page(edition, layout, room, p) for p in edition.pages},
        **{layout.places[path]: source_page(edition, layout, path) for path in edition.documents},
    }
    if edition.alerts:
        texts[ALERTS] = alerts_page(edition, layout)
    if suites_shown(edition):
        texts[EVALS] = evals_page(edition, layout)
    if edition.governed.policy:
        texts[DECIDES] = who_decides_page(edition)
    if edition.landed:
        texts[LANDED] = landed_page(edition)
    texts |= {place: plan_page(plan) for place, plan in layout.plans.items()}
    for page in own:
        texts.setdefault(page.place, page.text)
    return Pages(texts, _nav(edition, layout, own))


def _layout(edition: Edition) -> Layout:
    anchors = {
        page.path: [anchor for part in edition.readings.parts(page) for anchor in part.anchors]
        for page in edition.pages
    }
    return lay_out(edition, anchors)


def _nav(edition: Edition, layout: Layout, own: Sequence[OwnPage]) -> Nav:
    nav: list[str | Mapping[str, str | Nav]] = [{"Home": HOME}]
    if edition.roles:
        nav.append({"Roles": [_role(edition, layout, role) for role in edition.roles]})
    nav.append({"Playbooks": PLAYBOOKS})
    if edition.alerts:
        nav.append({"Alerts": ALERTS})
    if suites_shown(edition):
        nav.append({"Evals": EVALS})
    nav += _governance(edition, layout)
    nav.append({"Sources": [SOURCES, *_folders(edition, layout)]})
    about: Nav = [{in_html(page.title): page.place} for page in own]
    return [*nav, {"About": about}] if own else nav


def _governance(edition: Edition, layout: Layout) -> Iterator[Mapping[str, str | Nav]]:
    if edition.governed.policy:
        yield {"Who decides": DECIDES}
    if edition.landed:
        yield {"What landed": LANDED}
    if layout.plans:
        yield {"Under way": [{in_html(plan.title): place} for place, plan in layout.plans.items()]}


def _role(edition: Edition, layout: Layout, role: str) -> Mapping[str, str | Nav]:
    """A role's landing page with its playbooks below it."""
    books = [
        {in_html(book.file.title): place}
        for book in edition.books_of(role)
        if (place := layout.places.get(PageName(book.name, role).path))
    ]
    return {in_html(edition.roles[role].title): [role_home(role), *books]}


def _folders(edition: Edition, layout: Layout) -> list[Mapping[str, Nav]]:
    return [
        {
            in_html(folder): [
                {in_html(edition.title(edition.documents[path])): layout.places[path]}
                for path in paths
            ]
        }
        for folder, paths in groupby(edition.documents, key=folder_of)
    ]
