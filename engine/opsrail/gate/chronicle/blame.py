"""Where what holds today came from: facts of a document, values of anything in YAML."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from opsrail.gate.chronicle.artifact import Artifact, UnknownArtifact, section_of
from opsrail.gate.chronicle.facts import blame_facts
from opsrail.gate.chronicle.front_matter import blame_front_matter
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Holding
from opsrail.gate.chronicle.values import blame_values
from opsrail.report.model import counted
from opsrail.tailor.catalog import Catalog

FOLDED: Final = ("tests", "cases")
"""Lists whose entries are told as one each: nobody asks since when a test's third event holds."""


def blame(landings: Landings, catalog: Catalog, artifact: Artifact) -> tuple[Holding, ...]:
    """Everything that the artifact states at the catalog's revision, in the order of its lines.

    Raises `UnknownArtifact` where there is nothing to be told of it.
    """
    path, head = artifact.path, catalog.snapshot.revision or ""
    if artifact.is_folder:
        raise UnknownArtifact(f"{artifact.name} is a folder: ask for one of its files")
    if path not in catalog.snapshot:
        raise UnknownArtifact(f"{path} is gone, so nothing of it holds: `opsrail log {path}`")
    if artifact.is_document:
        return _of_document(landings, catalog, artifact)
    text = catalog.text(path)
    if text is None or not path.endswith((".yaml", ".yml")):
        raise UnknownArtifact(
            f"{path} states no facts and no values: `git blame {path}` tells its lines"
        )
    return _folded(blame_values(landings, head, path, text, artifact.rule))


def _of_document(landings: Landings, catalog: Catalog, artifact: Artifact) -> tuple[Holding, ...]:
    head = catalog.snapshot.revision or ""
    document = catalog.document(artifact.path)
    if document is None:
        raise UnknownArtifact(f"{artifact.path} cannot be read: `opsrail check` says why")
    if artifact.anchor:
        return blame_facts(landings, head, document, section_of(document, artifact.anchor))
    return (
        *blame_front_matter(landings, head, document),
        *blame_facts(landings, head, document, document.sections),
    )


def _folded(holdings: tuple[Holding, ...]) -> tuple[Holding, ...]:
    """Values of one test or case as one, as old as the youngest of them."""
    told: dict[tuple[str, str], list[Holding]] = {}
    for one in holdings:
        told.setdefault((one.place, _entry(one.kind)), []).append(one)
    found = (_as_one(name, group) for (_, name), group in told.items())
    return tuple(sorted(found, key=lambda one: (one.line, one.kind)))


def _entry(name: str) -> str:
    steps = name.split(".")
    for at, step in enumerate(steps[:-1]):
        if step in FOLDED:
            return ".".join(steps[: at + 2])
    return name


def _as_one(name: str, holdings: list[Holding]) -> Holding:
    if holdings[0].kind == name:
        return holdings[0]
    youngest = max(holdings, key=lambda one: one.landing.at)
    # The values of an entry may stand elsewhere, where it repeats another one's.
    line = next((one.line for one in holdings if one.kind == f"{name}.name"), holdings[0].line)
    said = counted(len(holdings), "value")
    return replace(youngest, line=line, kind=name, words=said, was="")
