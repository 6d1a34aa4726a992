"""Where results are remembered, and which engine they are results of."""

from __future__ import annotations

from pathlib import Path

import opsrail
from opsrail.repo.cache import key_of

CACHE_FILE = "opsrail/cache.sqlite"
"""Inside the Git directory: disposable, and gone with the clone."""


def engine_fingerprint() -> str:
    """Which engine ran: its version and, since it may be edited in place, its files' times."""
    folder = Path(opsrail.__file__).parent
    files = sorted(path for kind in ("py", "json", "txt") for path in folder.rglob(f"*.{kind}"))
    stamps = ((path.relative_to(folder), path.stat()) for path in files)
    return key_of(
        opsrail.__version__, *(f"{name} {at.st_size} {at.st_mtime_ns}" for name, at in stamps)
    )
