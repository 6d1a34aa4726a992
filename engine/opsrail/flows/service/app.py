"""The service as an ASGI application: who may ask what, and what is answered.

Checks come in the order in which they give least away: the host, whether the service is stopping,
the token, and only then what the request wants.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from secrets import token_hex
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from opsrail.findings import CannotWork
from opsrail.flows.service.answers import answer_to
from opsrail.flows.service.body import read_json
from opsrail.flows.service.hosts import Hosts
from opsrail.flows.service.jobs import CutOff, Finished, Job
from opsrail.flows.service.metrics import MEDIA_TYPE as METRICS_TYPE
from opsrail.flows.service.metrics import Metrics
from opsrail.flows.service.model import Call, Limits, Offer
from opsrail.flows.service.openapi import openapi
from opsrail.flows.service.pool import Full, Pool
from opsrail.flows.service.problems import MEDIA_TYPE, Problem, Refused
from opsrail.flows.service.tokens import Tokens
from opsrail.llm.model import Json

_READ = ("GET", "HEAD")
_CUT = "the service stopped before the run ended; the audit log says so"


class FlowApp:
    """Answers requests. Everything but the runs themselves happens in one thread, the event
    loop's; nothing of a request is kept beyond its answer but its place in the counts.
    """

    def __init__(
        self, offer: Offer, tokens: Tokens, hosts: Hosts, limits: Limits, say: Callable[[str], None]
    ) -> None:
        self.is_stopping = False
        self._offer = offer
        self._tokens = tokens
        self._hosts = hosts
        self._limits = limits
        self._say = say
        self._pool = Pool(limits.at_once, limits.waiting)
        self._metrics = Metrics()
        self._runs: dict[Job, Future[Finished]] = {}
        self._answering = 0
        self._cut = asyncio.Event()
        self._openapi = openapi(offer, limits)

    @property
    def is_busy(self) -> bool:
        """Whether any request has no answer yet, or any run no record."""
        return self._answering > 0 or self._pool.taken > 0

    def cut_off(self) -> int:
        """Answer every request that still waits for its run; how many runs were cut off.

        A run that had not begun is none, and nothing of it goes on record.
        """
        self._cut.set()
        return sum(not run.cancel() and job.cut_off() for job, run in tuple(self._runs.items()))

    def close(self) -> None:
        """Let the threads end."""
        self._pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever becomes of it."""
        assert scope["type"] == "http"
        request = Request(scope, receive)
        identity = token_hex(16)
        self._answering += 1
        try:
            response = await self._answered(request, identity)
            if response is not None:
                self._finish(response, identity)
                await response(scope, receive, send)
        finally:
            self._answering -= 1

    async def _answered(self, request: Request, identity: str) -> Response | None:
        """The answer; None where nobody is there to hear it."""
        try:
            return await self._response(request, identity)
        except Refused as refused:
            return _problem(refused.problem, identity)
        except ClientDisconnect:
            return None
        except CannotWork as error:
            self._say(f"request {identity}: {error} ({error.hint})")
            return _problem(Problem("cannot-work", "whoever runs it is told why"), identity)
        except Exception as error:  # noqa: BLE001 - a bug in one request must not show its data, nor stop the others
            self._tell_bug(error, identity)
            detail = "this is a bug, not your request; its id helps to find out what happened"
            return _problem(Problem("bug", detail), identity)

    def _finish(self, response: Response, identity: str) -> None:
        self._metrics.answered(response.status_code)
        response.headers["X-Request-Id"] = identity
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if self.is_stopping:
            response.headers["Connection"] = "close"

    async def _response(self, request: Request, identity: str) -> Response:
        if not self._hosts.has(request.headers.get("host", "")):
            raise Refused("wrong-host", "`Host` names another host than this one; see `--name`")
        if self.is_stopping:
            raise Refused("stopping", "ask again in a moment", {"Retry-After": "5"})
        path = str(request.scope["path"])
        if path == "/healthz":
            _demand(request, *_READ)
            return PlainTextResponse("ok\n")
        caller = self._caller(request)
        if path.startswith("/flows/"):
            return await self._run(request, Call(caller, identity, path.removeprefix("/flows/")))
        return self._told(request, path)

    def _told(self, request: Request, path: str) -> Response:
        if path not in {"/flows", "/openapi.json", "/metrics"}:
            raise Refused("unknown", "there are /flows, /openapi.json, /metrics and /healthz")
        _demand(request, *_READ)
        if path == "/metrics":
            return Response(self._metrics.text(self._pool.taken), media_type=METRICS_TYPE)
        return JSONResponse(self._openapi if path == "/openapi.json" else self._listed())

    def _caller(self, request: Request) -> str:
        presented = request.headers.getlist("authorization")
        caller = self._tokens.owner_of(presented[0]) if len(presented) == 1 else None
        if caller is None:
            raise Refused(
                "unauthorised",
                "send `Authorization: Bearer TOKEN` with a token of this service",
                {"WWW-Authenticate": 'Bearer realm="opsrail flows"'},
            )
        return caller

    def _listed(self) -> Json:
        flows: list[Json] = [
            {"name": name, "title": flow.title, "about": flow.about, "path": f"/flows/{name}"}
            for name, flow in sorted(self._offer.flows.items())
        ]
        return {"revision": self._offer.revision, "flows": flows}

    async def _run(self, request: Request, call: Call) -> Response:
        if call.flow not in self._offer.flows:
            raise Refused("unknown", "there is no such flow; /flows lists those there are")
        _demand(request, "POST")
        given = await read_json(request, self._limits)
        finished = await self._finished(Job(self._offer, call, given))
        self._metrics.ran(finished.run, finished.seconds)
        answer = answer_to(finished, self._offer.revision)
        if isinstance(answer, Problem):
            return _problem(answer, call.request)
        timing = {"Server-Timing": f"run;dur={finished.seconds * 1000:.1f}"}
        return JSONResponse(answer.told, answer.status, headers=timing)

    async def _finished(self, job: Job) -> Finished:
        """The job's end, if it comes in time. Raises `Refused`."""
        seconds = self._offer.flows[job.call.flow].seconds + self._limits.grace_seconds
        try:
            running = self._pool.submit(job)
        except Full as error:
            raise Refused(
                "busy", "no more runs can wait; ask again in a moment", {"Retry-After": "1"}
            ) from error
        self._runs[job] = running
        ending = asyncio.wrap_future(running)
        ending.add_done_callback(lambda _: self._runs.pop(job))
        await self._wait(ending, seconds)
        if ending.done() and not ending.cancelled():
            return _result(ending)
        ending.add_done_callback(lambda late: self._tell_late(late, job))
        if self._cut.is_set():
            raise Refused("stopping", _CUT)
        if running.cancel():
            raise Refused("no-turn", "ask again in a moment", {"Retry-After": "1"})
        raise Refused("slow-run", f"it took longer than {seconds:g} seconds; it is on record")

    async def _wait(self, ending: asyncio.Future[Finished], seconds: float) -> None:
        """Until the run ends, is cut off, or takes too long."""
        cut = asyncio.ensure_future(self._cut.wait())
        waited: set[asyncio.Future[Any]] = {ending, cut}
        try:
            await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            cut.cancel()

    def _tell_late(self, late: asyncio.Future[Finished], job: Job) -> None:
        if late.cancelled():
            return
        error = late.exception()
        if error is None:
            self._metrics.ran(late.result().run, late.result().seconds)
        elif not isinstance(error, CutOff):
            self._tell_bug(error, job.call.request)

    def _tell_bug(self, error: BaseException, identity: str) -> None:
        """Where it happened, and not what it said: an error's words may hold what was sent."""
        frames = traceback.extract_tb(error.__traceback__)[-8:]
        places = " < ".join(
            f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in frames[::-1]
        )
        self._say(f"request {identity}: a bug, {type(error).__name__} in {places}")


def _result(ending: asyncio.Future[Finished]) -> Finished:
    try:
        return ending.result()
    except CutOff as error:
        raise Refused("stopping", _CUT) from error


def _problem(problem: Problem, identity: str) -> Response:
    return JSONResponse(
        problem.told(identity), problem.status, headers=problem.headers, media_type=MEDIA_TYPE
    )


def _demand(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Refused("method", f"use {methods[0]}", {"Allow": ", ".join(methods)})
