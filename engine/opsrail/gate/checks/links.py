"""Links inside the repository lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from opsrail.content.model import Document, Link
from opsrail.findings import Finding, Location
from opsrail.gate.likeness import nearest, nearest_file
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.targets import SCHEME, Target, has_anchor, target_of
from opsrail.gate.texts import copied_lines
from opsrail.tailor.catalog import GENERATED, PageName


@check("broken-link", forgives_old=True)
def broken_link(subject: Subject) -> Iterator[Finding]:
    """A link leads to a file or a heading that is not there, or its address is malformed.

    Whoever follows it ends nowhere, in the middle of a case. The hint names the nearest
    target. Looked at are source documents and what people wrote on derived pages; addresses
    on other sites are never fetched, and files outside of content, playbooks, rules and
    policies are not looked for.
    """
    moved = {old: new for old, new in subject.diff.matches if old != new}
    landing = _Landing(subject, moved)
    for document in subject.documents():
        for link in document.links:
            yield from landing.judge(document, link)
    for path in _page_paths(subject):
        if (page := subject.head.document(path)) is not None:
            copied = copied_lines(subject.head, path)
            for link in page.links:
                if page.lines[link.line - 1] not in copied:
                    yield from landing.judge(page, link)


def _page_paths(subject: Subject) -> list[str]:
    """Derived pages that changed, and those that may link to what went away."""
    names = {path.rsplit("/", 1)[-1] for path in subject.unsettled}
    gone = {
        path.rsplit("/", 1)[-1] for path in subject.changed if path not in subject.head.snapshot
    }
    linking = subject.head.snapshot.mentioning(names | gone, "playbooks")
    return [
        path
        for path in subject.head.snapshot.paths("playbooks", ".md")
        if (path in subject.changed or path in linking)
        and f"/{GENERATED}/" not in path
        and PageName.of(path) is not None
    ]


class _Landing:
    """Follows links within one snapshot."""

    def __init__(self, subject: Subject, moved: dict[str, str]) -> None:
        self._catalog = subject.head
        self._moved = moved
        self._folders: set[str] | None = None
        self._near: dict[str, str] = {}

    def judge(self, document: Document, link: Link) -> Iterator[Finding]:
        """What is wrong with one link, if anything."""
        place = Location(document.path, link.line, link.column)
        if not link.target.strip():
            hint = "write where it leads, or take the brackets away"
            yield Finding(place, "broken-link", "this link has no target", hint=hint)
        elif SCHEME.match(link.target):
            if reason := _malformed(link.target):
                message = f"the address {_short(link.target)} {reason}"
                yield Finding(place, "broken-link", message, hint="correct the address")
        elif target := target_of(link.target, document.path):
            message, hint = self._missing(target)
            if message:
                yield Finding(place, "broken-link", message, hint=hint)

    def _missing(self, target: Target) -> tuple[str, str]:
        """Message and hint if the target is not there, else two empty texts."""
        if target.is_outside:
            return "this link leads out of the repository", "link to a file in the repository"
        if not target.is_governed:
            return "", ""
        if target.path not in self._catalog.snapshot:
            if target.path.rstrip("/") in self._all_folders():
                return "", ""
            return f"there is no file {_short(target.path)}", self._hint(target)
        if not target.anchor or not target.path.endswith(".md"):
            return "", ""
        document = self._catalog.document(target.path)
        if document is None or has_anchor(document, target.anchor):
            return "", ""
        message = f"{target.path} has no heading #{_short(target.anchor)}"
        return message, self._hint(target, document)

    def _hint(self, target: Target, document: Document | None = None) -> str:
        name = f"{target.path}#{target.anchor}" if target.anchor else target.path
        if now := self._moved.get(name):
            return f"it moved to {now}"
        if document is not None:
            near = nearest(target.anchor.lower(), (anchor for anchor in document.by_anchor))
            return f"did you mean `#{near}`?" if near else "link to a heading that is there"
        if target.path not in self._near:
            self._near[target.path] = nearest_file(target.path, self._catalog.snapshot.entries)
        near = self._near[target.path]
        return f"did you mean {near}?" if near else "correct the path, or remove the link"

    def _all_folders(self) -> set[str]:
        if self._folders is None:
            folders = {path.rsplit("/", 1)[0] for path in self._catalog.snapshot.entries}
            for folder in tuple(folders):
                parts = folder.split("/")
                folders |= {"/".join(parts[:count]) for count in range(1, len(parts))}
            self._folders = folders
        return self._folders


def _malformed(address: str) -> str:
    """What is wrong with an absolute address, or an empty text."""
    if any(letter.isspace() for letter in address):
        return "has a space in it"
    if not address.lower().startswith(("http:", "https:", "//")):
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "is not a valid address"
    return "" if parts.hostname else "names no host"


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
