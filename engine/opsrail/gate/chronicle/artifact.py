"""Which artifact people mean: a path, a section, a folder, or the name of a rule, flow, ….

A name that several artifacts have is refused, and so is one that none has: a history of the wrong
thing looks like a history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.content.model import Document, Section
from opsrail.detection.reading.documents import FOLDER as RULES
from opsrail.detection.reading.documents import is_rule_file
from opsrail.evals.reading.places import FOLDER as SUITES
from opsrail.evals.reading.places import is_suite_file, suite_name, suite_path
from opsrail.flows.files import flow_path
from opsrail.flows.reading import flow_names
from opsrail.gate.chronicle.values import documents_of
from opsrail.gate.likeness import nearest, nearest_file
from opsrail.repo.log import landed
from opsrail.repo.snapshot import GOVERNED, Snapshot
from opsrail.tailor.catalog import PLAYBOOK_FILE, Catalog

PATTERN: Final = frozenset("*?[")


class UnknownArtifact(Exception):
    """Nothing, or more than one thing, is called so. The message says what would help."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a history is asked for. `paths` are its files or folders as of head, the first one its
    own; `anchor` names a section of it, `rule` a rule in it.
    """

    name: str
    paths: tuple[str, ...]
    anchor: str = ""
    rule: str = ""
    is_folder: bool = False

    @property
    def path(self) -> str:
        """Its own file or folder."""
        return self.paths[0]

    @property
    def is_document(self) -> bool:
        """Whether it is a source document, or a section of one."""
        return self.path.startswith("content/") and self.path.endswith(".md")


def find_artifact(catalog: Catalog, asked: str, within: str = "") -> Artifact:
    """The artifact that is meant at the revision of this catalog.

    `within` is the folder that the question is asked in, from the root: paths may be written from
    there as well. Raises `UnknownArtifact`.
    """
    path, _, anchor = asked.partition("#")
    path = path.strip().removeprefix("./").rstrip("/")
    if not path or PATTERN & set(path):
        raise UnknownArtifact(f"“{asked}” names no artifact: give one path or one name, no pattern")
    candidates = dict.fromkeys((path, f"{within}/{path}".lstrip("/")))
    for one in candidates:
        if found := _by_path(catalog.snapshot, asked, one):
            return _section(catalog, found, anchor) if anchor else found
    named = () if anchor or "/" in path else tuple(_by_name(catalog.snapshot, path))
    if len(named) == 1:
        return named[0]
    if named:
        places = " or ".join(f"`{one.path}`" for one in named)
        raise UnknownArtifact(f"several artifacts are called {asked}: say {places}")
    for one in candidates:
        if found := _gone(catalog.snapshot, asked, one):
            return found
    raise UnknownArtifact(f"there is no artifact {asked}: {_hint(catalog.snapshot, path)}")


def section_of(document: Document, anchor: str) -> tuple[Section, ...]:
    """The section and everything below it."""
    return tuple(document.subtree(document.by_anchor[anchor]))


def _by_path(snapshot: Snapshot, asked: str, path: str) -> Artifact | None:
    if path in snapshot:
        return Artifact(asked, (path, *_cases(snapshot, path)))
    if any(one.startswith(f"{path}/") for one in snapshot.entries):
        return Artifact(asked, (path,), is_folder=True)
    return None


def _by_name(snapshot: Snapshot, name: str) -> Iterator[Artifact]:
    if (playbook := f"playbooks/{name}/{PLAYBOOK_FILE}") in snapshot:
        yield Artifact(name, (playbook, f"playbooks/{name}"))
    if name in flow_names(snapshot):
        yield Artifact(name, (flow_path(name),))
    if is_suite_file(path := suite_path(name)) and path in snapshot:
        yield Artifact(name, (path, *_cases(snapshot, path)))
    for path in sorted(snapshot.mentioning([name], RULES)):
        if is_rule_file(path) and name in _documents(snapshot, path):
            yield Artifact(name, (path,), rule=name)


def _documents(snapshot: Snapshot, path: str) -> Mapping[str, object]:
    return documents_of(path, Catalog(snapshot).text(path))


def _cases(snapshot: Snapshot, path: str) -> tuple[str, ...]:
    """The files of cases that a suite names."""
    if not is_suite_file(path):
        return ()
    text = Catalog(snapshot).text(path) or ""
    files = (one for one in snapshot.paths(SUITES) if not is_suite_file(one))
    return tuple(one for one in files if one in text)


def _gone(snapshot: Snapshot, asked: str, path: str) -> Artifact | None:
    """A file that was there once."""
    is_governed = path.split("/", 1)[0] in GOVERNED
    head = snapshot.revision
    if head and is_governed and landed(snapshot.repository, head, (path,)):
        return Artifact(asked, (path,))
    return None


def _section(catalog: Catalog, found: Artifact, anchor: str) -> Artifact:
    document = catalog.document(found.path) if found.is_document else None
    if document is None:
        raise UnknownArtifact(f"{found.path} has no sections: leave out #{anchor}")
    if anchor not in document.by_anchor:
        anchors = [one for one in document.by_anchor if one]
        close = nearest(anchor, anchors)
        hint = f"did you mean #{close}?" if close else f"it has {_listed(anchors)}"
        raise UnknownArtifact(f"there is no section #{anchor} in {found.path}: {hint}")
    return Artifact(found.name, found.paths, anchor)


def _hint(snapshot: Snapshot, path: str) -> str:
    if "/" not in path and "." not in path:
        names = _names(snapshot)
        if close := nearest(path, names):
            return f"did you mean `{close}`?"
    if close := nearest_file(path, snapshot.entries):
        return f"did you mean `{close}`?"
    return f"it has to be a file or folder under {', '.join(GOVERNED)}, or something's name"


def _names(snapshot: Snapshot) -> set[str]:
    """What may be asked for by name; rules by what their files are called, to read none."""
    rules = (path for path in snapshot.paths(RULES, ".yaml") if is_rule_file(path))
    suites = (path for path in snapshot.paths(SUITES, ".yaml") if is_suite_file(path))
    return {
        *flow_names(snapshot),
        *Catalog(snapshot).playbook_names,
        *map(suite_name, suites),
        *map(suite_name, rules),
    }


def _listed(anchors: list[str]) -> str:
    shown = ", ".join(f"#{one}" for one in sorted(anchors)[:8])
    more = len(anchors) - 8
    return f"{shown} and {more} more" if more > 0 else shown or "none"
