"""`opsrail land`: merge a branch that may land, with the record of who agreed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.planning import asked, request_options
from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import ExitCode
from opsrail.gate.chronicle.landing import Refused, Where, land, trial_merge
from opsrail.gate.plan.deciding import Question
from opsrail.gate.plan.making import make_plan
from opsrail.gate.plan.rendering import render
from opsrail.gate.plan.telling import is_too_large
from opsrail.repo.commits import committing_user
from opsrail.repo.proposals import branch_tip
from opsrail.report.escaping import visible

if TYPE_CHECKING:
    from opsrail.gate.plan.model import Plan


@click.command()
@click.argument("branch")
@click.option("--onto", default="main", show_default=True, metavar="BRANCH", help="Where it lands.")
@request_options
def command(
    branch: str, onto: str, request: Path | None, reported: Path | None, programs: str
) -> int:
    """Merge BRANCH into --onto if its plan is open, and write down who agreed to what.

    For a plain Git repository, where no forge does it. The merge is one commit; its trailers are
    the record that `opsrail log` reads. Nothing is pushed, and no file of the work tree changes.
    Fetch what reviewers said first: `git fetch origin "+refs/opsrail/*:refs/opsrail/*"`. Whoever
    lands it counts as having pushed it, so that their own yes does not.

    Exit code 0: it landed. 1: it may not, or cannot; then nothing has changed at all.
    """
    around = look_around()
    repository = around.repository
    onto = onto.removeprefix("refs/heads/")
    target = branch_tip(repository, onto)
    if not target:
        raise click.UsageError(f"There is no branch {visible(onto)} here to land on.")
    head = repository.resolve(branch)
    user = committing_user(repository)
    question = asked(around, f"refs/heads/{onto}", head, request, reported)
    # Between two looks a branch may have moved: what is judged is what would be landed on.
    question = replace(question, target=target, runs_programs=programs == "run")
    plan = judged(question)
    if not plan.is_open or is_too_large(plan):
        told = render(plan, "text", width=around.width, colour=around.colour, now=question.now)
        click.echo(told, nl=False)
        return ExitCode.CLOSED
    if merged := trial_merge(repository, target, head, user):
        # The branch went on meanwhile: what would lie on it is proved, too.
        together = judged(replace(question, head=merged))
        if not together.is_open:
            click.echo(render(together, "text", width=around.width, now=question.now), nl=False)
            return ExitCode.CLOSED
    try:
        landed = land(repository, plan, Where(head, onto, target), user)
    except Refused as error:
        hint = f"\n    {visible(error.hint)}" if error.hint else ""
        click.echo(f"not landed: {visible(str(error))}{hint}", err=True)
        return ExitCode.CLOSED
    click.echo(f"{visible(branch)} landed on {visible(onto)} as {landed.commit}")
    click.echo(f"Nothing was pushed. That is yours:\n    git push origin {visible(onto)}")
    return ExitCode.PASS


def judged(question: Question) -> Plan:
    """The plan of what would land, under the policy of the branch that it lands on."""
    with progress_line() as progress:
        return make_plan(replace(question, progress=progress))
