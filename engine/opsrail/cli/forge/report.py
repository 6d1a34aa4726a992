"""`opsrail forge report`: the report out of what another run left behind."""

from __future__ import annotations

from pathlib import Path

import click

from opsrail.cli.forge.files import FILE, read_bytes

NAME = "report.json"


@click.command()
@click.option(
    "--artifact", type=FILE, required=True, metavar="FILE", help="The archive that a run left."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE",
    help="Where the report goes.",
)
def command(artifact: Path, output: Path) -> None:
    """Take report.json, and nothing else, out of an archive that nobody vouches for.

    What it says is for `opsrail plan --reported` to judge; here it only has to be JSON, and no
    larger than a report can be.
    """
    from opsrail.gate.forges.archives import only_file
    from opsrail.gate.forges.payload import MOST_BYTES, parse

    content = only_file(artifact.name, read_bytes(artifact, MOST_BYTES), NAME)
    parse(NAME, content).mapping()
    output.write_bytes(content)
    click.echo(f"{NAME}: {len(content):,} bytes")
