"""`opsrail blame`: since when what an artifact states holds, and on whose word."""

from __future__ import annotations

import click

from opsrail.cli.artifact import artifact_named
from opsrail.cli.surroundings import look_around
from opsrail.gate.chronicle.artifact import UnknownArtifact
from opsrail.gate.chronicle.blame import blame
from opsrail.gate.chronicle.blame_formats import as_json, as_markdown, as_text
from opsrail.gate.chronicle.landings import Landings
from opsrail.repo.log import is_shallow
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog

FORMATS = {"json": as_json, "markdown": as_markdown, "text": as_text}


@click.command()
@click.argument("artifact")
@click.option("--head", default="HEAD", show_default=True, metavar="REV", help="What holds there.")
@click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), default="text", show_default=True
)
def command(artifact: str, head: str, form: str) -> None:
    """Tell since when each fact and value of ARTIFACT holds, who brought it, and what was before.

    ARTIFACT is a document, a section (`content/sources/refunds.md#refund-a-charge`), a YAML file,
    or the name of a rule, a playbook, a flow or an eval suite. What only moved keeps its age.
    """
    around = look_around()
    repository = around.repository
    catalog = Catalog(revision_snapshot(repository, repository.resolve(head)))
    found = artifact_named(catalog, artifact)
    try:
        holdings = blame(Landings(repository), catalog, found)
    except UnknownArtifact as error:
        raise click.UsageError(str(error)) from error
    told = FORMATS[form](found.name, holdings, is_shallow=is_shallow(repository))
    click.echo(told, nl=False)
