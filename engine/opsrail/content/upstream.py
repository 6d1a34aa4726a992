"""Upstream: source documents of another repository, at a pinned commit, with our own edits.

What we keep is a copy that may carry edits of ours (front matter, a local rule). Taking over a
newer commit merges three ways: the pinned text, ours, the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from opsrail.content.changes import ContentDiff
from opsrail.content.diff import diff_documents
from opsrail.content.formats import UpstreamSource
from opsrail.content.model import Document
from opsrail.content.sections import parse_document
from opsrail.findings import Finding, Location

Read = Callable[[str, str], str | None]
"""(commit, path over there) → the text, or None if it is not there."""


@dataclass(frozen=True)
class Takeover:
    """What taking over a newer commit of one upstream source means.

    `diff` is the typed difference of their documents between pinned and offered, told under
    our paths; `texts` are ours after the merge; `findings` say what is left to a person.
    """

    source: UpstreamSource
    offered: str
    diff: ContentDiff
    texts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether the pin already is what upstream offers."""
        return self.source.commit == self.offered


def plan_takeover(
    source: UpstreamSource,
    offered: str,
    read: Read,
    ours: Callable[[str], str | None],
    merge: Callable[[str, str, str], str | None],
) -> Takeover:
    """Compare pinned and offered, and merge what changed into our copies."""
    before: dict[str, Document] = {}
    after: dict[str, Document] = {}
    texts: dict[str, str] = {}
    findings: list[Finding] = []
    for document in source.documents:
        path = document.to
        pinned, new = read(source.commit, document.from_), read(offered, document.from_)
        if pinned is not None:
            before[path] = parse_document(path, pinned)
        if new is None:
            findings.append(_gone(path, document.from_, offered))
            continue
        after[path] = parse_document(path, new)
        mine = ours(path)
        base = pinned or ""
        merged = (
            new if mine is None else merge(base.rstrip("\n"), mine.rstrip("\n"), new.rstrip("\n"))
        )
        if merged is None:
            findings.append(_collides(path, source.name))
        else:
            texts[path] = merged.rstrip("\n") + "\n"
    changed = {path: text for path, text in texts.items() if text != ours(path)}
    return Takeover(source, offered, diff_documents(before, after), changed, tuple(findings))


def moved_pin(text: str, line: int, old: str, new: str) -> str:
    """upstream.yaml with one pin moved; everything else, comments too, stays as it is."""
    lines = text.split("\n")
    lines[line - 1] = lines[line - 1].replace(old, new)
    return "\n".join(lines)


def _gone(path: str, source: str, offered: str) -> Finding:
    return Finding(
        Location(path),
        "upstream-gone",
        f"{source} is not there any more at {offered[:7]}",
        hint="name its new path in content/upstream.yaml, or make the copy your own",
    )


def _collides(path: str, name: str) -> Finding:
    return Finding(
        Location(path),
        "upstream-conflict",
        f"{name} changed this document where you had changed it too; your text stands",
        hint="bring it in line by hand, then pull again with --keep-ours",
    )
