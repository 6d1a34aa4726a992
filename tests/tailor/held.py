"""A snapshot of files held in memory, and a catalog over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Entry, Snapshot, blob_id
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import SyncPlan, plan_sync


class HeldSnapshot(Snapshot):
    """Governed files that lie on no disk."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = {path: text.encode() for path, text in files.items()}
        entries = (Entry(path, "100644", blob_id(text)) for path, text in self._files.items())
        super().__init__(Repository(Path(), Path()), None, entries)

    def read(self, path: str) -> bytes:
        return self._files[path]


def catalog_of(files: Mapping[str, str]) -> Catalog:
    return Catalog(HeldSnapshot(files))


def plan(files: Mapping[str, str]) -> SyncPlan:
    return plan_sync(catalog_of(files))


def written(files: Mapping[str, str], done: SyncPlan) -> dict[str, str]:
    """The files after a plan was carried out."""
    after = {**files, **done.writes}
    return {path: text for path, text in after.items() if text is not None}


def synced(files: Mapping[str, str]) -> dict[str, str]:
    return written(files, plan(files))


def pages_of(files: Mapping[str, str]) -> dict[str, str]:
    """The pages that people read."""
    return {
        path: text
        for path, text in files.items()
        if path.startswith("playbooks/") and path.endswith(".md") and "/.generated/" not in path
    }
