"""An asker whose every request also counts against one budget, that of a whole run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opsrail.llm.asking import Asker
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Fault, Mode, Reply, Request


@dataclass(frozen=True)
class Bounded:
    """Asks as `asker` does, within `ledger` and within what each caller allows."""

    asker: Asker
    ledger: Ledger

    @property
    def mode(self) -> Mode:
        """Where its answers come from."""
        return self.asker.mode

    def ask(
        self, requests: Sequence[Request], within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        """The outcome of each request, in their order."""
        if within is None:
            return self.asker.ask(requests, self.ledger)
        within.above = self.ledger
        return self.asker.ask(requests, within)
