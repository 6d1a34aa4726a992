"""The tests of rules, and what they would notice, for the checks that judge them.

Trying every small change to a rule takes seconds. So what came of a rule file is remembered by
all that it came of: the texts of the file and of those its rules need, and the engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

from opsrail.detection.reading.documents import POLICY_PATH, STREAMS_PATH
from opsrail.findings import Finding, Location, Severity, in_order
from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.rules import concerned, library_for
from opsrail.gate.subject import Subject
from opsrail.repo.cache import Cache, key_of

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.streams.engines.model import Engine

Prove = Callable[["Library", str, "Engine", float], Sequence[Finding]]
"""From a library, a rule file, an engine and the least score to findings."""


def failing_tests(subject: Subject) -> Iterator[Finding]:
    """A finding for each timed test that does not pass, of the rules that the change concerns."""
    yield from _proved(subject, "rule-test", _failing)


def unnoticed(subject: Subject) -> Iterator[Finding]:
    """A finding for each rule file whose tests notice too little."""
    yield from _proved(subject, "rule-mutant", _unnoticed)


def _failing(library: Library, path: str, engine: Engine, _: float) -> Sequence[Finding]:
    from opsrail.detection.timed.run import run_tests
    from opsrail.detection.timed.told import findings_of

    names = sorted(name for name, rule in library.rules.items() if rule.place.path == path)
    return findings_of(run_tests(library, names, engine), library)


def _unnoticed(library: Library, path: str, engine: Engine, score: float) -> Sequence[Finding]:
    from opsrail.detection.mutation.run import mutate
    from opsrail.detection.mutation.told import findings_of

    return tuple(findings_of(mutate(library, path, engine), library, score))


def _proved(subject: Subject, code: str, prove: Prove) -> Iterator[Finding]:
    """The findings of `prove` about each rule file that the change concerns."""
    if not concerned(subject):
        return
    library, score = library_for(subject), _score(subject)
    paths = sorted({rule.place.path for rule in library.rules.values()} & concerned(subject))
    keys = {path: key_of(code, *parts) for path, parts in _grounds(library, paths, score)}
    with Cache(subject.head.snapshot.repository.git_dir / CACHE_FILE) as cache:
        known = cache.get_many(keys.values()) if subject.remembers else {}
        found = {path: _read(known[key]) for path, key in keys.items() if key in known}
        new = _computed(library, [path for path in paths if path not in found], prove, score)
        cache.put_many({keys[path]: _written(findings) for path, findings in new.items()})
    yield from in_order(one for path in paths for one in {**found, **new}[path])


def _computed(
    library: Library, paths: Sequence[str], prove: Prove, score: float
) -> Mapping[str, Sequence[Finding]]:
    if not paths:
        return {}
    # This takes a while to import, and most runs have nothing new to prove.
    from opsrail.streams.engines.duckdb import DuckDB

    # A test has a handful of events: more threads would only wait for each other.
    with closing(DuckDB(threads=1)) as engine:
        return {path: prove(library, path, engine, score) for path in paths}


def _score(subject: Subject) -> float:
    """The least score: that of base, so that no change loosens its own judge."""
    from opsrail.detection.library import read_library

    catalog = subject.base or subject.head
    return read_library(catalog.snapshot, ()).policy.mutation.score


def _grounds(
    library: Library, paths: Sequence[str], score: float
) -> Iterator[tuple[str, Sequence[str]]]:
    """Each rule file, with everything that the findings about it depend on.

    Files with rules that need some of its own belong to it: their tests may look at these.
    """
    around: dict[str, set[str]] = {path: set() for path in paths}
    for name in library.rules:
        files = {rule.place.path for rule in library.closure([name])}
        for path in files & around.keys():
            around[path] |= files
    settings = (library.settings.get(one, "") for one in (STREAMS_PATH, POLICY_PATH))
    common = (engine_fingerprint(), str(score), *settings)
    for path, files in around.items():
        texts = (part for file in sorted(files) for part in (file, library.texts[file]))
        yield path, (*common, path, *texts)


def _written(findings: Sequence[Finding]) -> bytes:
    return json.dumps([asdict(finding) for finding in findings]).encode()


def _read(remembered: bytes) -> Sequence[Finding]:
    return tuple(
        Finding(
            Location(**one["location"]),
            one["code"],
            one["message"],
            Severity(one["severity"]),
            one["hint"],
        )
        for one in json.loads(remembered)
    )
