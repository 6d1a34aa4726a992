"""`opsrail forge merge`: the request that lands what a plan opened."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.forge.files import FILE, read_plan, read_text, write_json
from opsrail.findings import ExitCode


@click.command()
@click.option("--plan-json", type=FILE, required=True, metavar="FILE", help="The plan as JSON.")
@click.option(
    "--record", type=FILE, required=True, metavar="FILE", help="The trailers that it lands with."
)
@click.option(
    "--method", type=click.Choice(("merge", "squash")), default="merge", show_default=True
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the request goes.",
)
def command(plan_json: Path, record: Path, method: str, output: Path) -> int:
    """Write the body of `PUT pulls/N/merge`, pinned to the head that was judged.

    Nothing is written unless the plan is open: exit code 1.
    """
    from opsrail.gate.forges.answered import Verdict, answered_of
    from opsrail.gate.forges.github_answers import Method, merge_body

    told = answered_of(read_plan(plan_json))
    if told.verdict is not Verdict.OPEN:
        click.echo(f"#{told.number} is {told.verdict}: nothing lands")
        return ExitCode.CLOSED
    trailers = read_text(record)
    write_json(output, merge_body(told, trailers, Method(method)))
    click.echo(f"#{told.number} may land at {told.head[:7]}")
    return ExitCode.PASS
