"""What a command is run in: the folder, the clock, the terminal. Read here, passed down."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opsrail.repo.git import Repository

if TYPE_CHECKING:
    from opsrail.gate.pipeline import Progress


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The repository around the current folder, the UTC date, and how output may look."""

    repository: Repository
    today: date
    width: int | None
    colour: bool


def look_around() -> Surroundings:
    """Read the surroundings. Raises `CannotWork` outside of a Git repository."""
    on_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return Surroundings(
        Repository.discover(Path.cwd()),
        today(),
        # Some terminals of build servers say that they are 0 columns wide.
        width=(os.get_terminal_size().columns or None) if on_terminal else None,
        colour=on_terminal and "NO_COLOR" not in os.environ,
    )


def today() -> date:
    """The UTC calendar date; `OPSRAIL_TODAY` sets another, for rehearsals and replays."""
    if set_to := os.environ.get("OPSRAIL_TODAY"):
        try:
            return date.fromisoformat(set_to)
        except ValueError as error:
            raise click.UsageError(f"OPSRAIL_TODAY is no date: {set_to}") from error
    return datetime.now(UTC).date()


def now() -> datetime:
    """The instant that decides about freezes and approvals, in UTC. `OPSRAIL_NOW` sets another
    for rehearsals and replays; noon where only `OPSRAIL_TODAY` is set.
    """
    if set_to := os.environ.get("OPSRAIL_NOW"):
        try:
            instant = datetime.fromisoformat(set_to)
        except ValueError as error:
            raise click.UsageError(f"OPSRAIL_NOW is no instant: {set_to}") from error
        if instant.tzinfo is None:
            raise click.UsageError(f"OPSRAIL_NOW has no time zone: {set_to}; end it in Z for UTC.")
        if not 2000 <= instant.year <= 9000:
            raise click.UsageError(f"OPSRAIL_NOW is far from any change: {set_to}")
        return instant.astimezone(UTC)
    if os.environ.get("OPSRAIL_TODAY"):
        return datetime.combine(today(), time(12), UTC)
    return datetime.now(UTC)


def write_report(place: Path, text: str) -> None:
    """Write a report where `--output` says. Raises `UsageError` if there is no such folder."""
    if not place.absolute().parent.is_dir():
        raise click.UsageError(f"There is no folder {place.parent} to write {place.name} to.")
    place.write_text(text, encoding="utf-8", errors="surrogateescape")


@contextmanager
def progress_line() -> Iterator[Progress | None]:
    """A line that shows what a long run is doing: on a terminal only, and gone afterwards."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=None)
        yield lambda words, done, total: shown.update(
            task, description=words, completed=done, total=total
        )
