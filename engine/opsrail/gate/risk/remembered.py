"""Small results of the risk's evidence, remembered by the content that they came of."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

from opsrail.gate.memo import CACHE_FILE, engine_fingerprint
from opsrail.gate.subject import Subject
from opsrail.repo.cache import Cache, key_of


class Memory:
    """Remembers JSON values for one subject; nothing, if the subject may not remember."""

    def __init__(self, subject: Subject) -> None:
        self._cache: Cache | None = None
        if subject.remembers:
            self._cache = Cache(subject.head.snapshot.repository.git_dir / CACHE_FILE)
            self._engine = _engine()

    def of(self, parts: tuple[str, ...], compute: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        """What `compute` gives, or gave when it was last asked with these parts."""
        if self._cache is None:
            return compute()
        key = key_of("risk", self._engine, *parts)
        if (known := self._cache.get(key)) is not None:
            return json.loads(known)
        value = compute()
        self._cache.put(key, json.dumps(value).encode())
        return value

    def close(self) -> None:
        """Let go of the cache."""
        if self._cache is not None:
            self._cache.close()


@cache
def _engine() -> str:
    """Which engine runs: that which was loaded, so that its files are looked at once."""
    return engine_fingerprint()
