"""`opsrail eval drift`: every suite's score from release to release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from opsrail.cli.eval.choosing import chosen
from opsrail.cli.surroundings import look_around, progress_line

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Judged, Outcome

_MOST = 8


@click.command()
@click.argument("names", nargs=-1, metavar="[SUITE]...")
@click.option(
    "--releases",
    "count",
    type=click.IntRange(1, 50),
    default=_MOST,
    show_default=True,
    help="How many releases to look back on.",
)
def command(names: tuple[str, ...], count: int) -> None:
    """Show the score of suites (all, or those named) at the last releases and now.

    Each release is compared with now on the cases that both have, so a column tells what was
    lost or won since. Which tags are releases is said in policies/gates.yaml (`release_tags`).
    """
    from opsrail.evals.judging.judge import Court, judge
    from opsrail.evals.judging.releases import releases
    from opsrail.evals.reading.gates import eval_rules
    from opsrail.evals.running.memory import Memory
    from opsrail.flows.sides import open_equipped
    from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
    from opsrail.repo.cache import Cache
    from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
    from opsrail.tailor.catalog import Catalog

    around = look_around()
    repository = around.repository
    snapshot = worktree_snapshot(repository)
    paths = chosen(names, snapshot)
    found = releases(snapshot)[:count]
    if not found:
        pattern = eval_rules(snapshot).release_tags
        click.echo(f"no tag `{pattern}` leads up to here, so there is no release to compare with")
        return
    compared: dict[str, Judged] = {}
    with ExitStack() as stack:
        cache = stack.enter_context(Cache(repository.git_dir / CACHE_FILE))
        progress = stack.enter_context(progress_line())
        memory = Memory(cache, engine_fingerprint())
        head = open_equipped(Catalog(snapshot), stack, around.today)
        for release in reversed(found):
            earlier = revision_snapshot(repository, release.commit)
            base = open_equipped(Catalog(earlier), stack, around.today, also=snapshot)
            court = Court(head, base, eval_rules(snapshot), around.today, memory, progress)
            compared[release.tag] = judge(court, paths)
    for line in _table(compared):
        click.echo(line)


def _table(compared: Mapping[str, Judged]) -> Iterator[str]:
    tags = list(compared)
    last = compared[tags[-1]]
    rows = [("suite", *tags, "now", f"since {tags[-1]}")]
    for outcome in last.outcomes:
        name = outcome.suite.name
        before = [_named(judged, name) for judged in compared.values()]
        rows.append((name, *(_score(one) for one in before), _now(outcome), _since(outcome)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(
            f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)
        ).rstrip()


def _named(judged: Judged, name: str) -> Outcome | None:
    return next((one for one in judged.outcomes if one.suite.name == name), None)


def _score(outcome: Outcome | None) -> str:
    """The score that a release had, on the cases that are still the same."""
    paired = outcome.decision.evidence.paired if outcome else None
    return _percent(paired.base) if paired else "–"


def _now(outcome: Outcome) -> str:
    return _percent(outcome.decision.evidence.head.values)


def _percent(values: Sequence[float]) -> str:
    return f"{100 * sum(values) / len(values):.1f} %" if values else "–"


def _since(outcome: Outcome) -> str:
    """The difference to the last release, with its verdict."""
    found = outcome.decision.comparison
    if found is None:
        return outcome.verdict.value
    span = f"{100 * found.low:+.1f} to {100 * found.high:+.1f}"
    told = f"{100 * found.estimate:+.1f} ({span}) {outcome.verdict.value}".replace("-", "−")
    every = len(outcome.suite.cases)
    return told if found.cases == every else f"{told}, on {found.cases} of {every} cases"
