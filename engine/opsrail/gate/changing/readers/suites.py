"""Eval suites and their cases: what they no longer ask, and what else changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from opsrail.evals.reading.places import DECISIONS_PATH, FOLDER, is_suite_file, suite_name
from opsrail.findings import Severity
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import quoted, shortened
from opsrail.gate.changing.registry import reader
from opsrail.gate.changing.values import value_changes
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind

if TYPE_CHECKING:
    from opsrail.evals.comparing.weakening import Weakening
    from opsrail.evals.model import Case, Suite
    from opsrail.evals.reading.suite import ReadSuite

MOST_NAMED: Final = 3
"""New cases that are named; the file shows the others."""


@reader("suites")
def read(compared: Comparison) -> Iterator[Change]:
    """Every suite that changed, in its own file or in one of its cases'."""
    for path in _concerned(compared):
        yield from _suite(compared, path)


def _concerned(compared: Comparison) -> tuple[str, ...]:
    paths = compared.changed(ArtifactKind.SUITE)
    own = {path for path in paths if is_suite_file(path)}
    cases = [path for path in paths if path.endswith((".jsonl", ".csv"))]
    for side in (compared.base, compared.head):
        own |= set(filter(is_suite_file, side.snapshot.mentioning(cases, FOLDER)))
    return tuple(sorted(own))


def _suite(compared: Comparison, path: str) -> Iterator[Change]:
    # Reading suites needs every scorer, and most changes touch none.
    from opsrail.evals.comparing.matching import matched
    from opsrail.evals.comparing.weakening import weakenings
    from opsrail.evals.reading.suite import read_suite

    sides = (compared.base, compared.head)
    before, after = (
        read_suite(side.snapshot, path) if path in side.snapshot else None for side in sides
    )
    name, owners = suite_name(path), compared.owners(path)
    files = {one for read in (before, after) if read for one in read.files}
    changed = sorted(files & compared.subject.changed)
    if not changed:
        return  # it only mentions a file that changed
    own = path if path in changed else changed[0]
    at = Change(own, "suite changed", name, owners=owners)
    if before is None or after is None:
        yield from _whole(before, after, at)
    elif after.suite is None:
        first = next(one for one in after.findings if one.severity is Severity.ERROR)
        line = first.location.line if first.location.path == own else 1
        yield replace(at, what="file unreadable", new=first.message, line=line)
    elif before.suite is None:
        yield replace(at, old="could not be read", new=after.suite.title)
    else:
        found = matched(before.suite, after.suite)
        weaker = weakenings(found)
        for one in weaker:
            where = replace(at, line=after.place(_about(one)).line) if not one.case else at
            yield _weaker(one, before.suite, after.suite, where)
        yield from _new_cases(found.new, at)
        yield from _other_cases(before.suite, after.suite, at)
        yield from _settings(before, after, {_about(one) for one in weaker if not one.case}, at)


def _whole(before: ReadSuite | None, after: ReadSuite | None, at: Change) -> Iterator[Change]:
    there = after or before
    title = there.suite.title if there and there.suite else ""
    if before is None:
        yield replace(at, what="suite added", new=title)
    else:
        yield replace(at, what="suite removed", old=title)


def _weaker(one: Weakening, before: Suite, after: Suite, at: Change) -> Change:
    if not one.case:
        return replace(at, what="suite weakened", new=one.words)
    case = _case(after, one.case) or _case(before, one.case)
    place = case.place if case else None
    is_gone = _case(after, one.case) is None
    what = "case deleted" if is_gone else "case changed" if one.is_change else "case weakened"
    old, new = quoted(case.ask, "") if case and is_gone else ("", shortened(one.words))
    return replace(
        at,
        path=place.path if place else at.path,
        what=what,
        subject=f"{at.subject} {one.case}",
        old=old,
        new=new,
        line=place.line if place else 1,
    )


def _case(suite: Suite, name: str) -> Case | None:
    return next((case for case in suite.cases if case.id == name), None)


def _new_cases(cases: Iterable[Case], at: Change) -> Iterator[Change]:
    """New cases take nothing away, so those of one file are told together."""
    by_path: dict[str, list[Case]] = {}
    for case in cases:
        by_path.setdefault(case.place.path, []).append(case)
    for path, found in sorted(by_path.items()):
        named = ", ".join(case.id for case in found[:MOST_NAMED])
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        line = min(case.place.line for case in found)
        yield replace(at, path=path, what="case added", new=f"{named}{more}", line=line)


def _other_cases(before: Suite, after: Suite, at: Change) -> Iterator[Change]:
    """Cases that ask the same and are filed otherwise: statistics depend on their clusters."""
    was = {case.id: case for case in before.cases}
    for case in after.cases:
        old = was.get(case.id)
        if old is None or old.digest != case.digest:
            continue
        for key in ("cluster", "tags"):
            values = [", ".join([*_several(getattr(side, key))]) for side in (old, case)]
            if values[0] != values[1]:
                yield replace(
                    at,
                    path=case.place.path,
                    subject=f"{at.subject} {case.id} {key}",
                    old=values[0],
                    new=values[1],
                    line=case.place.line,
                )


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


_SAID: Final[Mapping[str, str]] = {
    "each case is asked": "repeats",
    "it asks another target": "target",
    "for all cases": "scorers",
    "the case": "quarantine",
    "its cases are judged": "judge",
    "it closes the gate no longer": "tier",
}
_KEY: Final = re.compile(r"its `(margin|floor)`")


def _about(weakening: Weakening) -> str:
    """The setting that a weakening tells of."""
    if found := _KEY.match(weakening.words):
        return found[1]
    return next((key for start, key in _SAID.items() if weakening.words.startswith(start)), "")


def _settings(before: ReadSuite, after: ReadSuite, told: set[str], at: Change) -> Iterator[Change]:
    """Settings that changed without asking for less."""
    for one in value_changes(before.yaml, after.yaml):
        if one.top not in {"cases", *told}:
            what = "owner changed" if one.name == "owner" else "suite changed"
            old, new = one.quotes
            subject = f"{at.subject} {one.name}"
            yield replace(at, what=what, subject=subject, old=old, new=new, line=one.line)


@reader("decisions")
def read_decisions(compared: Comparison) -> Iterator[Change]:
    """What people decided where a suite could not: each entry is of its suite's owners."""
    if DECISIONS_PATH not in compared.subject.changed:
        return
    from opsrail.evals.reading.gates import decisions

    was, now = (decisions(side.snapshot) for side in (compared.base, compared.head))
    sides = (("decision added", now, was), ("decision removed", was, now))
    for what, here, there in sides:
        for one in here:
            if one not in there:
                words = shortened(f"{one.by}: {one.reason}")
                old, new = ("", words) if what == "decision added" else (words, "")
                owners = compared.owners(f"{FOLDER}/{one.suite}.yaml", DECISIONS_PATH)
                at = Change(DECISIONS_PATH, what, one.suite, old, new, owners=owners)
                yield replace(at, line=_line(compared, one.about, what))


def _line(compared: Comparison, about: str, what: str) -> int:
    """The line of the entry about just this, told by its digest."""
    text = compared.texts(DECISIONS_PATH)[what == "decision added"]
    return next((at for at, line in enumerate(text.split("\n"), 1) if about in line), 1)
