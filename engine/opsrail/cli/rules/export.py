"""`opsrail rules export`: rules for another system."""

from __future__ import annotations

import click

from opsrail.cli.rules.choosing import about, chosen
from opsrail.cli.surroundings import look_around
from opsrail.findings import ExitCode, Finding, closed_gates, in_order
from opsrail.report.escaping import visible


@click.command()
@click.argument("names", nargs=-1)
@click.option("--to", "target", metavar="SYSTEM", help="Which system; without it, those there are.")
@click.option("--form", default="default", show_default=True, help="One of its output forms.")
def command(names: tuple[str, ...], target: str | None, form: str) -> int:
    """Convert rules (all that have an owner, or NAMES) by an installed pySigma backend.

    Queries are printed; every meaning of the `ops` block that is lost is told beside them.
    Exit code 1: a rule cannot be read, or not be said in that system at all.
    """
    from opsrail.detection.export import exported, targets
    from opsrail.detection.library import read_library
    from opsrail.repo.snapshot import worktree_snapshot

    if target is None:
        for name, told in targets().items():
            click.echo(f"{name:16}{told}")
        return ExitCode.PASS
    library = read_library(worktree_snapshot(look_around().repository))
    wanted = chosen(library.rules, names)
    findings: list[Finding] = [*about(library, names)]
    for name in wanted:
        found = exported(library, name, target, form)
        findings += found.findings
        for query in found.queries:
            click.echo(query)
    for finding in in_order(findings):
        click.echo(visible(str(finding)), err=True)
    return ExitCode.CLOSED if closed_gates(findings) else ExitCode.PASS
