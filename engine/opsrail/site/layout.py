"""Where each page of an edition stands on the site, and which anchors it has."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from opsrail.site.edition import Edition
from opsrail.site.plans import PlanText

HOME = "index.md"
PLAYBOOKS = "playbooks.md"
ALERTS = "alerts.md"
EVALS = "evals.md"
DECIDES = "who-decides.md"
LANDED = "landed.md"
UNDER_WAY = "under-way"
"""The folder of the plans."""
SOURCES = "sources.md"
RESERVED = ("roles", UNDER_WAY, "stylesheets", "javascripts", "assets", "search", "templates")
"""Folders that are the site's or mkdocs' own: one of that name under content/ stands elsewhere."""

_NOT_IN_PLACE = re.compile(r"[^\w./-]+")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_NAME = 60
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SAFE_SCHEMES = ("http:", "https:", "mailto:")


@dataclass(frozen=True)
class Layout:
    """`places` maps a file of the repository to its page, `anchors` a page to what it has.

    Both know only what the edition shows, so a link that cannot be resolved here must not be
    one on the site. `plans` are the pages of what is under way, in their order.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plans: Mapping[str, PlanText] = field(default_factory=dict)

    def resolve(self, target: str, file: str, page: str) -> str | None:
        """A link of the repository's `file`, written for the site's `page`.

        None if it leads to what this edition does not have.
        """
        if _SCHEME.match(target):
            return target if target.lower().startswith(_SAFE_SCHEMES) else None
        path, _, anchor = target.partition("#")
        path = unquote(path.partition("?")[0])
        if path.startswith("/"):
            return None
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(file), path)) if path else file
        return self.to(wanted, page, unquote(anchor))

    def to(self, file: str, page: str, anchor: str = "") -> str | None:
        """The way from `page` to the page of a repository file; None if there is none."""
        place = self.places.get(file)
        if place is None or (anchor and anchor not in self.anchors.get(place, ())):
            return None
        mark = f"#{anchor}" if anchor else ""
        return mark if mark and place == page else between(page, place) + mark


def between(page: str, place: str) -> str:
    """The relative way from one page of the site to another."""
    return posixpath.relpath(place, posixpath.dirname(page) or ".")


def role_home(role: str) -> str:
    """The landing page of a role."""
    return f"roles/{role}/index.md"


def lay_out(edition: Edition, derived: Mapping[str, Iterable[str]]) -> Layout:
    """Give every page of an edition its place. `derived` gives each derived page's anchors."""
    fixed = {HOME, PLAYBOOKS, ALERTS, EVALS, DECIDES, LANDED, SOURCES}
    taken = fixed | {role_home(role) for role in edition.roles}
    places: dict[str, str] = {}
    anchors: dict[str, frozenset[str]] = {}
    for page in edition.pages:
        places[page.path] = _claim(f"roles/{page.role}/{page.playbook}.md", taken)
        anchors[places[page.path]] = frozenset(derived.get(page.path, ()))
    for path, document in edition.documents.items():
        places[path] = _claim(_source_place(path), taken)
        shown = (section.anchor for section in edition.sections(document))
        anchors[places[path]] = frozenset(anchor for anchor in shown if anchor)
    plans = {_claim(_plan_place(plan.name), taken): plan for plan in edition.plans}
    return Layout(places, anchors, plans if edition.quotes else {})


def _plan_place(name: str) -> str:
    """A page of a plan. Its file may be called anything; mkdocs takes `index` for a folder's."""
    stem = _NOT_IN_A_NAME.sub("-", name).strip("-")[:_LONGEST_NAME]
    return f"{UNDER_WAY}/plan-{stem or 'unnamed'}.md"


def _source_place(path: str) -> str:
    """`content/runbooks/x.md` → `runbooks/x.md`; mkdocs takes README for a folder's index."""
    inner = path.removeprefix("content/")
    if inner.endswith("README.md"):
        inner = f"{inner.removesuffix('README.md')}readme.md"
    is_ours = "/" not in inner or inner.startswith(tuple(f"{name}/" for name in RESERVED))
    return f"content/{inner}" if is_ours else inner


def _claim(wanted: str, taken: set[str]) -> str:
    """`wanted` without what means something in a link, or its first free numbered form.

    mkdocs leaves out names that start with a dot; names that differ only in case collide on
    some disks.
    """
    stem, count = _NOT_IN_PLACE.sub("-", wanted.removesuffix(".md")).replace("/.", "/"), 1
    place = f"{stem}.md"
    folded = {name.casefold() for name in taken}
    while place.casefold() in folded:
        count += 1
        place = f"{stem}-{count}.md"
    taken.add(place)
    return place
