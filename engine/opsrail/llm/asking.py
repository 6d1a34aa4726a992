"""Who answers requests: recordings, an endpoint, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, Mode, Reply, Request


class Asker(Protocol):
    """Answers requests: by recordings, by calls, or not at all."""

    @property
    def mode(self) -> Mode:
        """Where its answers come from."""
        ...

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        """The outcome of each request, in their order. Concurrent where they are calls."""
        ...
