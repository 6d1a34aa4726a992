"""What tests notice and what they don't, for the people who wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from opsrail.detection.library import Library
from opsrail.detection.mutation.mutants import Mutant, diff
from opsrail.detection.mutation.run import MutationReport
from opsrail.findings import Finding, Location, Severity
from opsrail.report.model import counted

CODE: Final = "rule-mutant"
ADVICE: Final = "add a test, or an expectation to one, that only the rule as it is passes"
_LISTED: Final = 10
"""Survivors that a finding about a whole file names."""


def findings_of(report: MutationReport, library: Library, floor: float) -> Iterator[Finding]:
    """An error where the tests notice less than the share `floor`; nothing otherwise.

    Tests that fail, or are not there, are for other checks to tell.
    """
    if report.failing or not report.tests:
        return
    if report.untried:
        message = f"{headline(report)}; there was no time for {report.untried} more"
        hint = "make the file smaller: put rules that stand alone in files of their own"
        yield Finding(_place(report, library), CODE, message, hint=hint)
    elif report.score < floor:
        message = f"{headline(report)}; {share(floor)} are asked for"
        yield Finding(_place(report, library), CODE, message, hint=_hint(report.survivors))


def notes_of(report: MutationReport) -> Iterator[Finding]:
    """A note for each change that no test notices, where it would be made."""
    for mutant in report.survivors:
        message = f"{mutant.rule.name}: no test fails when {mutant.words}"
        yield Finding(mutant.place, CODE, message, Severity.NOTE, hint=ADVICE)


def headline(report: MutationReport) -> str:
    """What the tests of a file notice, in one line."""
    if not report.tests:
        return "no test looks at these rules"
    if report.failing:
        verb = "fails" if len(report.failing) == 1 else "fail"
        return f"{counted(len(report.failing), 'test')} {verb} already, so nothing was tried"
    if not report.tried:
        return "nothing was tried"
    verb = "notices" if report.tests == 1 else "notice"
    of = f"{report.killed} of {counted(report.tried, 'small change')}"
    return f"{counted(report.tests, 'test')} {verb} {of} ({share(report.score)})"


def share(part: float) -> str:
    """A share as people say it, rounded down: only all is 100 %."""
    return f"{int(part * 100 + 1e-9)} %"


def survivor_lines(mutant: Mutant, library: Library) -> Iterator[str]:
    """A change that no test notices, with the lines before and after."""
    yield f"{mutant.place}: no test fails when {mutant.words}"
    for line in diff(mutant, library.texts[mutant.place.path]):
        yield f"    {line}"


def _hint(survivors: Sequence[Mutant]) -> str:
    lines = [f"line {one.place.line}: {one.words}" for one in survivors[:_LISTED]]
    if (more := len(survivors) - len(lines)) > 0:
        lines.append(f"and {more} more: `opsrail rules mutate` shows them")
    return "\n".join(("no test fails when", *lines, ADVICE))


def _place(report: MutationReport, library: Library) -> Location:
    """Where the tests stand; the file's last rule if it has none itself."""
    tested = [name for name in report.rules if (ops := library.rules[name].ops) and ops.tests]
    if tested:
        return library.place(tested[0], "ops", "tests", key=True)
    return library.rules[report.rules[-1]].place
