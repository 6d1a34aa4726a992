"""`opsrail eval flaky`: measure which cases come out either way."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import CannotWork
from opsrail.llm.model import Mode
from opsrail.report.escaping import visible

if TYPE_CHECKING:
    from opsrail.evals.decision.quarantine import Flips


_MOST = 5
"""Cases that are named one by one where they could not be scored."""


@click.command()
@click.argument("name", metavar="SUITE")
@click.option(
    "--runs",
    type=click.IntRange(2, 200),
    default=20,
    show_default=True,
    help="How often each case is asked.",
)
@model_options
def command(name: str, runs: int, mode: Mode, budget: float | None) -> None:
    """Ask every case of SUITE many times, of one version, and name those that disagree.

    Prints the entries to put under `quarantine` in the suite's file: a case set aside is shown
    and not counted, for a time. Cases that must pass are never set aside.
    """
    from opsrail.cli.eval.choosing import chosen
    from opsrail.evals.decision.quarantine import flips
    from opsrail.evals.reading.gates import eval_rules
    from opsrail.evals.reading.suite import read_suite
    from opsrail.evals.running.memory import Memory
    from opsrail.evals.running.run import Task, run_tasks
    from opsrail.flows.sides import open_equipped
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    around = look_around()
    snapshot = worktree_snapshot(around.repository)
    (path,) = chosen((name,), snapshot)
    suite = read_suite(snapshot, path).suite
    if suite is None:
        raise CannotWork(f"{path} has errors", "`opsrail check` names them")
    with ExitStack() as stack:
        asker = open_model(snapshot, mode, ledger(budget))
        side = open_equipped(Catalog(snapshot), stack, around.today, asker)
        task = Task(suite, suite.cases, side, side, runs)
        progress = stack.enter_context(progress_line())
        (results,) = run_tasks([task], Memory(), progress)
    measured = {one.id: flips(one.passes) for one in results.values() if one.passes}
    flaking = {name: found for name, found in measured.items() if found.is_flaking}
    failed = [one for one in results.values() if one.error]
    for one in failed[:_MOST]:
        click.echo(visible(f"{one.id} could not be scored: {one.error}"))
    if len(failed) > _MOST:
        click.echo(f"and {len(failed) - _MOST} more could not be scored")
    must = {case.id for case in suite.cases if case.must_pass}
    click.echo(f"{len(measured)} cases asked {runs} times: {len(flaking)} come out either way")
    for case, found in flaking.items():
        click.echo(visible(f"  {case}  {_words(found)}{_must(case in must)}"))
    if fit := {case: found for case, found in flaking.items() if case not in must}:
        until = around.today + timedelta(days=eval_rules(snapshot).quarantine_days)
        click.echo(f"\nTo set them aside until {until}, add to {path}:\n\nquarantine:")
        for case, found in fit.items():
            told = f"case: {_quoted(case)}, flips: {found.share:.2f}, until: {until}"
            click.echo(f'  - {{{told}, reason: "why it varies, and who mends it"}}')


def _words(found: Flips) -> str:
    share = f"{found.low:.0%} to {found.high:.0%}"
    return f"{found.odd} of {found.runs} disagree with the others (interval {share})"


def _must(is_must: bool) -> str:  # noqa: FBT001 - one fact, named by the function
    return "; it must pass, so it cannot be set aside" if is_must else ""


def _quoted(case: str) -> str:
    import json

    return json.dumps(case, ensure_ascii=False)
