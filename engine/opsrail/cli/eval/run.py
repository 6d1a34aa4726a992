"""`opsrail eval run`: run suites, and judge head against base."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.asking import ledger, model_options, open_model
from opsrail.cli.eval.choosing import chosen
from opsrail.cli.surroundings import look_around, progress_line, write_report
from opsrail.evals.told import FORMATS, render
from opsrail.findings import ExitCode
from opsrail.llm.model import Mode

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.evals.judging.judged import Judged
    from opsrail.llm.budget import Ledger


@click.command()
@click.argument("names", nargs=-1, metavar="[SUITE]...")
@click.option(
    "--base",
    metavar="REV",
    help="Compare with REV's merge base with the head; without it, every case has to pass.",
)
@click.option("--head", metavar="REV", help="Judge that commit instead of the work tree.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report there as well, in the chosen format; text goes to the terminal.",
)
@click.option("--no-cache", is_flag=True, help="Compute everything anew.")
@model_options
def command(
    names: tuple[str, ...],
    base: str | None,
    head: str | None,
    form: str,
    output: Path | None,
    mode: Mode,
    budget: float | None,
    *,
    no_cache: bool,
) -> int:
    """Run suites (all, or those named) and say of each whether head is worse than base.

    Exit code 0: every protected suite passes. 1: one fails, cannot tell, or cannot be compared.
    """
    around = look_around()
    judged = judge_named(
        around, names, base, head, no_cache=no_cache, mode=mode, within=ledger(budget)
    )
    if output:
        write_report(output, render(judged, form))
        form = "text"
    click.echo(render(judged, form, width=around.width, colour=around.colour), nl=False)
    return ExitCode.PASS if judged.is_open else ExitCode.CLOSED


def judge_named(
    around: Surroundings,
    names: tuple[str, ...],
    base: str | None,
    head: str | None,
    *,
    no_cache: bool = False,
    mode: Mode = Mode.REPLAY,
    within: Ledger | None = None,
) -> Judged:
    """The verdicts of these suites (all, if none is named). `base` and `head` are revisions.

    `mode` says where models' answers come from, on both sides, `within` what they may cost.
    """
    # Running suites takes a while to import, and `--help` has no use for it.
    from opsrail.evals.judging.judge import Court, judge
    from opsrail.evals.reading.gates import eval_rules
    from opsrail.evals.running.memory import Memory
    from opsrail.flows.sides import open_equipped
    from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
    from opsrail.repo.cache import Cache
    from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    repository = around.repository
    after = repository.resolve(head) if head else None
    snapshot = revision_snapshot(repository, after) if after else worktree_snapshot(repository)
    before = None
    if base:
        shared = repository.merge_base(
            repository.resolve(base), after or repository.resolve("HEAD")
        )
        before = revision_snapshot(repository, shared)
    paths = chosen(names, snapshot, before)
    with ExitStack() as stack:
        cache = None
        if not no_cache:
            cache = stack.enter_context(Cache(repository.git_dir / CACHE_FILE))
        progress = stack.enter_context(progress_line())
        asker = open_model(snapshot, mode, within)
        earlier = None
        if before is not None:
            then = open_model(before, mode, within, snapshot)
            earlier = open_equipped(Catalog(before), stack, around.today, then, snapshot)
        court = Court(
            open_equipped(Catalog(snapshot), stack, around.today, asker),
            earlier,
            eval_rules(before or snapshot),
            around.today,
            Memory(cache, engine_fingerprint()),
            progress,
        )
        return judge(court, paths)
