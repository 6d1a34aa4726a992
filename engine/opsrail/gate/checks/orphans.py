"""Source documents that reach nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator

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
    head = subject.head
    candidates = _candidates(subject) - upstream_paths(head)
    candidates -= _drawn(head, candidates)
    for path in sorted(candidates - _linked(head, candidates)):
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


def _drawn(catalog: Catalog, paths: Collection[str]) -> set[str]:
    """Those documents that a playbook gives to a role.

    A playbook that names one and cannot be read is taken at its word.
    """
    mentions = catalog.snapshot.mentioning(paths, "playbooks")
    names = {found.split("/")[1] for found in mentions if found.endswith(f"/{PLAYBOOK_FILE}")}
    drawn: set[str] = set()
    for name in names:
        if catalog.playbook(name) is not None:
            drawn |= _drawn_by(catalog, name)
        else:
            text = catalog.text(f"playbooks/{name}/{PLAYBOOK_FILE}") or ""
            drawn |= {path for path in paths if path in text}
    return drawn


def _linked(catalog: Catalog, paths: Collection[str]) -> set[str]:
    """What documents that name one of those paths link to, other than themselves."""
    linked: set[str] = set()
    for found in catalog.snapshot.mentioning(
        {path.rsplit("/", 1)[-1] for path in paths}, "content"
    ):
        document = catalog.document(found) if found.endswith(".md") else None
        targets = (target_of(link.target, found) for link in (document.links if document else ()))
        linked |= {target.path for target in targets if target and target.path != found}
    return linked
