"""`opsrail policy test`: the scenarios beside the policy."""

from __future__ import annotations

import click

from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.governance.policy import read_policy
from opsrail.governance.scenarios import Tried, read_scenarios, try_scenario
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.report.escaping import visible
from opsrail.report.model import counted


@click.command()
@click.option("--all", "shows_all", is_flag=True, help="Name those that pass, too.")
def command(*, shows_all: bool) -> int:
    """Try every scenario in policies/governance/ under the policy of the work tree.

    A scenario is a made-up request and what must come of it. Exit code 1: one came out otherwise.
    """
    snapshot = worktree_snapshot(look_around().repository)
    read = read_policy(snapshot)
    scenarios, wrong = read_scenarios(snapshot)
    for finding in (*read.findings, *wrong):
        click.echo(visible(str(finding)))
    if read.findings:
        told = counted(len(scenarios), "scenario")
        click.echo(f"{told} cannot be tried until that is mended")
        return ExitCode.CLOSED
    tried = [try_scenario(one, at, read.policy, read.directory) for one, at in scenarios]
    failing = [one for one in tried if one.departures]
    for one in tried if shows_all else failing:
        _tell(one)
    click.echo(f"{counted(len(tried), 'scenario')}, {len(tried) - len(failing)} as expected")
    is_sound = not (wrong or failing)
    return ExitCode.PASS if is_sound else ExitCode.CLOSED


def _tell(one: Tried) -> None:
    click.echo(f"{visible(str(one.place))}: {visible(one.scenario.name)}")
    for departure in one.departures:
        click.echo(f"    {visible(departure)}")
