"""`opsrail log`: the typed history of one artifact."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import click

from opsrail.cli.artifact import artifact_named
from opsrail.cli.surroundings import look_around
from opsrail.gate.chronicle.history import Wanted, history
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.log_formats import as_json, as_markdown, as_text
from opsrail.repo.git import Repository
from opsrail.repo.log import is_shallow
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog

FORMATS = {"json": as_json, "markdown": as_markdown, "text": as_text}


@click.command()
@click.argument("artifact")
@click.option("--head", default="HEAD", show_default=True, metavar="REV", help="Where to begin.")
@click.option("--since", metavar="REV|DATE", help="Only what landed after it.")
@click.option("-n", "most", type=click.IntRange(1), metavar="N", help="Only the last N landings.")
@click.option(
    "--format", "form", type=click.Choice(sorted(FORMATS)), default="text", show_default=True
)
def command(artifact: str, head: str, since: str | None, most: int | None, form: str) -> None:
    """Tell what happened to ARTIFACT, landing by landing, and who agreed to it.

    ARTIFACT is a file, a section (`content/sources/refunds.md#refund-a-charge`), a folder, or
    the name of a rule, a playbook, a flow or an eval suite. A merge counts as one landing.

    A record in a commit is believed only if it is about exactly what landed. That people agreed
    as it says is for the people to confirm: anybody can write a commit message.
    """
    around = look_around()
    repository = around.repository
    tip = repository.resolve(head)
    found = artifact_named(Catalog(revision_snapshot(repository, tip)), artifact)
    beyond, at = _since(repository, since)
    wanted = Wanted(tip, beyond, at, most)
    entries = tuple(history(Landings(repository), found, wanted, around.today))
    told = FORMATS[form](found.name, entries, is_shallow=is_shallow(repository))
    click.echo(told, nl=False)


def _since(repository: Repository, since: str | None) -> tuple[str, datetime | None]:
    """A commit that is past already, or the instant at which a UTC day begins."""
    if since is None:
        return "", None
    try:
        return "", datetime.combine(date.fromisoformat(since), time(), UTC)
    except ValueError:
        return repository.resolve(since), None
