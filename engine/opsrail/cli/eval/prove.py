"""`opsrail eval prove`: how often the gate cries wolf, and what it misses."""

from __future__ import annotations

import json

import click

from opsrail.cli.surroundings import progress_line
from opsrail.findings import ExitCode


@click.command()
@click.option(
    "--runs",
    type=click.IntRange(min=20, max=1_000_000),
    default=1000,
    show_default=True,
    help="How many suites of each kind to simulate.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same suites.",
)
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True
)
def command(runs: int, seed: int, form: str) -> int:
    """Prove the gate itself on simulated suites whose truth is known.

    Suites of many kinds are invented: few cases and many, right or wrong and graded, with and
    without customers whose cases fail together. Where nothing changed, the gate may close as
    rarely as promised; where head is worse by the whole margin, it may open as rarely. Nothing
    is read from the repository, and no target runs. Exit code 1: a promise is broken, by more
    than chance would explain.
    """
    # Importing engines takes a while, and usage errors should not wait for it.
    from opsrail.evals.proving.prove import as_json, lines, prove

    with progress_line() as progress:
        proof = prove(runs, seed, progress=progress)
    if form == "json":
        click.echo(json.dumps(as_json(proof), indent=2, ensure_ascii=False))
    else:
        for line in lines(proof):
            click.echo(line)
    return ExitCode.PASS if proof.is_kept else ExitCode.CLOSED
