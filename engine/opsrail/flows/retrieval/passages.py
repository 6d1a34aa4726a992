"""The sections of a role's pages: everything that a search may find for it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import without_origin
from opsrail.tailor.page import OPENING, Segment, split_page


@dataclass(frozen=True, slots=True)
class Passage:
    """One section of a role's page. `key` is the source section it was derived from, `text` its
    Markdown without heading and line of origin, what people added behind it included; `about`
    are the titles it stands under.
    """

    key: str
    page: str
    playbook: str
    title: str
    text: str
    about: str


def passages_of(catalog: Catalog, role: str) -> tuple[Passage, ...]:
    """The sections of every page of a role, by playbook; none for a role that does not exist.

    A page holds only what its role may read. Where a source was closed to the role since and
    the page is not yet in step, the section is left out here all the same.
    """
    return tuple(_passages(catalog, role)) if role in catalog.roles else ()


def _passages(catalog: Catalog, role: str) -> Iterator[Passage]:
    for playbook in catalog.playbooks():
        page = PageName(playbook.name, role)
        text = catalog.text(page.path)
        if text is None:
            continue
        about = f"{playbook.file.title}\n{playbook.file.summary}"
        for segment in split_page(page.path, text).segments:
            if segment.key != OPENING and _may_read(catalog, role, segment.key):
                yield _passage(page, segment, about, _source_title(catalog, role, segment.key))


def _passage(page: PageName, segment: Segment, about: str, source: str) -> Passage:
    text = without_origin(segment.text)
    heading, _, body = text.partition("\n") if text.startswith("#") else ("", "", text)
    title = heading.lstrip("#").partition(" {#")[0].strip()
    parts = [part.strip("\n") for part in (body, segment.addendum) if part.strip()]
    return Passage(
        segment.key,
        page.path,
        page.playbook,
        title or page.playbook,
        "\n\n".join(parts),
        f"{about}\n{source}",
    )


def _may_read(catalog: Catalog, role: str, key: str) -> bool:
    found = catalog.section(key)
    return found is None or catalog.roles[role].clearance.admits(found[1].clearance)


def _source_title(catalog: Catalog, role: str, key: str) -> str:
    """The title of the document that a section comes from, where the role may know it."""
    document = catalog.document(key.partition("#")[0])
    if document is None or not catalog.roles[role].clearance.admits(document.front.clearance):
        return ""
    return document.front.title
