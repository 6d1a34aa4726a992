"""Budgets: what a request may cost is set aside before it is sent, and nothing goes over."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

from opsrail.llm.model import FREE, Usage

_ROUNDING: Final = 1e-9
"""US dollars. Sums of floats are that much off, and no price is that small."""


@dataclass
class Ledger:
    """The most that some work may use, and what it used. None: no limit. Several threads may
    use it. What it uses is also part of what `above` may.
    """

    dollars: float | None = None
    tokens: int | None = None
    spent: Usage = FREE
    above: Ledger | None = None
    _reserved: Usage = FREE
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def reserve(self, most: Usage) -> bool:
        """Set aside what a request may use at most; False, and nothing set aside, if that would
        go over.
        """
        if self.above is not None and not self.above.reserve(most):
            return False
        with self._lock:
            if has_room := self._has_room(self.spent + self._reserved + most):
                self._reserved = self._reserved + most
        if self.above is not None and not has_room:
            self.above.settle(most, FREE)
        return has_room

    def _has_room(self, whole: Usage) -> bool:
        tokens = whole.input_tokens + whole.output_tokens
        if self.dollars is not None and whole.dollars > self.dollars + _ROUNDING:
            return False
        return self.tokens is None or tokens <= self.tokens

    def settle(self, most: Usage, used: Usage) -> None:
        """Put what was really used in the place of what was set aside."""
        with self._lock:
            self._reserved = Usage(
                self._reserved.input_tokens - most.input_tokens,
                self._reserved.output_tokens - most.output_tokens,
                self._reserved.dollars - most.dollars,
            )
            self.spent = self.spent + used
        if self.above is not None:
            self.above.settle(most, used)
