"""`opsrail approvals`: whom a change needs, who agreed, and when the answer can change."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.planning import asked
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.gate.plan.deciding import decision_about
from opsrail.governance.told import decision_lines
from opsrail.report.escaping import visible
from opsrail.report.model import counted


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

    Each rule with the line of the policy that it stands in, who agreed, whose word does not count
    and why, who could agree, and when the answer can change by itself. Proofs are not run:
    `opsrail plan` has them all. Exit code 0: everybody needed has agreed. 1: not yet.
    """
    question = asked(look_around(), base, head, request)
    about = decision_about(question)
    count = counted(len(about.change.changes), "change")
    stamp = f"{count} · plan {about.change.digest[:12]}"
    click.echo(f"{stamp} · judged by {visible(base)} ({question.target[:7]})\n")
    for line in decision_lines(about.decision):
        click.echo(visible(line))
    return ExitCode.PASS if about.decision.is_open else ExitCode.CLOSED
