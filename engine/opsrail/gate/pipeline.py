"""`opsrail check` as one function: snapshots → changes → proofs → findings, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from opsrail.detection.elsewhere import recorded_elsewhere
from opsrail.evals.reading.places import FOLDER as SUITES
from opsrail.findings import Finding, Location, Severity, in_order
from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.repo.cache import Cache, key_of
from opsrail.repo.git import Repository, UnknownRevision
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot

if TYPE_CHECKING:
    from opsrail.gate.registry import Check
    from opsrail.gate.subject import Subject

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run found. `figures` are for the headline: how much was looked at."""

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]
    figures: Mapping[str, str]


def judge(
    repository: Repository,
    today: date,
    *,
    base: str | None = None,
    head: str | None = None,
    use_cache: bool = True,
    progress: Progress | None = None,
) -> Verdict:
    """Judge the work tree (or the commit `head`), wholly or only what differs from `base`.

    `base` and `head` are resolved commits. With a base, only what the change touches is
    proved, and its policies are those of base. The cache remembers whole runs by their
    content; without it the verdict is the same.
    """
    after = revision_snapshot(repository, head) if head else worktree_snapshot(repository)
    before = revision_snapshot(repository, base) if base else None
    if not use_cache:
        return _judge(_subject(after, before, today, progress, remembers=False))
    return _remembering(after, before, today, lambda: _subject(after, before, today, progress))


def judge_subject(subject: Subject) -> Verdict:
    """As `judge`, of a subject at hand, with whose parts the caller goes on to work."""
    if not subject.remembers:
        return _judge(subject)
    after, before = subject.head.snapshot, subject.base.snapshot if subject.base else None
    part = "" if subject.runs_programs else "without programs"
    return _remembering(after, before, subject.today, lambda: subject, part)


def _remembering(
    after: Snapshot,
    before: Snapshot | None,
    today: date,
    subject: Callable[[], Subject],
    part: str = "",
) -> Verdict:
    """The verdict, from the cache where it has one. `part` says which checks are left out."""
    with Cache(after.repository.git_dir / CACHE_FILE) as cache:
        key = key_of(
            "check",
            engine_fingerprint(),
            after.digest,
            before.digest if before else "",
            # What was in force before is told from base's history, not only from its files.
            # Without a base, what landed in an emergency is told from the history on the way here.
            before.revision or "" if before else _tip(after),
            str(today),
            recorded_elsewhere(after),
            _releases(after),
            part,
        )
        if (remembered := cache.get(key)) is not None:
            return _read(remembered)
        verdict = _judge(subject())
        # What failed may work the next time: a program that was ended, a machine that was busy.
        if not any(finding.code == "eval-not-comparable" for finding in verdict.findings):
            cache.put(key, _written(verdict))
    return verdict


def _subject(
    after: Snapshot,
    before: Snapshot | None,
    today: date,
    progress: Progress | None,
    *,
    remembers: bool = True,
) -> Subject:
    # Nothing of this is needed where the cache remembers, and importing it takes a while.
    from opsrail.gate.subject import Subject
    from opsrail.tailor.catalog import Catalog

    start = Catalog(before) if before else None
    return Subject(Catalog(after), start, today, remembers=remembers, progress=progress)


def _tip(snapshot: Snapshot) -> str:
    """The commit that a snapshot is of, or that its work tree stands on; empty before the first."""
    try:
        return snapshot.revision or snapshot.repository.resolve("HEAD")
    except UnknownRevision:
        return ""


def _releases(snapshot: Snapshot) -> str:
    """The tags that there are: suites are also held against the last release."""
    if not any(snapshot.paths(SUITES, ".yaml")):
        return ""
    return snapshot.repository.run("for-each-ref", "refs/tags").decode(errors="replace")


def _judge(subject: Subject) -> Verdict:
    from opsrail.gate.evals import concerned_suites
    from opsrail.gate.registry import checks
    from opsrail.gate.rules import concerned

    progress = subject.progress
    findings: list[Finding] = []
    known = checks()
    for number, check in enumerate(known):
        if progress:
            progress(check.code, number, len(known))
        findings += _run(check, subject)
    if progress:
        progress("done", len(known), len(known))
    figures = {
        "documents": str(len(subject.document_paths)),
        "playbooks": str(len(subject.playbook_names)),
        "pages": str(len(subject.pages)),
    }
    if rules := concerned(subject):
        figures["rule files"] = str(len(rules))
    if suites := concerned_suites(subject):
        figures["eval suites"] = str(len(suites))
    return Verdict(in_order(findings), tuple(check.code for check in known), figures)


def _run(check: Check, subject: Subject) -> list[Finding]:
    """A check's findings; where it forgives, what base had already is a warning."""
    found = list(check.run(subject))
    before = subject.before() if check.forgives_old and found else None
    if before is None:
        return found
    old = {_what(finding) for finding in check.run(before)}
    return [
        replace(finding, severity=Severity.WARNING)
        if finding.severity is Severity.ERROR and _what(finding) in old
        else finding
        for finding in found
    ]


def _what(finding: Finding) -> tuple[str, str, str]:
    """What a finding says, wherever in its file it stands by now."""
    return (finding.location.path, finding.code, finding.message)


def _written(verdict: Verdict) -> bytes:
    return json.dumps(asdict(verdict)).encode()


def _read(remembered: bytes) -> Verdict:
    values = json.loads(remembered)
    return Verdict(
        tuple(_finding(found) for found in values["findings"]),
        tuple(values["checked"]),
        values["figures"],
    )


def _finding(values: Mapping[str, object]) -> Finding:
    related = values["related"]
    assert isinstance(related, list)
    return Finding(
        _location(values["location"]),
        str(values["code"]),
        str(values["message"]),
        Severity(str(values["severity"])),
        str(values["hint"]),
        tuple((_location(place), str(label)) for place, label in related),
    )


def _location(values: object) -> Location:
    assert isinstance(values, dict)
    return Location(**values)
