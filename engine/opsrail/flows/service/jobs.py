"""One run on behalf of one request: carried out once, and on record once, whatever happens."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import perf_counter
from typing import Final

from opsrail.flows.model import Outcome, Run
from opsrail.flows.schemas import problems
from opsrail.flows.service.model import Call, Offer, Waiting
from opsrail.flows.service.problems import Fault
from opsrail.llm.model import Json

CUT: Final = "the service stopped before the run ended"
BUG: Final = "the engine failed; this is a bug"


class CutOff(Exception):
    """The run's end came too late: it is on record as cut off."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is on record, and the effects that wait for a person."""

    run: Run
    waiting: tuple[Waiting, ...]
    seconds: float
    faults: tuple[Fault, ...] = ()
    """Where the input is not what the flow takes."""


class Job:
    """Carries out the run when called, in a thread of the pool."""

    def __init__(self, offer: Offer, call: Call, given: Json) -> None:
        self.call = call
        self._offer = offer
        self._given = given
        self._unrecorded = threading.Lock()

    def __call__(self) -> Finished:
        """Run the flow, put the run on record. Raises `CutOff`, and what either raises."""
        begin = perf_counter()
        flow = self.call.flow
        try:
            run = self._offer.run(flow, self._given)
        except Exception:
            self._put_on_record(Run(flow, Outcome.FAILED, reasons=(BUG,), causes=(BUG,)))
            raise
        faults = self._faults() if run.outcome is Outcome.REFUSED_INPUT else ()
        waiting = self._put_on_record(run)
        return Finished(run, waiting, perf_counter() - begin, faults)

    def cut_off(self) -> bool:
        """Put it on record as cut off, unless it ended before; whether it was cut off."""
        try:
            self._put_on_record(Run(self.call.flow, Outcome.FAILED, reasons=(CUT,), causes=(CUT,)))
        except CutOff:
            return False
        return True

    def _put_on_record(self, run: Run) -> tuple[Waiting, ...]:
        if not self._unrecorded.acquire(blocking=False):
            raise CutOff
        return self._offer.record(self.call, run)

    def _faults(self) -> tuple[Fault, ...]:
        found = problems(self._offer.flows[self.call.flow].input, self._given)
        return tuple(
            Fault(_pointer(one.route), f"{one.message} ({one.hint})" if one.hint else one.message)
            for one in found
        )


def _pointer(route: tuple[str | int, ...]) -> str:
    """The route as a JSON pointer (RFC 6901)."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in route)
    return "".join(f"/{step}" for step in steps)
