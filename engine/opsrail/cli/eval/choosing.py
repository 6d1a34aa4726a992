"""Which suites a command is about."""

from __future__ import annotations

from collections.abc import Sequence

import click

from opsrail.evals.reading.places import FOLDER, is_suite_file, suite_name, suite_path
from opsrail.findings import CannotWork
from opsrail.repo.snapshot import Snapshot


def chosen(names: Sequence[str], head: Snapshot, base: Snapshot | None = None) -> tuple[str, ...]:
    """The files of the suites named, or of all that head or base has.

    Raises `UsageError` for a name that no suite has, and `CannotWork` where there are none.
    """
    sides = (head, *((base,) if base else ()))
    known = {path for side in sides for path in side.paths(FOLDER, ".yaml") if is_suite_file(path)}
    if not known:
        raise CannotWork(
            f"there are no eval suites in {FOLDER}", "`opsrail eval new PLAYBOOK` drafts one"
        )
    for name in names:
        if suite_path(name) not in known:
            there = ", ".join(suite_name(path) for path in sorted(known))
            raise click.UsageError(f"There is no suite {name}. There are: {there}.")
    return tuple(sorted({suite_path(name) for name in names} if names else known))
