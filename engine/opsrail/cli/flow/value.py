"""`opsrail flow value`: whether a flow is better with its model than without."""

from __future__ import annotations

from contextlib import ExitStack

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork, ExitCode
from opsrail.llm.model import Mode


@click.command()
@click.argument("name", metavar="FLOW")
@model_options
def command(name: str, mode: Mode, budget: float | None) -> int:
    """Run a flow's suite by its baseline and with its model, and compare case by case.

    Where the model's answer is refused, the flow's answer is the baseline's, so a model that says
    nothing usable adds nothing. Exit code 1 unless the model is better beyond chance.
    """
    from opsrail.evals.reading.places import suite_path
    from opsrail.evals.reading.suite import read_suite
    from opsrail.flows.reading import read_flow
    from opsrail.flows.sides import open_equipped
    from opsrail.flows.worth import in_words, worth
    from opsrail.repo.snapshot import worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    around = look_around()
    snapshot = worktree_snapshot(around.repository)
    flow = read_flow(snapshot, name).flow
    if flow is None:
        raise CannotWork(f"there is no flow {name} that can run", "`opsrail flow list` has them")
    path = suite_path(flow.file.suite)
    suite = read_suite(snapshot, path).suite if path in snapshot else None
    if suite is None or name not in {suite.target.flow, suite.target.baseline}:
        raise CannotWork(
            f"no suite asks {name}", f"name one under `suite` in {flow.path}, with its target"
        )
    if flow.prompt is None:
        raise CannotWork(f"{name} asks no model", f"give it a `prompt` in {flow.path}")
    catalog = Catalog(snapshot)
    with ExitStack() as stack:
        without, with_model = (
            open_equipped(catalog, stack, around.today, open_model(snapshot, one, within))
            for one, within in ((Mode.OFF, None), (mode, ledger(budget)))
        )
        found = worth(suite, without, with_model)
    click.echo(in_words(found))
    is_better = found.comparison is not None and found.comparison.low > 0
    return ExitCode.PASS if is_better and not found.faults else ExitCode.CLOSED
