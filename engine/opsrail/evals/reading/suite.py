"""From a suite's file to the suite that runs, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.evals.formats import CaseFile, EvalSuiteFile
from opsrail.evals.model import Assertion, Case, Suite
from opsrail.evals.parts import Judging, TargetEntry
from opsrail.evals.reading.asserted import CODE, filled, setting_fault
from opsrail.evals.reading.cases import (
    case_of,
    cases_of_rows,
    fingerprint,
    in_order_of_ids,
    read_assertions,
)
from opsrail.evals.reading.places import FOLDER, is_suite_file, suite_name
from opsrail.evals.reading.rows import rows_of_file
from opsrail.evals.scorers.registry import scorers
from opsrail.findings import Finding, Location, Severity, Unreadable, in_order
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText
from opsrail.streams.spans import SECOND, micros

SUITE: Final = "eval-suite"


@dataclass(frozen=True, slots=True)
class ReadSuite:
    """A suite as it could be read: `suite` is None where it cannot run, `yaml` finds places.

    `files` are all that it was read from: the suite's own file, and those of its cases.
    """

    suite: Suite | None
    yaml: YamlText | None
    findings: tuple[Finding, ...]
    files: tuple[str, ...]

    def place(self, *route: str | int) -> Location:
        """Where a part of the suite's file stands."""
        return self.yaml.place(route) if self.yaml else Location(self.files[0])


def suite_paths(snapshot: Snapshot) -> Iterator[str]:
    """The file of every suite, sorted."""
    return (path for path in snapshot.paths(FOLDER, ".yaml") if is_suite_file(path))


def read_suite(snapshot: Snapshot, path: str) -> ReadSuite:
    """Read the suite at `path`. One fault keeps the whole suite from running.

    A suite of which only a part ran would pass for want of the others.
    """
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable as error:
        return ReadSuite(None, None, (error.finding,), (path,))
    file, wrong = read_as(SUITE, EvalSuiteFile, yaml)
    if file is None:
        return ReadSuite(None, yaml, wrong, (path,))
    sources = list(_case_files(file))
    findings = [
        Finding(yaml.place(("cases_from", at)), SUITE, _NO_CASE_FILE.format(one), hint=_SUFFIX)
        for at, one in enumerate(file.cases_from)
        if isinstance(one, str) and not one.endswith((".jsonl", ".csv"))
    ]
    cases: list[Case] = []
    for at, entry in enumerate(file.cases):
        case, wrong_case = case_of(entry, yaml, ("cases", at))
        findings += wrong_case
        cases += [case] if case else []
    for at, source in enumerate(sources):
        found, wrong_cases = _cases_from(snapshot, source, yaml, at)
        cases += found
        findings += wrong_cases
    ordered, twice = in_order_of_ids(cases)
    commons = [one.root for one in file.scorers]
    common, wrong_common = read_assertions(commons, yaml, ("scorers",))
    findings += [*twice, *wrong_common]
    suite = _suite(path, file, ordered, common)
    findings += _unfit(suite, yaml)
    files = (path, *(source.file for source in sources))
    serious = any(finding.severity is Severity.ERROR for finding in findings)
    return ReadSuite(None if serious else suite, yaml, in_order(findings), files)


_NO_CASE_FILE: Final = "{} is no file of cases"
_SUFFIX: Final = "cases stand in `.jsonl` or `.csv` files"


def _case_files(file: EvalSuiteFile) -> Iterator[CaseFile]:
    for one in file.cases_from:
        if isinstance(one, CaseFile):
            yield one
        elif one.endswith((".jsonl", ".csv")):
            yield CaseFile(file=one)


def _cases_from(
    snapshot: Snapshot, source: CaseFile, yaml: YamlText, at: int
) -> tuple[list[Case], list[Finding]]:
    if source.file not in snapshot:
        message = f"there is no file {source.file}"
        hint = "paths start at the repository's root, and files of cases lie in a governed folder"
        return [], [Finding(yaml.place(("cases_from", at)), SUITE, message, hint=hint)]
    try:
        text = snapshot.text(source.file)
    except Unreadable as error:
        return [], [error.finding]
    return cases_of_rows(rows_of_file(source, text))


