"""Threads that run flows: so many at a time, so many waiting, and no more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

_T = TypeVar("_T")


class Full(Exception):
    """No more work can wait."""


class Pool:
    """Its threads are daemons: work that never ends must not keep the process from ending, as
    it would with the standard library's pool.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._most = at_once + waiting
        self._taken = 0
        self._lock = threading.Lock()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._keep_working, name=f"flow-{number}", daemon=True)
            for number in range(at_once)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def taken(self) -> int:
        """Pieces of work that wait or are under way."""
        return self._taken

    def submit(self, work: Callable[[], _T]) -> Future[_T]:
        """The work's result to come. Raises `Full`."""
        with self._lock:
            if self._taken >= self._most:
                raise Full
            self._taken += 1
        future: Future[_T] = Future()
        self._work.put(lambda: self._carry_out(work, future))
        return future

    def close(self) -> None:
        """Let the threads end once they have nothing to do. Nothing may be submitted after."""
        for _ in self._threads:
            self._work.put(None)

    def _keep_working(self) -> None:
        while (work := self._work.get()) is not None:
            work()

    def _carry_out(self, work: Callable[[], _T], future: Future[_T]) -> None:
        # The place is free before anybody hears of the result, so who waited may come again.
        if not future.set_running_or_notify_cancel():
            self._leave()
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - whoever waits for the result gets it
            self._leave()
            future.set_exception(error)
        else:
            self._leave()
            future.set_result(result)

    def _leave(self) -> None:
        with self._lock:
            self._taken -= 1
