"""Source documents that reach nobody."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.targets import target_of
from opsrail.gate.upstream import upstream_paths
from opsrail.tailor.catalog import PLAYBOOK_FILE, Catalog

SOURCES = "content/sources"


@check("orphaned-source")
def orphaned_source(subject: Subject) -> Iterator[Finding]:
    """No page is made from a source document, and no other document links to it.

    Somebody keeps it up to date for nobody. Give a section of it to a role in a playbook,
    link to it, or delete it. With a base, only what the change itself left behind is told.
    """
    if not subject.head.playbook_names:
        return
    candidates = _candidates(subject) - upstream_paths(subject.head)
    for path in sorted(candidates):
        if not _is_drawn(subject.head, path) and not _is_linked(subject.head, path):
            message = "no playbook gives a section of this document to anybody"
            hint = "use it in a playbook, link to it, or delete it"
            yield Finding(Location(path), "orphaned-source", message, Severity.WARNING, hint)


def _candidates(subject: Subject) -> set[str]:
    """Documents that may have been left behind."""
    head = subject.head
    if subject.base is None:
        drawn = {path for name in head.playbook_names for path in _drawn_by(head, name)}
        return set(head.snapshot.paths(SOURCES, ".md")) - drawn
    new = {path for path in subject.changed if path not in subject.base.snapshot}
    names = {path.split("/")[1] for path in subject.changed if path.endswith(f"/{PLAYBOOK_FILE}")}
    dropped = {
        path for name in names for path in _drawn_by(subject.base, name) - _drawn_by(head, name)
    }
    here = set(head.snapshot.paths(SOURCES, ".md"))
    return (new | dropped) & here


def _drawn_by(catalog: Catalog, name: str) -> set[str]:
    """Documents that some role reads a section of, in one playbook."""
    playbook = catalog.playbook(name)
    if playbook is None:
        return set()
    read = (item for role in playbook.roles for item, _ in playbook.sections_for(role))
    return {item.from_.partition("#")[0] for item in read}


def _is_drawn(catalog: Catalog, path: str) -> bool:
    """Whether a playbook that names the document gives it to a role.

    One that cannot be read is taken at its word.
    """
    mentions = catalog.snapshot.mentioning([path], "playbooks")
    names = [found.split("/")[1] for found in mentions if found.endswith(f"/{PLAYBOOK_FILE}")]
    return any(catalog.playbook(name) is None or path in _drawn_by(catalog, name) for name in names)


def _is_linked(catalog: Catalog, path: str) -> bool:
    for found in catalog.snapshot.mentioning([path.rsplit("/", 1)[-1]], "content"):
        document = catalog.document(found) if found.endswith(".md") and found != path else None
        links = document.links if document else ()
        if any((to := target_of(link.target, found)) and to.path == path for link in links):
            return True
    return False
