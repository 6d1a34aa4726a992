"""What one run may use: dollars, tokens and time, the smallest of several limits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TypeVar

from opsrail.flows.formats import Spending
from opsrail.llm.budget import Ledger
from opsrail.llm.model import Usage

_T = TypeVar("_T")
_Number = TypeVar("_Number", int, float)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that some work may use. None: no limit. `until` is a reading of the clock that
    whoever runs a flow uses, in seconds.
    """

    dollars: float | None = None
    tokens: int | None = None
    until: float | None = None

    def narrowed(self, spending: Spending, now: float) -> Limits:
        """These, and those of a flow's own budget, which begins now."""
        return Limits(
            _least(self.dollars, spending.dollars),
            _least(self.tokens, spending.tokens),
            _least(self.until, now + spending.seconds),
        )

    def less(self, used: Usage) -> Limits:
        """What is left of them."""
        tokens = used.input_tokens + used.output_tokens
        return replace(
            self,
            dollars=None if self.dollars is None else max(0.0, self.dollars - used.dollars),
            tokens=None if self.tokens is None else max(0, self.tokens - tokens),
        )

    def left(self, now: float) -> float:
        """Seconds that are left; without end where no limit is set."""
        return float("inf") if self.until is None else self.until - now

    @property
    def ledger(self) -> Ledger:
        """A ledger that holds exactly this."""
        return Ledger(self.dollars, self.tokens)


NO_LIMITS = Limits()


def in_time(call: Callable[[], _T], seconds: float) -> _T | None:
    """What the call returns, or None if it takes longer; what it raises is raised here.

    A call that takes too long goes on in a thread of its own, and the program ends after it: it
    has to have a limit of its own, as calls of a model do.
    """
    if seconds == float("inf"):
        return call()
    threads = ThreadPoolExecutor(max_workers=1)
    try:
        asked = threads.submit(call)
        finished, _ = wait([asked], timeout=max(0.0, seconds))
        return asked.result() if finished else None
    finally:
        threads.shutdown(wait=False)


def _least(one: _Number | None, other: _Number) -> _Number:
    return other if one is None else min(one, other)
