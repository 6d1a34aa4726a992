"""Judges: whether their files can be used, and whether they may score what closes the gate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from opsrail.evals.reading.places import FOLDER as SUITES
from opsrail.findings import Finding, Severity
from opsrail.gate.evals import suite_paths
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.catalog import Catalog

if TYPE_CHECKING:
    from opsrail.evals.agreement.model import Agreement, Judge, ReadJudge
    from opsrail.evals.model import Suite
    from opsrail.evals.reading.suite import ReadSuite

_JUDGES = "policies/judges"
_INPUTS = (
    _JUDGES,
    SUITES,
    "policies/prompts",
    "policies/recordings",
    "policies/models.yaml",
)
"""Where something has to change for a judge, or its use, to become another."""


@check("judge-broken")
def judge_broken(subject: Subject) -> Iterator[Finding]:
    """A judge's file, or the answers that people labelled for it, cannot be used.

    A judge that cannot be asked scores nothing, and a suite that it scores stays closed. The
    finding names the line: a label that the judge does not have, a prompt without `{answer}`,
    an answer about which people differ and did not settle.
    """
    if not _is_concerned(subject):
        return
    for name, read in _judges(subject.head).items():
        if _is_touched(subject, name, read):
            yield from (one for one in read.findings if one.code == "judge-broken")
    yield from _unknown(subject)


def _unknown(subject: Subject) -> Iterator[Finding]:
    """Suites that name a judge which is not there."""
    from opsrail.evals.agreement.reading import judge_path

    known = _judges(subject.head)
    for path, (read, named) in _uses(subject.head, subject).items():
        is_touched = not subject.changed.isdisjoint(read.files)
        for name in sorted(named - known.keys()):
            if is_touched or judge_path(name) in subject.changed:
                message = f"this suite names the judge `{name}`, and there is none"
                hint = f"add {judge_path(name)}, or name another"
                place = read.place("title") if read.yaml else read.place()
                assert path == place.path
                yield Finding(place, "judge-broken", message, hint=hint)


@check("judge-agreement")
def judge_agreement(subject: Subject) -> Iterator[Finding]:
    """A suite is scored by a judge that does not agree with people as much as it states.

    A model that labels answers is worth what was measured: its kappa with people, on answers
    that they labelled. The lower end of the 95 % interval has to reach what the judge states.
    Until then it may score advisory suites only. `opsrail eval agree` shows where the judge and
    people differ, and how many labelled answers would do.

    The judge of base scores this change, and that of the change scores the next ones, so both
    are measured. Stating less in the same change does not help: base's figure holds.
    """
    if not _is_concerned(subject):
        return
    for name, read in _judges(subject.head).items():
        before = _judges(subject.base).get(name) if subject.base else None
        suites = _scored_by(subject, name)
        if suites and (_is_touched(subject, name, read) or _is_used_anew(subject, name)):
            yield from _may_not(subject, read, before, suites)


def _may_not(
    subject: Subject, read: ReadJudge, before: ReadJudge | None, suites: Mapping[str, Suite]
) -> Iterator[Finding]:
    from opsrail.evals.agreement.words import what_to_do, why

    if before is not None and before.judge is not None and read.judge is not None:
        yield from _loosened(read, before.judge, read.judge)
    held = _held(read.judge, before.judge if before else None)
    if held is None:
        return  # `judge-broken` says why
    found = _measured(subject, held)
    which = "as this change has it, it" if before is not None and before.judge else "it"
    if found.may_gate:
        if before is None or before.judge is None:
            return
        found = _measured(subject, before.judge, is_base=True)
        which = "as base has it, and as it scores this change, it"
        if found.may_gate:
            return
        weight = Severity.WARNING
    else:
        weight = _weight(suites)
    message = f"`{found.judge.name}` scores {_told(suites)}, and {which} may not: {why(found)}"
    yield Finding(read.place, "judge-agreement", message, weight, what_to_do(found))


def _held(judge: Judge | None, before: Judge | None) -> Judge | None:
    """The judge as it is held to what base states, where it states less."""
    from dataclasses import replace

    if judge is None or before is None or judge.file.agreement >= before.file.agreement:
        return judge
    stated = {"agreement": before.file.agreement}
    return replace(judge, file=judge.file.model_copy(update=stated))


def _loosened(read: ReadJudge, before: Judge, after: Judge) -> Iterator[Finding]:
    """What makes the next measurement easier: a lower figure, other labels of people."""
    hint = "whoever relies on its suites should agree"
    if after.file.agreement < before.file.agreement:
        message = (
            f"`{after.name}` states less agreement than before:"
            f" {before.file.agreement:g} → {after.file.agreement:g}"
        )
        yield Finding(read.place, "judge-agreement", message, Severity.WARNING, hint)
    was = {one.id: (one.question, one.answer, one.settled) for one in before.labelled}
    now = {one.id: (one.question, one.answer, one.settled) for one in after.labelled}
    gone = len(was.keys() - now.keys())
    other = sum(now[name] != said for name, said in was.items() if name in now)
    if gone or other:
        message = f"`{after.name}`: of its labelled answers, {gone} are gone and {other} changed"
        yield Finding(read.place, "judge-agreement", message, Severity.WARNING, hint)


def _weight(suites: Mapping[str, Suite]) -> Severity:
    from opsrail.evals.parts import Tier

    protected = any(one.tier is Tier.PROTECTED for one in suites.values())
    return Severity.ERROR if protected else Severity.WARNING


def _told(suites: Mapping[str, Suite]) -> str:
    """The suites with what they are to the gate, the protected ones first."""
    from opsrail.evals.parts import Tier

    ordered = sorted(suites.values(), key=lambda one: (one.tier is Tier.ADVISORY, one.name))
    named = [f"the {one.tier.value} suite {one.name}" for one in ordered[:3]]
    more = [f"{len(ordered) - 3} more"] if len(ordered) > 3 else []
    *most, last = [*named, *more]
    return f"{', '.join(most)} and {last}" if most else last


def _measured(subject: Subject, judge: Judge, *, is_base: bool = False) -> Agreement:
    """Its agreement by what is recorded on its own side, or else on the other. No model is ever
    called.
    """
    from opsrail.evals.agreement.measuring import measure
    from opsrail.llm.asking import open_asker
    from opsrail.llm.model import Mode
    from opsrail.llm.reading import recordings_in

    head, base = subject.head.snapshot, subject.base.snapshot if subject.base else None
    recorded = recordings_in(base, head) if is_base and base else recordings_in(head, base)
    return measure(judge, open_asker(Mode.REPLAY, {}, recorded))


def _is_concerned(subject: Subject) -> bool:
    """Whether there are judges, and anything changed that they are made of or used in."""
    sides = [one for one in (subject.head, subject.base) if one is not None]
    if not any(next(side.snapshot.paths(_JUDGES), None) for side in sides):
        return any(path.startswith(f"{SUITES}/") for path in subject.changed)
    return any(
        path == one or path.startswith(f"{one}/") for path in subject.changed for one in _INPUTS
    )


def _is_touched(subject: Subject, name: str, read: ReadJudge) -> bool:
    before = _judges(subject.base).get(name) if subject.base else None
    return any(
        one.depends_on(path)
        for path in subject.changed
        for one in (read, before)
        if one is not None
    )


def _is_used_anew(subject: Subject, name: str) -> bool:
    """Whether a suite that names the judge changed."""
    sides = [one for one in (subject.head, subject.base) if one is not None]
    return any(
        name in named and not subject.changed.isdisjoint(read.files)
        for side in sides
        for read, named in _uses(side, subject).values()
    )


def _scored_by(subject: Subject, name: str) -> Mapping[str, Suite]:
    """The suites that the judge scores, by path. A suite of base counts while head still has it:
    it is what judges this change.
    """
    from opsrail.evals.parts import Tier

    sides = [one for one in (subject.head, subject.base) if one is not None]
    found: dict[str, Suite] = {}
    for side in sides:
        for path, (read, named) in _uses(side, subject).items():
            if name in named and read.suite is not None and path in subject.head.snapshot:
                known = found.get(path)
                if known is None or read.suite.tier is Tier.PROTECTED:
                    found[path] = read.suite
    return found


@lru_cache(maxsize=4)
def _judges(side: Catalog) -> Mapping[str, ReadJudge]:
    from opsrail.evals.agreement.reading import judge_names, read_judge

    return {name: read_judge(side.snapshot, name) for name in judge_names(side.snapshot)}


@lru_cache(maxsize=4)
def _uses(side: Catalog, subject: Subject) -> Mapping[str, tuple[ReadSuite, frozenset[str]]]:
    """The suites that name judges, by path, with the names."""
    from opsrail.evals.agreement.bench import judges_named
    from opsrail.evals.reading.suite import read_suite

    found = {}
    words = side.snapshot.mentioning({"judge"}, SUITES)
    by_tables = any(not path.endswith(".yaml") for path in words)
    for path in suite_paths(subject):
        # Cases in a table of their own may name judges where their suite does not.
        if path in side.snapshot and (path in words or by_tables):
            read = read_suite(side.snapshot, path)
            cases = read.suite.cases if read.suite else ()
            common = read.suite.common if read.suite else ()
            named = judges_named([*common, *(one for case in cases for one in case.asserts)])
            if named:
                found[path] = (read, named)
    return found
