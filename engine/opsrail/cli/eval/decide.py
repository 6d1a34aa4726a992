"""`opsrail eval decide`: put on record what a suite could not decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from opsrail.cli.eval.run import judge_named
from opsrail.cli.surroundings import look_around
from opsrail.findings import CannotWork

if TYPE_CHECKING:
    from opsrail.cli.surroundings import Surroundings
    from opsrail.evals.judging.record import Open


@click.command()
@click.argument("name", metavar="SUITE")
@click.option("--base", metavar="REV", required=True, help="What the change is compared with.")
@click.option("--reason", required=True, help="Why this is right; reviewers read it.")
@click.option("--by", metavar="NAME", help="Who decides; your name in Git's settings if left out.")
def command(name: str, base: str, reason: str, by: str | None) -> None:
    """Decide where SUITE cannot tell, or agree to what a change takes from it.

    A case that fails, and a comparison that cannot be made, are nothing to decide about. The
    decision holds for exactly this evidence: with other answers it is to be made anew. Commit
    policies/evals/decisions.yaml with the change. SUITE may be `gates`, for policies/gates.yaml.
    """
    from opsrail.evals.judging.record import open_to_decision, with_decisions
    from opsrail.evals.reading.gates import decisions
    from opsrail.evals.reading.places import DECISIONS_PATH
    from opsrail.repo.journal import exclusive, recover, write_all
    from opsrail.repo.snapshot import worktree_snapshot

    around = look_around()
    who = by or around.repository.user_setting("user.name")
    if not who:
        raise click.UsageError("Who decides? Give --by NAME, or set user.name in Git.")
    if name == "gates":
        found = list(_loosened(around, base))
    else:
        found = list(open_to_decision(judge_named(around, (name,), base, None)))
    if not found:
        raise CannotWork(
            f"nothing about {name} is open to a decision",
            f"`opsrail eval {name} --base {base}` says how it stands",
        )
    snapshot = worktree_snapshot(around.repository)
    text = with_decisions(decisions(snapshot), found, who, around.today, reason)
    with exclusive(around.repository):
        recover(around.repository)
        write_all(around.repository, {DECISIONS_PATH: text})
    for one in found:
        click.echo(f"{one.suite}: {one.words}")
    click.echo(f"\n{who} decided: {reason}\nCommit {DECISIONS_PATH} with the change.")


def _loosened(around: Surroundings, base: str) -> Iterator[Open]:
    """What the change takes from the rules for all suites."""
    from opsrail.evals.comparing.weakening import loosened, record_of
    from opsrail.evals.judging.record import Open
    from opsrail.evals.reading.gates import eval_rules
    from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot

    repository = around.repository
    shared = repository.merge_base(repository.resolve(base), repository.resolve("HEAD"))
    before = eval_rules(revision_snapshot(repository, shared))
    for words in loosened(before, eval_rules(worktree_snapshot(repository))):
        yield Open("gates", record_of(words), words)
