"""All flows of a snapshot together, what is wrong with them, and what each depends on.

Reading opens no task: it is what `opsrail check` does, and learns from no example.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import lru_cache

from opsrail.findings import Finding, in_order
from opsrail.flows.chaining import chain_findings, output_of_steps, steps_of
from opsrail.flows.files import ReadFlow, flow_path, read_file
from opsrail.flows.formats import FOLDER, Permission
from opsrail.flows.model import Kind
from opsrail.flows.schemas import texts
from opsrail.llm.formats import MODELS_PATH
from opsrail.llm.reading import prompt_path
from opsrail.llm.recordings import FOLDER as RECORDINGS
from opsrail.repo.snapshot import Snapshot

_READ: Mapping[Permission, tuple[str, ...]] = {
    Permission.READ_PAGES: ("playbooks/*", "policies/roles.yaml"),
    Permission.READ_INCIDENTS: ("content/incidents/*",),
    Permission.READ_CHANGES: ("content/*", "playbooks/*"),
}
"""What a permission lets a task read, where its kind does not say more exactly."""


def flow_names(snapshot: Snapshot) -> tuple[str, ...]:
    """The name of every flow, readable or not, sorted. Files in folders below are examples."""
    paths = (path.removeprefix(f"{FOLDER}/") for path in snapshot.paths(FOLDER, ".yaml"))
    return tuple(sorted(path.removesuffix(".yaml") for path in paths if "/" not in path))


def read_flows(
    snapshot: Snapshot, known: Mapping[str, Kind] | None = None
) -> Mapping[str, ReadFlow]:
    """Every flow by name, chains seen together with their steps; `flow` is None if it is broken."""
    return _read_flows(snapshot) if known is None else _read(snapshot, known)


@lru_cache(maxsize=4)
def _read_flows(snapshot: Snapshot) -> Mapping[str, ReadFlow]:
    """Many ask about the same flows within a run: each suite, each check, the diff."""
    return _read(snapshot, None)


def _read(snapshot: Snapshot, known: Mapping[str, Kind] | None) -> Mapping[str, ReadFlow]:
    alone = {name: read_file(snapshot, name, known) for name in flow_names(snapshot)}
    wrong = chain_findings(alone)
    told = {name: _with(read, wrong.get(name, ())) for name, read in alone.items()}
    return {name: _completed(read, told) for name, read in told.items()}


def _completed(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> ReadFlow:
    """A chain with the schema of what its steps give, where all of them can run."""
    can_run = all(name in flows and flows[name].flow for name in steps_of(read.name, flows))
    if read.flow is None or not read.flow.file.steps or not can_run:
        return read
    return replace(read, of_steps=output_of_steps(read, flows))


def read_flow(snapshot: Snapshot, name: str, known: Mapping[str, Kind] | None = None) -> ReadFlow:
    """One flow, seen together with those it is made of."""
    return read_flows(snapshot, known).get(name) or read_file(snapshot, name, known)


def _with(read: ReadFlow, findings: tuple[Finding, ...]) -> ReadFlow:
    if not findings:
        return read
    return replace(read, flow=None, findings=in_order([*read.findings, *findings]))


def flow_findings(
    snapshot: Snapshot, known: Mapping[str, Kind] | None = None
) -> tuple[Finding, ...]:
    """What is wrong with the flows of a snapshot, each fault at its place."""
    reads = read_flows(snapshot, known).values()
    return in_order(finding for read in reads for finding in read.findings)


def dependencies(
    snapshot: Snapshot, name: str, known: Mapping[str, Kind] | None = None
) -> frozenset[str]:
    """Globs of the files on which the outcome of a flow depends, `*` standing for folders too:
    its own, its prompt with the models and what they were recorded to answer, what its settings
    name, what its task reads, and all of its steps'.
    """
    flows = read_flows(snapshot, known)
    names = {name, *steps_of(name, flows)}
    return frozenset(glob for one in names for glob in _globs(snapshot, flows.get(one), one))


def files_of(snapshot: Snapshot, globs: frozenset[str]) -> Mapping[str, str]:
    """The files that globs name, with the id of what each says."""
    exact = {glob for glob in globs if "*" not in glob}
    loose = [glob for glob in globs if "*" in glob]
    return {
        path: entry.blob
        for path, entry in snapshot.entries.items()
        if path in exact or any(fnmatchcase(path, glob) for glob in loose)
    }


def _globs(snapshot: Snapshot, read: ReadFlow | None, name: str) -> Iterator[str]:
    yield flow_path(name)
    if read is None or read.flow is None:
        return
    file = read.flow.file
    if file.prompt is not None:
        yield from (prompt_path(file.prompt), MODELS_PATH, f"{RECORDINGS}/{file.prompt}/*")
    yield from (text for _, text in texts(file.settings) if text in snapshot)
    if read.kind is not None and read.kind.reads is not None:
        yield from read.kind.reads(file.settings)
    elif read.kind is not None:
        for permission in file.permissions:
            yield from _READ.get(permission, ())
