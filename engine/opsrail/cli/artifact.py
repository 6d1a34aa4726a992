"""The artifact that a command line names, found where the user stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.gate.chronicle.artifact import Artifact, UnknownArtifact, find_artifact

if TYPE_CHECKING:
    from opsrail.tailor.catalog import Catalog


def artifact_named(catalog: Catalog, name: str) -> Artifact:
    """The artifact; paths may be written from the root or from the current folder.

    Raises `UsageError` with what would help.
    """
    here, root = Path.cwd().resolve(), catalog.snapshot.repository.root.resolve()
    within = here.relative_to(root).as_posix() if here.is_relative_to(root) else ""
    try:
        return find_artifact(catalog, name, "" if within == "." else within)
    except UnknownArtifact as error:
        raise click.UsageError(str(error)) from error
