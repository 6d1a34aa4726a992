"""Since when the values of a YAML file hold: of a rule, a policy, a playbook, a flow or a suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.findings import Unreadable
from opsrail.gate.changing.values import ORDER, Named, value_changes
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Holding
from opsrail.gate.chronicle.steps import text_of
from opsrail.repo.git import Repository
from opsrail.repo.log import Commit, Touched, Trail, touched
from opsrail.repo.snapshot import Entry
from opsrail.repo.yaml import YamlText

NAMES: Final = ("name", "id")
"""What a document of a file is known by, the first of them that it has."""

Documents = Mapping[str, YamlText]


@dataclass(slots=True)
class _Waiting:
    """A value of today whose landing is still looked for."""

    document: str
    steps: Named
    words: str
    line: int


def documents_of(path: str, text: str | None) -> Documents:
    """The documents of a YAML file by what they are called, or by their number.

    A file that is no YAML, or was none then, has no values that anybody could name.
    """
    if text is None:
        return {}
    try:
        found = YamlText.parse_all(path, text)
    except Unreadable:
        return {}
    return {_called(one, number): one for number, one in enumerate(found, 1)}


def _called(yaml: YamlText, number: int) -> str:
    value = yaml.value if isinstance(yaml.value, Mapping) else {}
    named = (str(value[key]) for key in NAMES if isinstance(value.get(key), str))
    return next(named, str(number))


def blame_values(
    landings: Landings, head: str, path: str, text: str, only: str = ""
) -> tuple[Holding, ...]:
    """Every value of the file at the commit `head`, with the landing that brought it.

    `only` one document of the file, by what it is called. A document keeps its age where it moves
    to another file of its folder.
    """
    documents = documents_of(path, text)
    chosen = {name: one for name, one in documents.items() if only in {"", name}}
    found: list[Holding] = []
    for name, yaml in chosen.items():
        place = name if len(documents) > 1 else ""
        found += _blame_document(landings, head, path, (name, yaml), place)
    return tuple(sorted(found, key=lambda one: (one.line, one.words)))


def _blame_document(
    landings: Landings, head: str, path: str, document: tuple[str, YamlText], place: str
) -> list[Holding]:
    name, yaml = document
    waiting = [
        _Waiting(name, one.steps, one.new, one.line)
        for one in value_changes(None, yaml)
        if one.steps[-1:] != (ORDER,)
    ]
    found: list[Holding] = []
    trail = Trail(landings.repository, head, frozenset({path}))
    for commit in trail:
        (where,) = trail.paths
        waiting, settled, origin = _settle(landings.repository, commit, where, waiting)
        for one, was in settled:
            kind = ".".join(one.steps)
            found.append(Holding(path, place, one.line, kind, one.words, landings.of(commit), was))
        if not waiting:
            break
        trail.paths = frozenset({origin})
    return found


def _settle(
    repository: Repository, commit: Commit, path: str, waiting: list[_Waiting]
) -> tuple[list[_Waiting], list[tuple[_Waiting, str]], str]:
    """Who waits on, whom the landing brought with what was there, and where the rest stood."""
    name = waiting[0].document
    (file,) = touched(repository, commit.before, commit.name, (path,))
    after = _documents(repository, file.new)
    origin, called = origin_of(repository, commit, file, name)
    before = _documents(repository, origin).get(called)
    come = {one.steps: one.old for one in value_changes(before, after.get(name)) if one.new}
    kept = [one for one in waiting if one.steps not in come]
    for one in kept:
        one.document = called
    settled = [(one, come[one.steps]) for one in waiting if one.steps in come]
    return kept, settled, origin.path if origin else path


def origin_of(
    repository: Repository, commit: Commit, file: Touched, name: str
) -> tuple[Entry | None, str]:
    """Where a document stood before a landing, and what it was called there.

    One that is not there by its name is the one in its place, if that has gone; or the one of its
    name that has gone from another file of the folder.
    """
    before, after = _documents(repository, file.old), _documents(repository, file.new)
    if name in before:
        return file.old, name
    at = list(after).index(name) if name in after else len(before)
    if (called := next(iter(list(before)[at : at + 1]), name)) not in after:
        return file.old, called
    folder = file.path.split("/", 1)[0]
    for other in touched(repository, commit.before, commit.name, (folder,)):
        is_other = other.path.endswith(".yaml") and other.path != file.path
        was, now = (_documents(repository, side) for side in (other.old, other.new))
        if is_other and name in was and name not in now:
            return other.old, name
    return None, name


def _documents(repository: Repository, entry: Entry | None) -> Documents:
    return documents_of(entry.path, text_of(repository, entry)) if entry else {}
