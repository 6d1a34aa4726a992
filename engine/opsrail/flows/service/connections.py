"""HTTP/1.1 connections with bounds on time and number, which the server by itself lacks.

A client that sends its head a byte a minute, never reads its answer, or opens connections without
end would otherwise keep them all (“slow loris”).
"""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from opsrail.flows.service.model import Limits
from opsrail.flows.service.problems import MEDIA_TYPE, Problem


class BoundedConnection(H11Protocol):
    """One connection. `limits` is given by `bounded_by`."""

    limits: ClassVar[Limits]
    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the server narrows it
        """Start waiting for a request, or say that there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.limits.connections:
            self._turn_away(Problem("crowded", "ask again in a moment"))
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came. The time for a head runs from its first byte, not from its last."""
        super().data_received(data)
        cycle = self._request()
        if cycle is not None and not cycle.response_complete:
            self._stop_waiting()
        elif self._deadline is None and not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        self._stop_unread()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client reads too slowly: it has so long to catch up."""
        super().pause_writing()
        self._unread = self.loop.call_later(self.limits.head_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._stop_unread()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """End an idle connection, or one whose client does not read its answer."""
        super().timeout_keep_alive_handler()
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.limits.head_seconds, self.transport.abort)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - the server's signature
        """Say that this is no HTTP, unless an answer has begun already."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            detail = f"this is no HTTP/1.1, or its head has over {self.limits.head_bytes:,} bytes"
            self._turn_away(Problem("malformed", detail))
        else:
            self.transport.close()

    def _request(self) -> RequestResponseCycle | None:
        """The latest request: None before the first, which the server's types do not say."""
        return self.cycle

    def _wait(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(self.limits.head_seconds, self._end)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _stop_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _end(self) -> None:
        if self._request() is None:
            self._turn_away(Problem("slow-request", "no whole request came in time"))
        else:
            self.transport.abort()

    def _turn_away(self, problem: Problem) -> None:
        """Answer without looking at the request, and close."""
        body = json.dumps(problem.told("")).encode()
        status = HTTPStatus(problem.status)
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def bounded_by(limits: Limits) -> type[BoundedConnection]:
    """The connections of a service with these limits."""
    return type("BoundedByLimits", (BoundedConnection,), {"limits": limits})
