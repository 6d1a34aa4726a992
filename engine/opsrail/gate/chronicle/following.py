"""Following an artifact back: what a landing looks at, what of it counts, and where to go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from opsrail.content.changes import ChangeKind, SectionChange
from opsrail.content.model import Document
from opsrail.gate.changing.readers.content import subject_of
from opsrail.gate.chronicle.artifact import Artifact, section_of
from opsrail.gate.chronicle.steps import Step, narrow_step, wide_step
from opsrail.gate.chronicle.values import origin_of
from opsrail.governance.changes import Change
from opsrail.repo.git import Repository
from opsrail.repo.log import Commit, touched

OF_ALL: Final = frozenset({"file unreadable", "mode changed"})
"""Changes of a file that are changes of everything in it."""


@dataclass(frozen=True)
class Look:
    """One landing as the artifact sees it. `scope` are the files to tell changes of, `was` is the
    artifact as it was before, None if this landing brought it. `step` is there for documents.
    """

    artifact: Artifact
    was: Artifact | None
    scope: frozenset[str]
    step: Step | None = None

    def concerns(self, change: Change) -> bool:
        """Whether a typed change is about the artifact, and not about what came along."""
        if self.artifact.is_folder:
            return True
        if change.what in OF_ALL and change.path in _paths(self):
            return True
        if self.artifact.rule:
            is_its = change.subject.split(" ", 1)[0] == self.artifact.rule
            return change.path in _paths(self) and is_its
        if self.artifact.anchor and self.step:
            return self._is_of_section(change)
        below = tuple(f"{path}/" for path in self.artifact.paths)
        return change.path in _paths(self) or change.path.startswith(below)

    def _is_of_section(self, change: Change) -> bool:
        told = self._told.get((change.path, change.subject), [])
        mine = [one for one in told if id(one) in self._own]
        if len(mine) == len(told):
            return bool(mine)
        # Another section of the same title changed as well: the line says which it is.
        sides = (side for one in mine for side in (one.new, one.old) if side)
        return any(side.line <= change.line <= side.end for side in sides)

    @cached_property
    def _told(self) -> Mapping[tuple[str, str], list[SectionChange]]:
        """The sections by how typed changes name them."""
        told: defaultdict[tuple[str, str], list[SectionChange]] = defaultdict(list)
        for change in self.step.diff.sections if self.step else ():
            places = {(side.path, subject_of(side)) for side in (change.old, change.new) if side}
            for place in places:
                told[place].append(change)
        return told

    @cached_property
    def _own(self) -> frozenset[int]:
        """What happened to the section that is asked for, and to those below it."""
        assert self.step is not None
        now, before = _subtree(self.step.after, self.artifact), _subtree(self.step.before, self.was)
        return frozenset(
            id(change)
            for change in self.step.diff.sections
            if (change.new and change.new.name in now) or (change.old and change.old.name in before)
        )


def look(repository: Repository, commit: Commit, artifact: Artifact) -> Look:
    """What a landing means for an artifact, as it is called just after it."""
    if artifact.is_document and not artifact.is_folder:
        return _document(repository, commit, artifact)
    files = touched(repository, commit.before, commit.name, artifact.paths)
    scope = frozenset(one.path for one in files)
    if artifact.rule and (file := next((one for one in files if one.path == artifact.path), None)):
        origin, _ = origin_of(repository, commit, file, artifact.rule)
        was = replace(artifact, paths=(origin.path,)) if origin else None
        return Look(artifact, was, scope | ({origin.path} if origin else frozenset()))
    return Look(artifact, artifact, scope)


def _document(repository: Repository, commit: Commit, artifact: Artifact) -> Look:
    step = narrow_step(repository, commit, (artifact.path,))
    kinds = {change.kind for change in step.diff.sections}
    if kinds & {ChangeKind.ADDED, ChangeKind.REMOVED}:
        goes = ChangeKind.REMOVED in kinds
        step = wide_step(repository, commit, (artifact.path,), looks_ahead=goes)
    was = _section_before(step, artifact) if artifact.anchor else _path_before(step, artifact)
    scope = frozenset({*step.before, *step.after, artifact.path})
    return Look(artifact, was, scope, step)


def _path_before(step: Step, artifact: Artifact) -> Artifact | None:
    origin = step.origin(artifact.path)
    return replace(artifact, paths=(origin,)) if origin else None


def _section_before(step: Step, artifact: Artifact) -> Artifact | None:
    document = step.after.get(artifact.path)
    is_broken = artifact.path in step.broken
    if document is None or is_broken or artifact.anchor not in document.by_anchor:
        return artifact  # it cannot be read here; further back it may be there again
    name = document.by_anchor[artifact.anchor].name
    old = next((old for old, new in step.diff.matches if new == name), "")
    path, _, anchor = old.partition("#")
    return replace(artifact, paths=(path,), anchor=anchor) if old else None


def _subtree(documents: Mapping[str, Document], at: Artifact | None) -> frozenset[str]:
    document = documents.get(at.path) if at else None
    if document is None or at is None or at.anchor not in document.by_anchor:
        return frozenset()
    return frozenset(one.name for one in section_of(document, at.anchor))


def _paths(one: Look) -> set[str]:
    before = one.was.paths if one.was else ()
    return {*one.artifact.paths, *before}
