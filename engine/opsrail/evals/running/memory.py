"""What earlier runs came to, under the digest of everything that a result depends on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from opsrail.evals.model import CaseResult, Mark
from opsrail.repo.cache import Cache, key_of


@dataclass(frozen=True, slots=True)
class Memory:
    """Results by key. Without a cache nothing is remembered, and the verdict is the same.

    `engine` tells the engine's own versions apart.
    """

    cache: Cache | None = None
    engine: str = ""

    def key(self, *parts: str) -> str:
        """The key of a result that depends on these."""
        return key_of("eval-case", self.engine, *parts)

    def known(self, keys: Sequence[str]) -> Mapping[str, CaseResult]:
        """The results there are, by key."""
        if self.cache is None:
            return {}
        found = self.cache.get_many(keys)
        return {key: _read(value) for key, value in found.items()}

    def keep(self, results: Mapping[str, CaseResult]) -> None:
        """Remember results. What failed is tried again: the next time it may work."""
        if self.cache is not None:
            fit = {key: _written(one) for key, one in results.items() if not one.error}
            self.cache.put_many(fit)


def _written(result: CaseResult) -> bytes:
    return json.dumps(asdict(result)).encode()


def _read(value: bytes) -> CaseResult:
    found = json.loads(value)
    return CaseResult(
        found["id"],
        found["value"],
        tuple(found["passes"]),
        tuple(Mark(**mark) for mark in found["marks"]),
        found["answer"],
        found["error"],
    )
