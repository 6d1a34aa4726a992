"""The two indexes: every playbook with its readers, every source document with its upkeep."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from opsrail.site.edition import Edition
from opsrail.site.layout import PLAYBOOKS, SOURCES, Layout
from opsrail.site.markup import boxed, item, line, linked, page
from opsrail.site.prose import escaped
from opsrail.site.upkeep import upkeep_of
from opsrail.tailor.catalog import PageName, Playbook


def playbooks_page(edition: Edition, layout: Layout) -> str:
    """Every playbook of the edition, and who reads it."""
    rows = [_book(edition, layout, book) for book in edition.playbooks]
    body = "\n\n".join(rows)
    return page(
        "Playbooks",
        "# Playbooks",
        "A playbook is one job. Each role reads it in its own form, from the same sources.\n"
        "{: .ops-lead }",
        boxed("ops-rows", body) if rows else boxed("ops-empty", "There is no playbook yet."),
        search=False,
    )


def _book(edition: Edition, layout: Layout, book: Playbook) -> str:
    ways = ", ".join(
        linked(edition.roles[role].title, layout.to(PageName(book.name, role).path, PLAYBOOKS))
        for role in edition.readers(book)
    )
    owner = "" if edition.is_public else f" · owner {escaped(book.file.owner)}"
    return item(
        f"**{escaped(book.file.title)}**",
        escaped(book.file.summary),
        f"Read as {ways}{owner}\n{{: .ops-meta }}",
    )


def sources_page(edition: Edition, layout: Layout) -> str:
    """Every source document of the edition, by folder."""
    return page(
        "Sources",
        "# Sources",
        "What the playbooks are drawn from: written once, by the team that answers for it.\n"
        "{: .ops-lead }",
        *(_folders(edition, layout) if edition.documents else _nothing()),
        search=False,
    )


def _nothing() -> Iterator[str]:
    yield boxed("ops-empty", "There is no source document to show yet.")


def _folders(edition: Edition, layout: Layout) -> Iterator[str]:
    for folder, paths in groupby(edition.documents, key=folder_of):
        yield f"## {escaped(folder)}"
        yield boxed("ops-rows", "\n\n".join(_document(edition, layout, path) for path in paths))


def folder_of(path: str, top: str = "content") -> str:
    """`content/runbooks/x.md` → `Runbooks`."""
    inner = path.removeprefix(f"{top}/").rpartition("/")[0]
    return inner.replace("/", " / ").replace("-", " ").capitalize() or top.capitalize()


def _document(edition: Edition, layout: Layout, path: str) -> str:
    """One document; of one whose title is withheld, only what its visible sections say."""
    document = edition.documents[path]
    title = f"**{linked(edition.title(document), layout.to(path, SOURCES))}**"
    if not edition.clearance.admits(document.front.clearance):
        return item(title)
    upkeep = upkeep_of((document.front,), document.front.owner)
    return item(
        f"{title} {upkeep.badge(edition)}".rstrip(),
        escaped(document.front.summary),
        line("meta", (escaped(word) for word in upkeep.words(edition))),
    )
