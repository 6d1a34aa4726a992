"""The alerts: what is watched, in words, who answers for it, and which runbook to open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby

from opsrail.detection.formats import Ops, Status
from opsrail.detection.model import Rule
from opsrail.site.edition import Edition
from opsrail.site.layout import ALERTS, Layout, between
from opsrail.site.markup import badge, line, linked, page, span
from opsrail.site.pages.indexes import folder_of
from opsrail.site.prose import code_span, escaped, opening, words_only

WITHHELD = "withheld on this site"
"""Stands for the title of a runbook that is above the readers' clearance."""

WEIGHT = 2
"""In the search, so that an alert's name finds it before all that is said with the same words."""


def alerts_page(edition: Edition, layout: Layout) -> str:
    """Every rule that raises alerts, by area; what matters most comes first."""
    named = {rule.ops.runbook for rule in edition.alerts if rule.ops}
    titles = {book: title for book in named if (title := _title(edition, layout, book))}
    return page(
        "Alerts",
        "# Alerts",
        "What is watched: when an alert is raised, who gets it, and what to do about it.\n"
        "{: .ops-lead }",
        *_areas(edition, layout, titles),
        boost=WEIGHT,
    )


def alert_link(rule: Rule, here: str) -> str:
    """A rule's title, linked to its place among the alerts."""
    return linked(_said(rule), f"{between(here, ALERTS)}#{rule.name}")


def level_badge(rule: Rule) -> str:
    """How much its alerts matter."""
    return badge(rule.level, rule.level)


def _said(rule: Rule) -> str:
    shown = "".join(sign for sign in rule.title if sign.isprintable() or sign.isspace())
    return " ".join(shown.split()) or rule.name


def _areas(edition: Edition, layout: Layout, titles: Mapping[str, str]) -> Iterator[str]:
    for area, rules in groupby(sorted(edition.alerts, key=_order), key=_area):
        yield f"## {escaped(area)}"
        for rule in rules:
            yield from _alert(edition, layout, rule, titles)


def _area(rule: Rule) -> str:
    return folder_of(rule.place.path, "rules")


def _order(rule: Rule) -> tuple[str, int, str, str]:
    return _area(rule), -rule.level.rank, _said(rule).casefold(), rule.name


def _alert(
    edition: Edition, layout: Layout, rule: Rule, titles: Mapping[str, str]
) -> Iterator[str]:
    """One rule: first which runbook to open, for those who come in the middle of an alert."""
    from opsrail.detection.words import in_words

    assert rule.ops is not None
    badges = [level_badge(rule)]
    if rule.status is not Status.STABLE:
        badges.append(badge("soon", f"{rule.status} rule"))
    yield _heading(rule)
    yield f"{' '.join(badges)} What to do: {_runbook(layout, rule.ops, titles)}"
    for paragraph in in_words(rule, edition.library, titles).split("\n\n"):
        yield opening(escaped(" ".join(paragraph.split())))
    yield line("meta", (*_receivers(edition, rule.ops), code_span(rule.place.path)))


def _heading(rule: Rule) -> str:
    """A rule's title and name: pagers say the name, and the search weighs headings most.

    It is a tag because `{#a_b}` behind a Markdown heading is read as Markdown itself. Its label
    in the table of contents loses what looks like a tag, so that is escaped once more.
    """
    label = escape(escape(_said(rule), quote=False))
    name = span("name", code_span(rule.name))
    marks = f'id="{rule.name}" data-toc-label="{label}"'
    return f"<h3 {marks} markdown>{escaped(_said(rule))} {name}</h3>"


def _receivers(edition: Edition, ops: Ops) -> Iterator[str]:
    """Who answers for it, where it goes, and whether it can wait."""
    yield f"owner {escaped(ops.owner)}"
    routes = edition.library.routes
    route = routes.routes.get(ops.route) if routes else None
    if route is None:
        yield f"its route {code_span(ops.route)} leads nowhere yet"
        return
    where = escaped(route.channel or route.team)
    yield f"goes to {where} and pages somebody" if route.page else f"goes to {where}, pages nobody"


def _title(edition: Edition, layout: Layout, runbook: str) -> str:
    """What readers may know of a runbook's title; empty if there is no such document."""
    path, _, anchor = runbook.partition("#")
    document = edition.documents.get(path)
    if document is None:
        return WITHHELD if path in edition.catalog.snapshot else ""
    title = edition.title(document) or WITHHELD
    if not anchor or layout.to(path, ALERTS, anchor) is None:
        return title
    return f"{title} § {words_only(document.by_anchor[anchor].title)}"


def _runbook(layout: Layout, ops: Ops, titles: Mapping[str, str]) -> str:
    """The way to the section that a rule names, or to the whole runbook."""
    path, _, anchor = ops.runbook.partition("#")
    if (title := titles.get(ops.runbook)) is None:
        return f"its runbook {code_span(path)} is not written yet. Ask {escaped(ops.owner)}."
    target = layout.to(path, ALERTS, anchor) or layout.to(path, ALERTS)
    return linked(title, target) if target else f"its runbook is {title}. Ask {escaped(ops.owner)}."
