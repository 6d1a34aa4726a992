"""`opsrail rules mutate`: which mistakes in a rule its tests would not notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.rules.choosing import chosen
from opsrail.cli.rules.test import relevant
from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import ExitCode, Finding, Severity, in_order
from opsrail.report import FORMATS, Report, render
from opsrail.report.escaping import visible
from opsrail.report.model import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsrail.cli.surroundings import Surroundings
    from opsrail.detection.library import Library
    from opsrail.detection.mutation.run import MutationReport
    from opsrail.gate.pipeline import Progress

CODE = "rule-mutant"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
def command(names: tuple[str, ...], form: str) -> int:
    """Change rules (all, or NAMES) a little, again and again, and see whether a test fails.

    A threshold one higher, a window half as long, a line of a selection left out: a change that
    no test notices is a mistake that nobody would see. Exit code 1: fewer changes are noticed
    than policies/detection.yaml asks for, or tests fail as it is.
    """
    # Importing engines takes a while, and usage errors should not wait for it.
    from opsrail.detection.library import read_library
    from opsrail.repo.snapshot import worktree_snapshot

    around = look_around()
    library = read_library(worktree_snapshot(around.repository))
    wanted = chosen(library.rules, names)
    with progress_line() as progress:
        reports = _tried(library, wanted, progress)
    findings = in_order((*relevant(library, names), *_judged(reports, library)))
    if form == "text":
        for line in _lines(reports, library, findings):
            click.echo(visible(line))
    else:
        click.echo(_report(names, findings, reports, form, around), nl=False)
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return ExitCode.CLOSED if wrong else ExitCode.PASS


def _tried(
    library: Library, names: Sequence[str], progress: Progress | None
) -> list[MutationReport]:
    from opsrail.detection.mutation.run import mutate
    from opsrail.streams.engines.duckdb import DuckDB

    paths = sorted({library.rules[name].place.path for name in names})
    engine = DuckDB(threads=1)  # a test has a handful of events
    reports: list[MutationReport] = []
    try:
        for number, path in enumerate(paths):
            if progress:
                progress(path, number, len(paths))
            reports.append(mutate(library, path, engine))
    finally:
        engine.close()
    return reports


def _judged(reports: Sequence[MutationReport], library: Library) -> Iterator[Finding]:
    from opsrail.detection.mutation.told import findings_of, notes_of
    from opsrail.detection.timed.told import findings_of as failures_of

    for report in reports:
        yield from failures_of(report.failing, library)
        yield from findings_of(report, library, library.policy.mutation.score)
        yield from notes_of(report)


def _lines(
    reports: Sequence[MutationReport], library: Library, findings: Sequence[Finding]
) -> Iterator[str]:
    from opsrail.detection.mutation.told import headline, share, survivor_lines

    for finding in findings:
        if finding.code != CODE:
            yield f"{finding.location}: {finding.code}: {finding.message}"
    floor = library.policy.mutation.score
    for report in reports:
        parts = [f"{report.path}: {headline(report)}"]
        parts += ["fewer than asked for"] if report.score < floor else []
        parts += [f"no time for {report.untried} more"] if report.untried else []
        yield " · ".join(parts)
        for mutant in report.survivors:
            yield from (f"    {line}" for line in survivor_lines(mutant, library))
    tried = sum(report.tried for report in reports)
    killed = sum(report.killed for report in reports)
    if len(reports) > 1 and tried:
        files = counted(len(reports), "file")
        yield f"{files}: {killed} of {tried} small changes are noticed ({share(killed / tried)})"


def _report(
    names: tuple[str, ...],
    findings: tuple[Finding, ...],
    reports: Sequence[MutationReport],
    form: str,
    around: Surroundings,
) -> str:
    report = Report(
        " ".join(("opsrail rules mutate", *names)),
        findings,
        {CODE: "A small change to a rule makes no test fail."},
        (CODE,),
        {
            "changes tried": str(sum(one.tried for one in reports)),
            "changes noticed": str(sum(one.killed for one in reports)),
        },
    )
    return render(report, form, width=around.width, colour=around.colour)
