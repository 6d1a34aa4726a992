"""The files that the forge's commands read and write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from opsrail.gate.forges.payload import Payload

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
"""A file to read."""


def read_bytes(path: Path, most: int) -> bytes:
    """What the file holds, and no more of it than shows that it is larger than `most` bytes."""
    with path.open("rb") as file:
        return file.read(most + 1)


def read_payload(path: Path) -> Payload:
    """The JSON in a file that a forge, or somebody else, wrote. Raises `Unreadable`."""
    from opsrail.gate.forges.payload import MOST_BYTES, parse

    return parse(path.name, read_bytes(path, MOST_BYTES))


def read_plan(path: Path) -> Payload:
    """The JSON in a file that `opsrail plan` wrote. Raises `Unreadable`."""
    from opsrail.gate.forges.payload import MOST_OF_OURS, parse

    return parse(path.name, read_bytes(path, MOST_OF_OURS), MOST_OF_OURS)


def read_text(path: Path) -> str:
    """What the file says; bytes that are no UTF-8 are replaced."""
    return path.read_bytes().decode("utf-8", errors="replace")


def read_optional(path: Path | None) -> Payload | None:
    """The JSON in a file, None where none is named. Raises `Unreadable`."""
    return read_payload(path) if path else None


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write the content as JSON."""
    from opsrail.cli.surroundings import write_report
    from opsrail.report.as_json import as_text

    write_report(path, as_text(content))
