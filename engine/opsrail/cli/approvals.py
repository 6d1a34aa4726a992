"""`opsrail approvals`: whom a change needs, who agreed, and when the answer can change."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.planning import asked
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.gate.plan.deciding import Question, decision_about
from opsrail.gate.plan.model import Impact, Plan
from opsrail.gate.plan.taking_back import take_back_of
from opsrail.gate.plan.telling import is_too_large, stamps_of
from opsrail.gate.plan.told.agreeing import agreement_lines
from opsrail.report.escaping import harmless, visible


@click.command()
@click.argument("head", required=False)
@click.option(
    "--base", default="main", show_default=True, metavar="REV", help="Where it would land."
)
@click.option(
    "--request",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The pull request with its reviews, as `opsrail forge request` writes it.",
)
def command(head: str | None, base: str, request: Path | None) -> int:
    """Say whom the change in the work tree (or in the commit HEAD) needs, before it is pushed.

    Each change once, then each team that is asked: by which rules, with their lines in the policy,
    who agreed, whose word does not count and why, and who could agree. The verdict is the plan's,
    but for proofs, which are not run here: `opsrail plan` has them all. Exit code 0: everybody
    needed has agreed. 1: not yet.
    """
    question = asked(look_around(), base, head, request)
    plan = _without_proofs(question)
    stamps = (f"{one.label} {one.value}".strip() for one in stamps_of(plan, question.now))
    for line in (" · ".join(stamps), "", *agreement_lines(plan, question.now)):
        click.echo(harmless(visible(line)))
    is_open = plan.is_open and not is_too_large(plan)
    return ExitCode.PASS if is_open else ExitCode.CLOSED


def _without_proofs(question: Question) -> Plan:
    """The plan as far as people decide: nothing is run for it."""
    about = decision_about(question)
    return Plan(
        about.request,
        about.change,
        about.decision,
        about.risk,
        Impact(),
        (),
        (),
        take_back_of(about.change),
        question.target,
    )
