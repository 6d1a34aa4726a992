"""References: sections, roles and permissions that files name, and that have to be there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from opsrail.content.blocks import NEEDS, ONLY
from opsrail.content.model import BlockKind, Document
from opsrail.findings import Finding, Location, Severity
from opsrail.gate.likeness import did_you_mean, nearest_file
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import ROLES_PATH, Catalog, Playbook
from opsrail.tailor.formats import Form


@check("reference")
def reference(subject: Subject) -> Iterator[Finding]:
    """A file names something that does not exist: a section, a role, a permission.

    A page then lacks the section, a block reaches nobody, a step can be done by no one. Most
    often the thing was renamed or moved; the hint says what is nearest.
    """
    moved = {old: new for old, new in subject.diff.matches if old != new}
    for name in subject.playbook_names:
        if (playbook := subject.head.playbook(name)) is not None:
            yield from _sources(subject.head, playbook, moved)
            yield from _readers(subject.head, playbook)
    if subject.head.roles_file is None:
        return
    if subject.base is None or ROLES_PATH in subject.changed:
        yield from _in_roles(subject.head)
    for document in _marked_documents(subject):
        yield from _permissions(subject.head, document)
        yield from _only_roles(subject.head, document)


@check("unread-section")
def unread_section(subject: Subject) -> Iterator[Finding]:
    """A playbook lists a section and gives it to no role.

    Every form is `omit`, or there is none. Give it to a role, or remove the entry.
    """
    for name in subject.playbook_names:
        playbook = subject.head.playbook(name)
        for index, item in enumerate(playbook.file.sections if playbook else ()):
            if playbook and all(form is Form.OMIT for form in item.form.values()):
                place = playbook.yaml.place(("sections", index, "from"))
                message = f"no role reads {item.from_}"
                hint = "give it a form for some role, or remove it"
                yield Finding(place, "unread-section", message, Severity.WARNING, hint)


def _sources(catalog: Catalog, playbook: Playbook, moved: dict[str, str]) -> Iterator[Finding]:
    for index, item in enumerate(playbook.file.sections):
        if catalog.section(item.from_) is not None:
            continue
        place = playbook.yaml.place(("sections", index, "from"))
        yield Finding(place, "reference", *_missing(catalog, item.from_, moved))


def _missing(catalog: Catalog, name: str, moved: dict[str, str]) -> tuple[str, Severity, str]:
    """Message, weight and hint for a section that is not there."""
    path, _, anchor = name.partition("#")
    if (now := moved.get(name)) is not None:
        return f"{name} moved to {now}", Severity.ERROR, f"write `{now}`"
    document = catalog.document(path)
    if document is not None:
        hint = did_you_mean(anchor, document.by_anchor, "name a section that it has")
        return f"{path} has no section #{anchor}", Severity.ERROR, hint
    if path in catalog.snapshot:
        return f"{path} cannot be read", Severity.ERROR, "mend the document first"
    near = nearest_file(path, catalog.source_paths)
    hint = f"did you mean `{near}`?" if near else "name a document under content/"
    return f"there is no document {path}", Severity.ERROR, hint


def _readers(catalog: Catalog, playbook: Playbook) -> Iterator[Finding]:
    if catalog.roles_file is None:
        return
    for index, item in enumerate(playbook.file.sections):
        for role in item.form:
            if role not in catalog.roles:
                place = playbook.yaml.place(("sections", index, "form", role), key=True)
                yield _unknown_role(catalog, place, role)


def _unknown_role(catalog: Catalog, place: Location, role: str) -> Finding:
    hint = did_you_mean(role, catalog.roles, f"add it to {ROLES_PATH}, or take it away here")
    return Finding(place, "reference", f"there is no role {role} in {ROLES_PATH}", hint=hint)


def _in_roles(catalog: Catalog) -> Iterator[Finding]:
    """What roles.yaml says about itself."""
    yaml, file = catalog.yaml(ROLES_PATH), catalog.roles_file
    if yaml is None or file is None:
        return
    for name, role in file.roles.items():
        route = ("roles", name)
        above = role.escalates_to
        if above is not None and above.role not in file.roles:
            yield _unknown_role(catalog, yaml.place((*route, "escalates_to", "role")), above.role)
        for index, permission in enumerate(role.can):
            if file.permissions and permission not in file.permissions:
                place = yaml.place((*route, "can", index))
                message = f"the permission {permission} is not among the permissions above"
                hint = did_you_mean(permission, file.permissions, "say there what it allows")
                yield Finding(place, "reference", message, hint=hint)
    held = {permission for role in file.roles.values() for permission in role.can}
    for permission in file.permissions:
        if permission not in held:
            place = yaml.place(("permissions", permission), key=True)
            message = f"no role holds the permission {permission}"
            hint = "give it to a role, or remove it"
            yield Finding(place, "reference", message, Severity.WARNING, hint)


def _marked_documents(subject: Subject) -> Iterator[Document]:
    """Documents to look at, and those that speak of a role or permission that went away."""
    paths = set(subject.document_paths)
    if subject.base is not None and ROLES_PATH in subject.changed:
        gone = _names(subject.base) - _names(subject.head)
        paths |= {p for p in subject.head.snapshot.mentioning(gone, "content") if p.endswith(".md")}
    return (found for path in sorted(paths) if (found := subject.head.document(path)))


def _names(catalog: Catalog) -> set[str]:
    held = {permission for role in catalog.roles.values() for permission in role.can}
    declared = catalog.roles_file.permissions if catalog.roles_file else {}
    return {*catalog.roles, *held, *declared}


def _permissions(catalog: Catalog, document: Document) -> Iterator[Finding]:
    declared = set(catalog.roles_file.permissions if catalog.roles_file else ())
    held = {permission for role in catalog.roles.values() for permission in role.can}
    for section in document.sections:
        for block in section.blocks:
            for part in (part for part in block.parts if part.needs and part.needs not in held):
                place = place_of_need(document, part.line, part.end, part.needs)
                if part.needs in declared:
                    message = f"this step needs {part.needs}, which no role holds"
                    hint = f"give it to a role in {ROLES_PATH}"
                else:
                    message = f"this step needs {part.needs}, which {ROLES_PATH} does not know"
                    hint = did_you_mean(part.needs, declared | held, "add it there")
                yield Finding(place, "reference", message, hint=hint)


def place_of_need(document: Document, first: int, last: int, permission: str) -> Location:
    """Where a step between two lines names the permission it needs."""
    for number in range(first, last + 1):
        for found in NEEDS.finditer(document.lines[number - 1]):
            if found["permission"] == permission:
                return Location(document.path, number, found.start("permission") + 1)
    return Location(document.path, first)


def _only_roles(catalog: Catalog, document: Document) -> Iterator[Finding]:
    place = partial(Location, document.path)
    for section in document.sections:
        for block in section.blocks:
            found = ONLY.match(block.text.strip()) if block.kind is BlockKind.MARKER else None
            for role in found["roles"].replace(",", " ").split() if found else ():
                if role not in catalog.roles:
                    before = block.text[: _word(block.text, role)]
                    line = block.line + before.count("\n")
                    column = len(before) - (before.rfind("\n") + 1) + 1
                    yield _unknown_role(catalog, place(line, column), role)


def _word(text: str, role: str) -> int:
    """Where a role's name stands in an `only` comment, as a whole word."""
    start = text.find("only:") + 5
    while (start := text.find(role, start)) >= 0:
        around = text[start - 1] + text[start + len(role)]
        if not any(letter.isalnum() or letter in "-_" for letter in around):
            return start
        start += 1
    return 0
