"""Eval suites for the site: how they stand against the last release.

Building a site runs no program of the repository, and no rules: what such suites came to is
shown where an earlier run remembers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from opsrail.evals.judging.judge import Court, judge
from opsrail.evals.judging.judged import Outcome
from opsrail.evals.judging.releases import Release, releases
from opsrail.evals.model import CaseResult, Suite
from opsrail.evals.reading.gates import eval_rules
from opsrail.evals.reading.suite import ReadSuite, read_suite, suite_paths
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.scoring import PYTHON
from opsrail.evals.targets.model import Side
from opsrail.flows.sides import equipped
from opsrail.repo.git import UnknownRevision
from opsrail.repo.snapshot import Snapshot, revision_snapshot
from opsrail.tailor.catalog import Catalog

_NOTHING: Final = Memory()


@dataclass(frozen=True, slots=True)
class Standing:
    """A suite and how it stands.

    `read` has no suite where its file cannot be read. `outcome` is None where it would have to be
    run and nobody remembers what came of it. `release` is the tag it was held against, if any.
    """

    read: ReadSuite
    outcome: Outcome | None = None
    release: str = ""


class _NotRememberedError(Exception):
    """Something would have to be run."""


@dataclass(frozen=True)
class _Recollection(Memory):
    """A memory that must know everything: nothing is run and nothing is added."""

    def known(self, keys: Sequence[str]) -> Mapping[str, CaseResult]:
        """The results, all of them; otherwise raises before anything is run."""
        found = Memory.known(self, keys)
        if len(found) < len(set(keys)):
            raise _NotRememberedError
        return found


def standings(catalog: Catalog, today: date, memory: Memory | None = None) -> tuple[Standing, ...]:
    """Every suite of the catalog, by name."""
    snapshot = catalog.snapshot
    paths = tuple(suite_paths(snapshot))
    if not paths:
        return ()
    release = last_release(snapshot)
    before = revision_snapshot(snapshot.repository, release.commit) if release else None
    base = equipped(Side(Catalog(before), _no_files), today) if before else None
    tag = release.tag if release else ""
    rules = eval_rules(snapshot)
    head = equipped(Side(catalog, _no_files), today)
    found = []
    for path in paths:
        read = read_suite(snapshot, path)
        if read.suite is None:
            found.append(Standing(read))
            continue
        remembered = memory or _NOTHING
        if _needs_running(read.suite):
            remembered = _Recollection(remembered.cache, remembered.engine)
        court = Court(head=head, base=base, rules=rules, today=today, memory=remembered)
        found.append(_standing(court, read, path, tag))
    return tuple(found)


def last_release(snapshot: Snapshot) -> Release | None:
    """The newest release before what is shown: a release is not held against itself."""
    try:
        shown = snapshot.revision or snapshot.repository.resolve("HEAD")
    except UnknownRevision:
        return None  # nothing was ever committed
    return next((one for one in releases(snapshot) if one.commit != shown), None)


def _needs_running(suite: Suite) -> bool:
    """Whether other people's code answers or scores, or rules that take seconds."""
    entry = suite.target
    asserts = (one for case in suite.cases for one in (*suite.common, *case.asserts))
    return bool(
        entry.python or entry.command or entry.rules or entry.flow or entry.baseline or entry.prompt
    ) or any(one.scorer == PYTHON for one in asserts)


def _standing(court: Court, read: ReadSuite, path: str, tag: str) -> Standing:
    """Held against the release; alone, where only what it is now is remembered."""
    for one in _courts(court):
        try:
            outcome = judge(one, [path]).outcomes[0]
        except _NotRememberedError:
            continue
        return Standing(read, outcome, tag if outcome.matched.has_base else "")
    return Standing(read)


def _courts(court: Court) -> Iterator[Court]:
    if court.base is not None:
        yield court
    yield Court(
        head=court.head, base=None, rules=court.rules, today=court.today, memory=court.memory
    )


def _no_files() -> Path:
    raise AssertionError("a site runs no program")
