"""Calls: many requests at once to one endpoint, no more of them than a model may have.

Imported only where a call is made: it takes the openai client with it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import httpx2
from openai import AsyncOpenAI

from opsrail.llm.answers import Answer
from opsrail.llm.budget import Ledger
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.exchange import exchange
from opsrail.llm.faults import Failed
from opsrail.llm.formats import ModelEntry
from opsrail.llm.model import Fault, Reply, Request
from opsrail.llm.transport import open_client
from opsrail.llm.tries import Call, Tries
from opsrail.llm.validating import judged

_TURN_SECONDS: Final = 0.02

Heard = Callable[[Request, Answer], None]
"""Told of every answer of a model, good or bad, as soon as it is there."""


class Caller:
    """Sends requests to one endpoint. Several threads may use it: a model's `at_once` holds for
    all of them together.
    """

    def __init__(self, endpoint: Endpoint, models: Mapping[str, ModelEntry]) -> None:
        self._endpoint = endpoint
        self._at_once = {name: entry.at_once for name, entry in models.items()}
        self._turns = {
            name: threading.BoundedSemaphore(most) for name, most in self._at_once.items()
        }
        self._context = httpx2.create_ssl_context()

    def call(self, calls: Sequence[Call], within: Ledger, heard: Heard) -> list[Reply | Fault]:
        """The outcome of each call, in their order. Nothing of them stays set aside."""
        if not calls:
            return []
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(self._all(calls, within, heard))
        # Inside somebody's event loop: one of our own, in a thread.
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(self._all(calls, within, heard))).result()

    async def _all(
        self, calls: Sequence[Call], within: Ledger, heard: Heard
    ) -> list[Reply | Fault]:
        here = {name: asyncio.Semaphore(most) for name, most in self._at_once.items()}
        async with open_client(self._endpoint, self._context) as client:

            async def one(call: Call) -> Reply | Fault:
                async with here[call.request.entry]:
                    return await self._in_turn(client, call, within, heard)

            return list(await asyncio.gather(*(one(call) for call in calls)))

    async def _in_turn(
        self, client: AsyncOpenAI, call: Call, within: Ledger, heard: Heard
    ) -> Reply | Fault:
        turn = self._turns[call.request.entry]
        # Other threads have event loops of their own, so that none of them could wake this one.
        while not turn.acquire(blocking=False):  # noqa: ASYNC110 - see above
            await asyncio.sleep(_TURN_SECONDS)
        try:
            return await self._one(client, call, within, heard)
        finally:
            turn.release()

    async def _one(
        self, client: AsyncOpenAI, call: Call, within: Ledger, heard: Heard
    ) -> Reply | Fault:
        started = time.monotonic()
        tries = Tries(call, within)
        try:
            answer = await tries.answer(lambda: exchange(client, self._endpoint, call.request))
        except Failed as failed:
            return Fault(call.request, failed.kind, failed.message, failed.hint, tries.used)
        heard(call.request, answer)
        outcome = judged(call.request, answer)
        if isinstance(outcome, Fault):
            return replace(outcome, usage=tries.used)
        seconds = time.monotonic() - started
        return replace(outcome, usage=tries.used, retries=tries.retries, seconds=seconds)
