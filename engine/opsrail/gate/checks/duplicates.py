"""What may exist once: ids in a document, sections in a playbook, titles, paths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from opsrail.content.headings import read_heading
from opsrail.content.model import Document, Section
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import PLAYBOOK_FILE, Playbook


@check("duplicate-id")
def duplicate_id(subject: Subject) -> Iterator[Finding]:
    """Two headings of one document claim the same `{#id}`.

    Playbooks and links that name the id get the first one; the second gets another anchor
    silently. Give each heading an id of its own.
    """
    for document in subject.documents():
        first: dict[str, Location] = {}
        for section in document.sections:
            identifier, place = _identifier(document, section)
            if identifier and identifier in first:
                message = f"the id #{identifier} is taken by an earlier heading"
                related = ((first[identifier], "the earlier one"),)
                hint = "give this heading an id of its own"
                yield Finding(place, "duplicate-id", message, hint=hint, related=related)
            elif identifier:
                first[identifier] = place


def _identifier(document: Document, section: Section) -> tuple[str, Location]:
    """The id that a person gave a heading, and where it stands."""
    if not section.is_named:
        return "", section.location
    line = document.lines[section.line - 1]
    written = read_heading(line.rstrip(" #")).identifier or section.anchor
    column = line.rfind(f"#{written}") + 1
    return written, Location(document.path, section.line, max(column, 1))


@check("duplicate-section")
def duplicate_section(subject: Subject) -> Iterator[Finding]:
    """A playbook lists the same section twice.

    Its text would stand on a page twice, and an edit of one would be lost with the other.
    Keep one entry, and give it the forms of both.
    """
    for name in subject.playbook_names:
        playbook = subject.head.playbook(name)
        first: dict[str, int] = {}
        for index, item in enumerate(playbook.file.sections if playbook else ()):
            if playbook and (earlier := first.setdefault(item.from_, index)) != index:
                place = playbook.yaml.place(("sections", index, "from"))
                before = playbook.yaml.place(("sections", earlier, "from"))
                message = f"{item.from_} is in this playbook already"
                related = ((before, "given first here"),)
                hint = "keep one entry with the forms of both"
                yield Finding(place, "duplicate-section", message, hint=hint, related=related)


@check("duplicate-title")
def duplicate_title(subject: Subject) -> Iterator[Finding]:
    """Two playbooks have the same title.

    People who search for it cannot tell which one to open. Say in each title what it is for.
    """
    # Only a playbook's own file can bring a title in; the others need not be read for it.
    files = {path for path in subject.changed if path.endswith(f"/{PLAYBOOK_FILE}")}
    chosen = {path.split("/")[1] for path in files}
    if not chosen:
        return
    titled: dict[str, list[Playbook]] = {}
    for playbook in subject.head.playbooks():
        title = " ".join(playbook.file.title.casefold().split())
        titled.setdefault(title, []).append(playbook)
    for other, *followers in titled.values():
        for playbook in followers:
            if chosen & {playbook.name, other.name}:
                message = f"the playbook {other.name} has the same title"
                related = ((other.yaml.place(("title",)), "the other one"),)
                place = playbook.yaml.place(("title",))
                hint = "say in each title what it is for"
                yield Finding(place, "duplicate-title", message, Severity.WARNING, hint, related)


@check("colliding-paths")
def colliding_paths(subject: Subject) -> Iterator[Finding]:
    """Two files have paths that many computers take for the same.

    They differ in upper and lower case only, or in how an accent is encoded. On macOS and
    Windows one overwrites the other. Rename one of them.
    """
    first: dict[str, str] = {}
    for path in subject.head.snapshot.entries:
        folded = unicodedata.normalize("NFC", path).casefold()
        other = first.setdefault(folded, path)
        if other != path and subject.changed & {path, other}:
            message = f"on many computers this is the same file as {other}"
            yield Finding(Location(path), "colliding-paths", message, hint="rename one of them")
