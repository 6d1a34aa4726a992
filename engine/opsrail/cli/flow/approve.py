"""`opsrail flow approve`: say yes or no to what a flow proposes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.cli.flow.opening import caller_name, desk_of, log_option
from opsrail.cli.surroundings import look_around
from opsrail.report.columns import in_columns

if TYPE_CHECKING:
    from opsrail.flows.approving import Desk
    from opsrail.flows.waiting import Proposal

_HEADS = ("id", "flow", "branch", "waits for", "run by", "since")


@click.command()
@click.argument("name", metavar="[ID]", required=False)
@click.option("--reason", help="Why; it stands in the commit and in the audit log.")
@click.option("--by", metavar="NAME", help="Who decides; your name in Git's settings if left out.")
@click.option("--reject", "says_no", is_flag=True, help="Say no.")
@log_option
def command(
    name: str | None, reason: str | None, by: str | None, log: Path | None, *, says_no: bool
) -> None:
    """Say yes to the proposal ID: its branch is made, once. Without ID, list what waits.

    Who had the flow run cannot say yes to it. Whether you belong to the team that is asked is
    not looked at here. Nothing is pushed.
    """
    around = look_around()
    desk = desk_of(around, log)
    if name is None:
        _list(desk)
        return
    who = by or caller_name(around)
    if not who:
        raise click.UsageError("Who decides? Give --by NAME, or set user.name in Git.")
    if not (reason or "").strip():
        raise click.UsageError("Why? Give --reason TEXT; reviewers read it.")
    from opsrail.flows.approving import approve, reject

    decide = reject if says_no else approve
    _tell(decide(desk, name, who, str(reason).strip(), datetime.now(UTC)))


def _list(desk: Desk) -> None:
    from opsrail.flows.waiting import State

    waiting = [one for one in desk.room.all() if one.state is State.WAITING]
    rows = [(one.id, one.flow, one.branch, one.team, one.by or "?", one.at) for one in waiting]
    for line in in_columns([_HEADS, *rows]) if rows else ["nothing waits"]:
        click.echo(line)


def _tell(done: Proposal) -> None:
    click.echo(f"{done.id}: {done.state} by {done.decided_by} at {done.decided_at}: {done.reason}")
    if not done.commit:
        return
    known = f"had been run by {done.by}" if done.by else "was run by somebody unknown"
    click.echo(
        f"The branch {done.branch} is at {done.commit[:10]}; the flow {known}. Whether"
        f" {done.decided_by} belongs to {done.team} was not looked at here.\n"
        f"Look: git log -p {done.branch}"
    )
