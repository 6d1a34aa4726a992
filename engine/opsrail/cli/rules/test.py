"""`opsrail rules test`: run the timed tests in rule files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.rules.choosing import chosen
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode, Finding, Severity, in_order
from opsrail.report import FORMATS, Report, render
from opsrail.report.escaping import visible, visible_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opsrail.cli.surroundings import Surroundings
    from opsrail.detection.library import Library
    from opsrail.detection.timed.run import Outcome

CODE = "rule-test"


@click.command()
@click.argument("names", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--engine", "url", default="duckdb", show_default=True, metavar="URL", help="What runs them."
)
def command(names: tuple[str, ...], form: str, url: str) -> int:
    """Run the timed tests of rules (all, or NAMES) and show what was raised beside what was not.

    A test stands in its rule's file, under `tests`. Exit code 1: a test fails, or a rule cannot
    be read.
    """
    # Importing engines takes a while, and usage errors should not wait for it.
    from opsrail.detection.library import read_library
    from opsrail.detection.timed.run import run_tests
    from opsrail.detection.timed.told import findings_of, headline
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.streams.engines.opening import open_engine

    around = look_around()
    library = read_library(worktree_snapshot(around.repository))
    wanted = chosen(library.rules, names)
    engine = open_engine(url)
    try:
        outcomes = run_tests(library, wanted, engine)
    finally:
        engine.close()
    told = findings_of(outcomes, library)
    findings = in_order((*relevant(library, names), *told))
    if form == "text":
        for line in _lines(findings):
            click.echo(line)
        click.echo(headline(outcomes))
    else:
        click.echo(_report(names, findings, outcomes, form, around), nl=False)
    wrong = any(finding.severity is Severity.ERROR for finding in findings)
    return ExitCode.CLOSED if wrong else ExitCode.PASS


def relevant(library: Library, names: Sequence[str]) -> tuple[Finding, ...]:
    """What is wrong with the rules asked for; where none was named, with any of them."""
    paths = {rule.place.path for rule in library.closure(names)}
    return tuple(one for one in library.findings if not names or one.location.path in paths)


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        yield visible(f"{finding.location}: {finding.code}: {finding.message}")
        for line in visible_lines(finding.hint) if finding.hint else ():
            yield f"    {line}"
        yield ""


def _report(
    names: tuple[str, ...],
    findings: tuple[Finding, ...],
    outcomes: Sequence[Outcome],
    form: str,
    around: Surroundings,
) -> str:
    report = Report(
        " ".join(("opsrail rules test", *names)),
        findings,
        {CODE: "A timed test of a rule does not pass."},
        (CODE,),
        {
            "tests": str(len(outcomes)),
            "rules": str(len({outcome.rule for outcome in outcomes})),
        },
    )
    return render(report, form, width=around.width, colour=around.colour)