def _suite(
    path: str, file: EvalSuiteFile, cases: tuple[Case, ...], common: tuple[Assertion, ...]
) -> Suite:
    steady = all(
        scorers()[one.scorer].is_steady for case in cases for one in (*common, *case.asserts)
    )
    is_deterministic = steady and file.repeats == 1
    judging = file.judge or (Judging.EACH if is_deterministic else Judging.SAMPLE)
    # Without defaults, so that a key which only a later engine knows leaves the digest alone.
    apart = {"cases", "cases_from", "quarantine"}
    settings = file.model_dump(mode="json", exclude=apart, exclude_defaults=True)
    return Suite(
        name=suite_name(path),
        path=path,
        title=file.title,
        owner=file.owner,
        target=file.target,
        tier=file.tier,
        judging=judging,
        margin=file.margin,
        floor=file.floor,
        repeats=file.repeats,
        seconds=micros(file.time_limit) / SECOND,
        watches=file.watches,
        common=common,
        cases=cases,
        quarantine=file.quarantine,
        is_deterministic=is_deterministic,
        digest=fingerprint([settings, *(case.digest for case in cases)]),
    )


def _unfit(suite: Suite, yaml: YamlText) -> Iterator[Finding]:
    """What is wrong with the whole, though each part has the right form."""
    if not suite.cases:
        yield Finding(yaml.place(("title",)), SUITE, "this suite has no cases", hint=_CASES)
    if suite.judging is Judging.EACH and not suite.is_deterministic:
        message = "answers that vary cannot be judged case by case: chance would close the gate"
        hint = "leave `judge` out, or set `repeats: 1` and take out the scorers that vary"
        yield Finding(yaml.place(("judge",)), SUITE, message, hint=hint)
    for case in suite.cases:
        if not case.asserts and not suite.common:
            message = f"nothing is asked of the answer to `{case.id}`"
            hint = "add what must hold under `expect`, or for all cases under `scorers`"
            yield Finding(case.place, CODE, message, hint=hint)
        yield from _misfilled(suite, case)
        yield from _misplaced(suite.target, case)
    known = {case.id for case in suite.cases}
    for at, one in enumerate(suite.quarantine):
        if one.case not in known:
            place = yaml.place(("quarantine", at, "case"))
            yield Finding(place, SUITE, f"there is no case `{one.case}`", hint="remove this entry")


_CASES: Final = "add some under `cases`, or name files of them under `cases_from`"


def _misfilled(suite: Suite, case: Case) -> Iterator[Finding]:
    """References that the case cannot fill, and settings that it fills with what is unfit."""
    for one in (*suite.common, *case.asserts):
        try:
            setting = filled(one.setting, case.expected, case.input)
        except KeyError as missing:
            message = f"`{one.scorer}` asks for a part that this case does not have: {missing}"
            yield Finding(case.place, CODE, message, hint=_EXPECTED)
            continue
        if setting != one.setting and (fault := setting_fault(one.scorer, setting)):
            yield Finding(case.place, CODE, f"`{one.scorer}`: {fault}", hint=_EXPECTED)


_EXPECTED: Final = "give it under `expected` or `input`"


def _misplaced(target: TargetEntry, case: Case) -> Iterator[Finding]:
    """Keys that the target needs, and those that mean nothing to it."""
    if target.playbook is not None and not case.role:
        message = f"`{case.id}` does not say whose page answers"
        yield Finding(case.place, CODE, message, hint="add `role: tier-1`, or another role")
    if target.playbook is None and case.role:
        message = f"`role` means nothing to this suite's target, in `{case.id}`"
        yield Finding(case.place, CODE, message, hint="remove it, or make the target a playbook")
    if target.rules is not None and not _gives_events(case.input):
        message = f"`{case.id}` gives no events"
        hint = "give some: `input: {given: [{at: 0s, stream: tickets, event: {…}}]}`"
        yield Finding(case.place, CODE, message, hint=hint)


def _gives_events(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("given"), Sequence)
