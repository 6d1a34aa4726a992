"""Clearance: nothing of a section reaches a role that may not see it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from opsrail.content.clearance import Clearance
from opsrail.content.model import Document, Section
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.targets import clearance_of, target_of
from opsrail.gate.texts import Text, place_in_front
from opsrail.tailor.above import repeated, runs_above
from opsrail.tailor.catalog import ROLES_PATH, Catalog, PageName, Playbook


@check("clearance-leak")
def clearance_leak(subject: Subject) -> Iterator[Finding]:
    """A role is given, quoted or linked what is above its clearance.

    Either a playbook gives it the section, or text on its page repeats eight or more words in
    a row that stand only in such a section, or a link on the page leads there. An `only`
    block does not help: clearance belongs to the section. Raise nothing to silence this;
    leave the section out, say it in words that may be public, or ask the owner to lower the
    section's clearance.
    """
    for name in subject.playbook_names:
        if (playbook := subject.head.playbook(name)) is not None:
            yield from _given(subject.head, playbook)
    for page in subject.pages:
        document = subject.head.document(page.path)
        role = subject.head.roles.get(page.role)
        if document is not None and role is not None:
            yield from _linked(subject.head, document, role.clearance, page.role)
            playbook = subject.head.playbook(page.playbook)
            if playbook is not None:
                yield from _quoted(subject.head, playbook, document, page)


def _given(catalog: Catalog, playbook: Playbook) -> Iterator[Finding]:
    for index, item in enumerate(playbook.file.sections):
        found = catalog.section(item.from_)
        for name in item.form if found else ():
            role = catalog.roles.get(name)
            given = any(item is chosen for chosen, _ in playbook.sections_for(name))
            if found and role and given and not role.clearance.admits(found[1].clearance):
                place = playbook.yaml.place(("sections", index, "form", name), key=True)
                message = (
                    f"{name} may see what is {role.clearance},"
                    f" and {item.from_} is {found[1].clearance}"
                )
                related = ((found[1].location, "the section"),)
                hint = f"write `{name}: omit`, or leave {name} out"
                yield Finding(place, "clearance-leak", message, hint=hint, related=related)


def _linked(catalog: Catalog, page: Document, clearance: Clearance, role: str) -> Iterator[Finding]:
    for link in page.links:
        if (target := target_of(link.target, page.path)) is None:
            continue
        needed = clearance_of(catalog, target)
        if needed is not None and not clearance.admits(needed):
            place = Location(page.path, link.line, link.column)
            message = f"{role} may not follow this link: what it leads to is {needed}"
            hint = "keep the words and take the link away"
            yield Finding(place, "clearance-leak", message, hint=hint)


def _quoted(
    catalog: Catalog, playbook: Playbook, page: Document, name: PageName
) -> Iterator[Finding]:
    role = catalog.roles[name.role]
    runs = runs_above(catalog, playbook.sources, role.clearance)
    text = Text(page.path, "\n".join(page.lines))
    for start, section in repeated(runs, text.text, role.words):
        message = (
            f"the text from here repeats “{section.title or section.path}”, which is"
            f" {section.clearance}; {name.role} may see what is {role.clearance}"
        )
        hint = "say it in other words that this role may read, or remove it"
        related = ((section.location, "the section"),)
        yield Finding(text.place(start), "clearance-leak", message, hint=hint, related=related)


@check("clearance-widened")
def clearance_widened(subject: Subject) -> Iterator[Finding]:
    """More people may see something than before this change.

    A section's clearance was lowered, or a role's was raised. That may be just what is
    wanted: read once more what becomes visible, and let its owner agree.
    """
    if subject.base is None:
        return
    yield from _opened_sections(subject, subject.base)
    yaml = subject.head.yaml(ROLES_PATH) if ROLES_PATH in subject.changed else None
    for name, role in subject.head.roles.items() if yaml else ():
        before = subject.base.roles.get(name)
        if yaml and before and not before.clearance.admits(role.clearance):
            place = yaml.place(("roles", name, "clearance"))
            message = f"{name} may now see what is {role.clearance}, not only {before.clearance}"
            yield _widened(place, message)


def _opened_sections(subject: Subject, base: Catalog) -> Iterator[Finding]:
    """Each section that opened, but not those below one that is told already."""
    opened: dict[str, tuple[Document, Section, Clearance]] = {}
    for old, new in subject.diff.matches:
        before, after = base.section(old), subject.head.section(new)
        if before and after and not after[1].clearance.admits(before[1].clearance):
            opened[new] = (*after, before[1].clearance)
    told_documents: set[str] = set()
    for document, section, before_it in opened.values():
        if _follows_front_matter(document, section):
            if document.path not in told_documents:
                told_documents.add(document.path)
                message = f"this document is now {document.front.clearance}, and was {before_it}"
                yield _widened(place_in_front(document, "clearance"), message)
        elif not _is_below(document, section, opened.keys()):
            column = document.lines[section.line - 1].find("clearance=") + 1
            place = Location(document.path, section.line, max(column, 1))
            message = f"“{section.title}” is now {section.clearance}, and was {before_it}"
            yield _widened(place, message)


def _widened(place: Location, message: str) -> Finding:
    hint = "read what becomes visible, and let its owner agree"
    return Finding(place, "clearance-widened", message, Severity.WARNING, hint)


def _lineage(document: Document, section: Section) -> Iterator[Section]:
    """A section and those above it."""
    at: int | None = section.index
    while at is not None:
        yield document.sections[at]
        at = document.sections[at].parent


def _follows_front_matter(document: Document, section: Section) -> bool:
    if section.clearance is not document.front.clearance:
        return False
    lineage = (s for s in _lineage(document, section) if s.level)
    return not any("clearance=" in document.lines[above.line - 1] for above in lineage)


def _is_below(document: Document, section: Section, names: Collection[str]) -> bool:
    return any(s.name in names for s in _lineage(document, section) if s is not section)
