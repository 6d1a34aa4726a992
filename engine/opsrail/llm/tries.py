"""The tries at one call: how long to wait between them, when to stop, and what they cost."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from opsrail.llm.answers import Answer
from opsrail.llm.budget import Ledger
from opsrail.llm.estimate import priced
from opsrail.llm.faults import Failed, timed_out
from opsrail.llm.formats import ModelEntry, Price
from opsrail.llm.model import FREE, FaultKind, Request, Usage

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be sent: its model's entry, and what was set aside for one try."""

    request: Request
    entry: ModelEntry
    price: Price
    most: Usage


@dataclass
class Tries:
    """Tries one call until there is an answer, a lasting failure, or the deadline.

    A try that brought nothing may have been charged all the same: then it counts in full, and
    the next one is set aside anew. `used` is what all of them cost together.
    """

    call: Call
    within: Ledger
    retries: int = 0
    used: Usage = FREE
    _is_set_aside: bool = True

    async def answer(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer. Raises `Failed` if there is none. Nothing stays set aside."""
        try:
            return await self._answer(send)
        except Failed:
            self._settle(FREE)
            raise
        finally:  # when somebody stops the program, the try that is under way may be charged
            self._settle(self.call.most)

    async def _answer(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        clock = asyncio.get_running_loop().time
        ends = clock() + self.call.entry.deadline
        last: Failed | None = None
        while True:
            try:
                async with asyncio.timeout_at(ends):
                    answer = await send()
            except TimeoutError:
                last = timed_out(self.call.entry.deadline, last)
            except Failed as failed:
                last = failed
            else:
                self._settle(_used(self.call, answer))
                return answer
            if last.is_paid:
                self._settle(self.call.most)
            pause = pause_before(self.retries + 1, last.wait, random.random())  # noqa: S311 - spreads callers, hides nothing
            has_more = self.retries < self.call.entry.retries
            if not (last.is_passing and has_more and clock() + pause < ends):
                raise last
            self._set_aside(last)
            await asyncio.sleep(pause)
            self.retries += 1

    def _set_aside(self, last: Failed) -> None:
        if self._is_set_aside:
            return
        if not self.within.reserve(self.call.most):
            raise Failed(
                FaultKind.BUDGET,
                f"{last.message}; another try might cost more than the budget has left",
                "raise the budget, or try again later",
            )
        self._is_set_aside = True

    def _settle(self, used: Usage) -> None:
        if self._is_set_aside:
            self._is_set_aside = False
            self.within.settle(self.call.most, used)
            self.used = self.used + used


def pause_before(retry: int, wait: float | None, chance: float) -> float:
    """Seconds to wait before this retry (1 is the first).

    What the endpoint asked for, and up to a tenth more; else a time that doubles, between half
    and all of it by chance (0 to 1). Callers that failed together don't come back together.
    """
    if wait is not None:
        return wait * (1 + chance / 10)
    whole = min(_FIRST_PAUSE * 2.0 ** (retry - 1), _LONGEST_PAUSE)
    return whole * (1 + chance) / 2


def _used(call: Call, answer: Answer) -> Usage:
    """What the endpoint says was used. What it does not say is taken at its most."""
    is_estimate = answer.input_tokens is None or answer.output_tokens is None
    sent = call.most.input_tokens if answer.input_tokens is None else answer.input_tokens
    came = call.most.output_tokens if answer.output_tokens is None else answer.output_tokens
    return priced(sent, came, call.price, is_estimate=is_estimate)
