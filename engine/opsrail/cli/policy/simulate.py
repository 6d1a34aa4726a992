"""`opsrail policy simulate`: an edited policy, tried on what landed."""

from __future__ import annotations

import click

from opsrail.cli.surroundings import look_around, progress_line
from opsrail.findings import CannotWork, ExitCode
from opsrail.gate.simulating import simulate, told
from opsrail.governance.kinds import GOVERNANCE_PATH
from opsrail.governance.policy import read_policy
from opsrail.repo.snapshot import revision_snapshot, worktree_snapshot
from opsrail.report.escaping import visible


@click.command()
@click.option(
    "--last", default=50, show_default=True, type=click.IntRange(1, 5_000), help="How many."
)
@click.option(
    "--base", default="HEAD", show_default=True, metavar="REV", help="The policy to compare with."
)
def command(last: int, base: str) -> int:
    """Judge the last landed changes under the policy in the work tree, and say which of them it
    would judge otherwise than the policy of --base does.

    Each is judged at the time when it landed, with the approvals that its record names.
    """
    repository = look_around().repository
    head = repository.resolve(base)
    before, after = (
        read_policy(revision_snapshot(repository, head)),
        read_policy(worktree_snapshot(repository)),
    )
    for finding in after.findings:
        click.echo(visible(str(finding)), err=True)
    if after.policy is None:
        raise CannotWork(f"there is no sound {GOVERNANCE_PATH} to try", "see `opsrail check`")
    simulated = []
    with progress_line() as progress:
        for one in simulate(repository, head, before, after, last):
            simulated.append(one)
            if progress:
                progress(f"judging {one.landing.commit[:7]}", len(simulated), last)
    if not simulated:
        click.echo("nothing has landed yet that it could be tried on")
        return ExitCode.PASS
    for line in told(simulated):
        click.echo(visible(line))
    return ExitCode.PASS
