"""`opsrail eval agree`: measure how much judges agree with people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork, ExitCode
from opsrail.report.escaping import visible

if TYPE_CHECKING:
    from opsrail.evals.agreement.model import Judge
    from opsrail.llm.model import Mode
    from opsrail.repo.snapshot import Snapshot


@click.command()
@click.argument("names", nargs=-1, metavar="[JUDGE]...")
@model_options
def command(names: tuple[str, ...], mode: Mode, budget: float | None) -> int:
    """Ask judges (all, or those named) about the answers that people labelled, and compare.

    Kappa is the agreement beyond chance: 1 is perfect, 0 is chance. A judge may gate where the
    lower end of the interval reaches what its file states. The answers that it labelled
    otherwise than people are shown, to read.

    Exit code 0: every judge may gate. 1: one may not.
    """
    # Measuring takes a while to import, and `--help` has no use for it.
    from opsrail.evals.agreement.measuring import measure
    from opsrail.evals.agreement.words import report
    from opsrail.repo.snapshot import worktree_snapshot

    snapshot = worktree_snapshot(look_around().repository)
    judges = _chosen(names, snapshot)
    asker = open_model(snapshot, mode, ledger(budget))
    found = [measure(one, asker) for one in judges]
    for line in report(found):
        click.echo(visible(line))
    return ExitCode.PASS if all(one.may_gate for one in found) else ExitCode.CLOSED


def _chosen(names: tuple[str, ...], snapshot: Snapshot) -> list[Judge]:
    """The judges named, or all. Raises `UsageError` for a name that none has."""
    from opsrail.evals.agreement.reading import FOLDER, judge_names, judge_path, read_judge

    known = judge_names(snapshot)
    if not known:
        raise CannotWork(f"there are no judges in {FOLDER}", f"add one: {judge_path('tone')}")
    for name in names:
        if name not in known:
            raise click.UsageError(f"There is no judge {name}. There are: {', '.join(known)}.")
    read = {name: read_judge(snapshot, name) for name in dict.fromkeys(names or known)}
    for name, one in read.items():
        if one.judge is None:
            reason = str(one.findings[0]) if one.findings else judge_path(name)
            raise CannotWork(f"the judge {name} cannot be used: {reason}", "mend the file first")
    return [one.judge for one in read.values() if one.judge is not None]
