"""Budgets: what a request may cost is set aside before it is sent, and nothing goes over."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from opsrail.llm.model import FREE, Usage


@dataclass
class Ledger:
    """The most that some work may use, and what it used. None: no limit. Several threads may
    use it.
    """

    dollars: float | None = None
    tokens: int | None = None
    spent: Usage = FREE
    _reserved: Usage = FREE
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def reserve(self, most: Usage) -> bool:
        """Set aside what a request may use at most; False, and nothing set aside, if that would
        go over.
        """
        with self._lock:
            whole = self.spent + self._reserved + most
            tokens = whole.input_tokens + whole.output_tokens
            if self.dollars is not None and whole.dollars > self.dollars:
                return False
            if self.tokens is not None and tokens > self.tokens:
                return False
            self._reserved = self._reserved + most
            return True

    def settle(self, most: Usage, used: Usage) -> None:
        """Put what was really used in the place of what was set aside."""
        with self._lock:
            self._reserved = Usage(
                self._reserved.input_tokens - most.input_tokens,
                self._reserved.output_tokens - most.output_tokens,
                self._reserved.dollars - most.dollars,
            )
            self.spent = self.spent + used
