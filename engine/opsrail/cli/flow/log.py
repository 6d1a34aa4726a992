"""`opsrail flow log`: the audit log of runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opsrail.cli.flow.opening import desk_of, log_option
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode
from opsrail.report.model import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsrail.flows.log import AuditLog


@click.command()
@click.option("--verify", "verifies", is_flag=True, help="Is every line as it was written?")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N lines.")
@click.option(
    "--format", "form", type=click.Choice(["json", "text"]), default="text", show_default=True
)
@log_option
def command(form: str, last: int | None, log: Path | None, *, verifies: bool) -> int:
    """Show which flows ran, for whom, with what outcome and at what price.

    With --verify, exit code 1 says that a line was changed, added or taken out. That lines were
    cut off the end shows only if the digest it prints is kept elsewhere.
    """
    trail = desk_of(look_around(), log).log
    return _verified(trail, form) if verifies else _shown(trail, form, last)


def _verified(trail: AuditLog, form: str) -> int:
    found = trail.verify()
    if form == "json":
        told = {"lines": found.count, "digest": found.digest, "faults": list(found.faults)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for fault in found.faults:
            click.echo(f"{trail.path}: {fault}")
        state = "damaged" if found.faults else "as written"
        click.echo(f"{counted(found.count, 'line')}, {state}; digest of the last: {found.digest}")
    return ExitCode.CLOSED if found.faults else ExitCode.PASS


def _shown(trail: AuditLog, form: str, last: int | None) -> int:
    from collections import deque

    entries = deque(trail.entries(), maxlen=last) if last else trail.entries()
    is_empty = True
    for entry in entries:
        is_empty = False
        click.echo(json.dumps(entry, ensure_ascii=False) if form == "json" else _line(entry))
    if is_empty and form == "text":
        click.echo("no flow ran yet")
    return ExitCode.PASS


def _line(entry: Mapping[str, Any]) -> str:
    at, what, flow = (str(entry.get(key, "?")) for key in ("at", "what", "flow"))
    by = entry.get("by") or "somebody"
    if what != "run":
        reason = f": {entry['reason']}" if entry.get("reason") else ""
        return f"{at}  {flow}  {what} {entry.get('id', '?')} by {by}{reason}"
    said = [f"{entry.get('outcome')} by {entry.get('author')}", f"for {by}"]
    usage = entry.get("usage", {})
    if usage.get("dollars"):
        said.append(f"USD {usage['dollars']:.4f}")
    said += [", ".join(entry["reasons"])] if entry.get("reasons") else []
    said += [f"waits: {', '.join(entry['waiting'])}"] if entry.get("waiting") else []
    return f"{at}  {flow}  {' · '.join(said)}"
