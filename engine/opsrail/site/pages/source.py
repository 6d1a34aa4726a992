"""A source document: what of it the edition shows, who reads it, and how fresh it is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from opsrail.content.clearance import Clearance
from opsrail.content.model import Block, Document, Section
from opsrail.site.dialect import heading, rewritten
from opsrail.site.edition import Edition
from opsrail.site.layout import SOURCES, Layout, between
from opsrail.site.markup import badge, boxed, day, line, linked, page, span
from opsrail.site.pages.alerts import alert_link, level_badge
from opsrail.site.prose import Dialect, escaped, link, words_only
from opsrail.site.upkeep import Freshness, upkeep_of
from opsrail.tailor.catalog import PageName, Playbook


def source_page(edition: Edition, layout: Layout, path: str) -> str:
    """One document, with only the sections that the edition's clearance admits."""
    document = edition.documents[path]
    here = layout.places[path]
    dialect = Dialect(
        lambda target: layout.resolve(target, path, here),
        _needs if edition.is_internal else lambda _: "",
        document.references,
    )
    sections = list(edition.sections(document))
    titled = bool(sections) and sections[0].level == 1
    opening, rest = (sections[:1], sections[1:]) if titled else ([], sections)
    title = edition.title(document)
    return page(
        title,
        *(part for section in opening for part in _section(edition, section, dialect)[:1]),
        "" if titled else f"# {escaped(title)}",
        _head(edition, document),
        *(part for section in opening for part in _section(edition, section, dialect)[1:]),
        *(part for section in rest for part in _section(edition, section, dialect)),
        *_raised(edition, layout, document, here),
        *_used(edition, layout, document, here),
        line("others", (link("All source documents", between(here, SOURCES)),)),
    )


def _needs(comment: str) -> str:
    """The permission that a step asks for, shown to staff."""
    kind, _, permission = comment.partition(":")
    return f" {span('needs', escaped(permission.strip()))}" if kind.strip() == "needs" else ""


def _head(edition: Edition, document: Document) -> str:
    front = document.front
    if not edition.clearance.admits(front.clearance):
        return ""
    upkeep = upkeep_of((front,), front.owner)
    by = f" by {front.verified_by}" if front.verified_by and edition.is_internal else ""
    overdue = upkeep.freshness(edition.today) is Freshness.OVERDUE and not edition.is_public
    late = (
        boxed(
            "ops-behind",
            f"This document was due for review on {day(front.review_by)}. Check with"
            f" **{escaped(front.owner or 'its owner')}** before you rely on a figure.",
        )
        if overdue and front.review_by
        else ""
    )
    levels = "" if edition.is_public else badge(front.clearance, front.clearance)
    words = (f"{w}{by}" if w.startswith("verified") else w for w in upkeep.words(edition))
    said = line("upkeep", (levels, upkeep.badge(edition), *(escaped(w) for w in words)))
    return "\n\n".join(part for part in (said, late) if part)


def _section(edition: Edition, section: Section, dialect: Dialect) -> list[str]:
    """A section's heading, then its blocks; what only some roles read stands in a box."""
    parts: list[str] = []
    if section.level:
        shown = f"#{section.anchor}{_clearance(edition, section)}"
        parts.append(heading(section.level, section.title, shown, dialect))
    for only, blocks in groupby(edition.blocks(section), key=lambda block: block.only):
        text = "\n\n".join(_texts(blocks, dialect))
        if text:
            parts.append(_restricted(edition, only, text) if only is not None else text)
    return parts


def _texts(blocks: Iterator[Block], dialect: Dialect) -> Iterator[str]:
    return (text for block in blocks if (text := rewritten(block.text, dialect)))


def _clearance(edition: Edition, section: Section) -> str:
    """The heading's attribute that the style sheet shows as a badge.

    Public readers need none, and a public document says so once, at its top.
    """
    if edition.is_public or (section.level == 1 and section.clearance is Clearance.PUBLIC):
        return ""
    return f" data-clearance={section.clearance}"


def _restricted(edition: Edition, only: frozenset[str], text: str) -> str:
    titles = (role.title for name, role in edition.roles.items() if name in only)
    label = f"Only for {', '.join(escaped(title) for title in titles)}\n{{: .ops-label }}"
    return boxed("ops-only", label, text)


def _raised(edition: Edition, layout: Layout, document: Document, here: str) -> Iterator[str]:
    """The alerts under which somebody opens it."""
    rows = [
        f"-   **{alert_link(rule, here)}** {level_badge(rule)}"
        f"{_begun(document, layout, anchor, here)}"
        for rule, anchor in edition.alerts_about(document.path)
    ]
    if rows:
        yield "## Raised by {#raised-by data-search-exclude }"
        yield boxed("ops-used", "\n".join(rows))


def _begun(document: Document, layout: Layout, anchor: str, here: str) -> str:
    """The section of it where the work on an alert begins."""
    target = layout.to(document.path, here, anchor) if anchor else None
    if target is None:
        return ""
    return f" · start at {linked(words_only(document.by_anchor[anchor].title), target)}"


def _used(edition: Edition, layout: Layout, document: Document, here: str) -> Iterator[str]:
    """Which playbooks draw from it, and for which roles."""
    books = [book for book in edition.playbooks if document.path in book.sources]
    rows = [row for book in books if (row := _use(edition, layout, book, document, here))]
    if rows:
        yield "## Used in {#used-in data-search-exclude }"
        yield boxed("ops-used", "\n".join(rows))


def _use(edition: Edition, layout: Layout, book: Playbook, document: Document, here: str) -> str:
    ways = [
        linked(edition.roles[role].title, layout.to(PageName(book.name, role).path, here))
        for role in edition.readers(book)
        if any(_draws(item.from_, document.path) for item, _ in book.sections_for(role))
    ]
    return f"-   **{escaped(book.file.title)}**: {', '.join(ways)}" if ways else ""


def _draws(name: str, path: str) -> bool:
    return name.partition("#")[0] == path
