"""What running a flow may cost, found out without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from opsrail.llm.budget import Ledger
from opsrail.llm.estimate import estimated
from opsrail.llm.formats import ModelEntry
from opsrail.llm.model import FREE, Fault, FaultKind, Mode, Reply, Request, Usage


@dataclass
class Estimator:
    """An asker that answers nothing and adds up what each first answer may cost at most.

    Later steps of a chain are then given what the baselines of earlier ones say, so that theirs
    is an estimate of the usual case only. `unpriced` names models without a price.
    """

    models: Mapping[str, ModelEntry]
    mode: Mode = Mode.REPLAY
    requests: int = 0
    most: Usage = FREE
    unpriced: set[str] = field(default_factory=set)

    def ask(
        self, requests: Sequence[Request], _within: Ledger | None = None
    ) -> tuple[Reply | Fault, ...]:
        """A fault for each; what it may cost is added up."""
        for request in requests:
            self.requests += 1
            entry = self.models.get(request.entry)
            if entry is None or entry.price is None:
                self.unpriced.add(request.entry)
            else:
                self.most = self.most + estimated(request, entry.price)
        message = "nothing is asked: this is an estimate"
        return tuple(Fault(request, FaultKind.OFF, message) for request in requests)
