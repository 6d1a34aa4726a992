"""A service from its first request to its last: it listens, stops when told to, and says so."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import uvicorn

from opsrail.findings import CannotWork
from opsrail.flows.service.app import FlowApp
from opsrail.flows.service.connections import bounded_by
from opsrail.flows.service.model import Limits

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_MOMENT = 0.02
_BACKLOG = 256


@dataclass(frozen=True, slots=True)
class Ended:
    """How a service ended: by which signal, if any, and how many runs it had to cut off."""

    signal: int | None
    cut_off: int


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes any free one. Raises `CannotWork`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP aloud: asyncio lets answers out at once only where it is.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        raise CannotWork(
            f"cannot listen on {host}, port {port}: {error.strerror}",
            "choose another with `--port`, or `--host`",
        ) from error
    return listening


class _Uvicorn(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals alone: they are taken in by who runs this."""
        yield


class Service:
    """Serves an application on a socket that already listens.

    Told to stop, it takes no more requests, lets those under way end, and cuts them off where
    they do not in time; told a second time, it cuts them off at once.
    """

    def __init__(
        self, app: FlowApp, listening: socket.socket, limits: Limits, say: Callable[[str], None]
    ) -> None:
        self._app = app
        self._socket = listening
        self._limits = limits
        self._say = say
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()
        self._told_early = False
        self._told = 0
        self._signal: int | None = None
        self._stop = asyncio.Event()
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                interface="asgi3",
                http=bounded_by(limits),
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=limits.idle_seconds,
                timeout_graceful_shutdown=2,
                h11_max_incomplete_event_size=limits.head_bytes,
            )
        )

    @property
    def connections(self) -> int:
        """Connections that are open."""
        return len(self._server.server_state.connections)

    def run(self) -> Ended:
        """Serve until told to stop. In the main thread, signals tell it as well."""
        # Its warnings are about what clients did wrong, and they are told themselves.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        return asyncio.run(self._run())

    def stop(self) -> None:
        """Tell it to stop, from whatever thread."""
        with self._starting:
            self._told_early = True
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._on_stop, None)

    async def _run(self) -> Ended:
        with self._starting:
            self._loop = asyncio.get_running_loop()
            if self._told_early:
                self._on_stop(None)
        in_main = threading.current_thread() is threading.main_thread()
        for number in _SIGNALS if in_main else ():
            self._loop.add_signal_handler(number, self._on_stop, number)
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        cut_off = await self._drain()
        stopping.cancel()
        self._server.should_exit = True
        await serving
        self._app.close()
        return Ended(self._signal, cut_off)

    def _on_stop(self, number: int | None) -> None:
        self._told += 1
        self._signal = self._signal or number
        self._app.is_stopping = True
        self._stop.set()

    async def _drain(self) -> int:
        """Wait for what is under way; how many runs were cut off."""
        end = monotonic() + self._limits.drain_seconds
        if self._app.is_busy:
            self._say("stopping: waiting for the runs under way; stop again to cut them off")
        while self._app.is_busy and self._told < 2 and monotonic() < end:  # noqa: ASYNC110 - other threads change it
            await asyncio.sleep(_MOMENT)
        return self._app.cut_off() if self._app.is_busy else 0
