"""Changes that landed in an emergency, and whether somebody looked at them afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from opsrail.findings import Unreadable
from opsrail.governance.formats import Afterwards, AfterwardsFile
from opsrail.governance.kinds import AFTERWARDS_PATH
from opsrail.governance.record import BREAK_GLASS
from opsrail.governance.trailers import read_record
from opsrail.repo.git import UnknownRevision
from opsrail.repo.log import mentioning
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

_TRAILER: Final = "Opsrail-Break-Glass:"
MOST: Final = 500
"""Emergencies that are looked for, the newest ones. Who has more has other troubles."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """A landed change whose record says that the glass was broken for it."""

    commit: str
    plan: str
    people: tuple[str, ...]
    reason: str
    review_by: datetime | None
    is_reviewed: bool


def emergencies(snapshot: Snapshot) -> Iterator[Emergency]:
    """Those on the way to the snapshot, the newest first."""
    repository = snapshot.repository
    try:
        head = snapshot.revision or repository.resolve("HEAD")
    except UnknownRevision:
        return  # nothing landed yet
    reviews = afterwards(snapshot)
    for commit in mentioning(repository, head, f"^{_TRAILER}", MOST):
        record, _ = read_record(commit.message)
        if record is None or record.glass is None:
            continue
        glass = record.glass
        yield Emergency(
            commit.name,
            record.plan,
            glass.people,
            glass.reason or BREAK_GLASS,
            glass.review_by,
            any(record.plan.startswith(one.plan) and one.by not in glass.people for one in reviews),
        )


def afterwards(snapshot: Snapshot) -> tuple[Afterwards, ...]:
    """What people found who looked at emergencies; nothing where the file cannot be read."""
    if AFTERWARDS_PATH not in snapshot:
        return ()
    try:
        yaml = YamlText.parse(AFTERWARDS_PATH, snapshot.text(AFTERWARDS_PATH))
    except Unreadable:
        return ()  # the checks of form say what is wrong, and nothing counts as looked at
    file, _ = read_as("break-glass", AfterwardsFile, yaml)
    return file.reviews if file else ()
