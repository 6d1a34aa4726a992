"""`opsrail forge request`: GitHub's payloads as one neutral request."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.forge.files import FILE, read_optional
from opsrail.cli.surroundings import write_report


@click.command()
@click.option("--event", type=FILE, metavar="FILE", help="The event, as it was delivered.")
@click.option("--pull", type=FILE, metavar="FILE", help="`pulls/N`, read just now.")
@click.option("--reviews", type=FILE, metavar="FILE", help="All of `pulls/N/reviews`.")
@click.option("--commits", type=FILE, metavar="FILE", help="All of `pulls/N/commits`.")
@click.option("--activity", type=FILE, metavar="FILE", help="`activity` of the branch: who pushed.")
@click.option("--runs", type=FILE, metavar="FILE", help="The runs for its head: who started them.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the request goes.",
)
def command(
    event: Path | None,
    pull: Path | None,
    reviews: Path | None,
    commits: Path | None,
    activity: Path | None,
    runs: Path | None,
    output: Path,
) -> None:
    """Put together what GitHub tells of a pull request, for `opsrail plan --request`.

    Without --reviews no approval counts: an event tells of one review and not of an objection
    beside it. Lists may come in pages, as a list of lists.
    """
    from opsrail.gate.forges.github import Payloads, request_of
    from opsrail.gate.forges.neutral import write

    if event is None and pull is None:
        raise click.UsageError("Name an --event, a --pull, or both.")
    request = request_of(
        Payloads(
            event=read_optional(event),
            pull=read_optional(pull),
            reviews=read_optional(reviews),
            commits=read_optional(commits),
            activity=read_optional(activity),
            runs=read_optional(runs),
        )
    )
    write_report(output, write(request))
    named = f"#{request.number}" if request.number else "a request without a number"
    click.echo(
        f"{named} at {request.head[:7]}: {len(request.commits)} commits,"
        f" {len(request.reviews)} reviews"
    )
