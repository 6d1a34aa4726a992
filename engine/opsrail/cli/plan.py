"""`opsrail plan`: what a change will do, on one screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from opsrail.cli.planning import asked, request_options
from opsrail.cli.surroundings import Surroundings, look_around, progress_line, write_report
from opsrail.findings import CannotWork, ExitCode
from opsrail.gate.plan.making import make_plan
from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.rendering import FORMATS, render
from opsrail.gate.plan.telling import is_too_large

TRAILERS = "trailers"
"""The format of the record that a landed change carries: of a plan that is open only."""


@click.command()
@click.argument("head", required=False)
@click.option(
    "--base", default="main", show_default=True, metavar="REV", help="Where it would land."
)
@click.option(
    "--format",
    "form",
    type=click.Choice((*FORMATS, TRAILERS)),
    default="text",
    show_default=True,
    help="`trailers` is the record that a change lands with.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the plan there as well, in the chosen format; text goes to the terminal.",
)
@request_options
@click.option("--no-cache", is_flag=True, help="Compute everything anew.")
def command(
    head: str | None,
    base: str,
    form: str,
    output: Path | None,
    request: Path | None,
    reported: Path | None,
    programs: str,
    *,
    no_cache: bool,
) -> int:
    """Say what the work tree (or the commit HEAD) will do once it lands: the verdict and who is
    missing, what changes in typed words, whom it reaches, what proves it, and the way back.

    The policy that judges is that of --base. Exit code 0: it may land. 1: not yet.
    """
    around = look_around()
    question = asked(around, base, head, request, reported)
    with progress_line() as progress:
        plan = make_plan(
            replace(
                question,
                runs_programs=programs == "run",
                uses_cache=not no_cache,
                progress=progress,
            )
        )
    text = _written(plan, form, question.now, around)
    if output:
        write_report(output, text)
        text = render(plan, "text", width=around.width, colour=around.colour, now=question.now)
    click.echo(text, nl=False)
    return ExitCode.PASS if _is_open(plan) else ExitCode.CLOSED


def _is_open(plan: Plan) -> bool:
    return plan.is_open and not is_too_large(plan)


def _written(plan: Plan, form: str, instant: datetime, around: Surroundings) -> str:
    if form != TRAILERS:
        return render(plan, form, width=around.width, colour=around.colour, now=instant)
    if not _is_open(plan):
        raise CannotWork("a plan that is not open has no record", "see `opsrail plan`")
    from opsrail.gate.chronicle.recording import record_of
    from opsrail.governance.trailers import trailers

    return trailers(record_of(plan))
