"""Files of a snapshot, written into a folder: for programs that have to find them on disk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from opsrail.findings import Unreadable
from opsrail.repo.snapshot import Snapshot


def write_out(snapshot: Snapshot, paths: Iterable[str], folder: Path) -> None:
    """Write these files under `folder`, each at its path.

    Links and files that are too large are left out: checks of their own report them.
    """
    for path in paths:
        try:
            content = snapshot.read(path)
        except Unreadable:
            continue
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if snapshot.entries[path].mode == "100755":
            place.chmod(0o755)
