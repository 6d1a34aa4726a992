"""A service on this machine with toy flows, and a client that says exactly what it wants."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from opsrail.flows.model import Author, Outcome, Run
from opsrail.flows.service.app import FlowApp
from opsrail.flows.service.hosts import hosts_of
from opsrail.flows.service.model import Call, Limits, Offer, Served, Waiting
from opsrail.flows.service.serving import Ended, Service, listen
from opsrail.flows.service.tokens import Tokens, tokens_of
from opsrail.llm.model import Json, Usage

DESK_TOKEN = "help-desk-" * 4
BOT_TOKEN = "night-shift-" * 4
REVISION = "9f3c2a1" + "0" * 33
TICKET: Mapping[str, Json] = {
    "type": "object",
    "required": ["text"],
    "properties": {
        "text": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
    "additionalProperties": False,
}
ECHO: Mapping[str, Json] = {
    "type": "object",
    "properties": {"heard": {"$ref": "#/$defs/heard"}},
    "$defs": {"heard": {"type": "string"}},
}


@dataclass
class Toys:
    """Flows that do what their name says, and a record of every run."""

    recorded: list[tuple[Call, Run]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    disk_is_full: bool = False

    def run(self, flow: str, given: Json) -> Run:
        assert isinstance(given, Mapping | list | str | int | float | bool | None)
        if not isinstance(given, Mapping) or not isinstance(given.get("text"), str):
            return Run(flow, Outcome.REFUSED_INPUT, reasons=("not a ticket",), causes=("input",))
        if flow == "stuck":
            self.begun.release()
            self.gate.wait(20)
        if flow == "broken":
            raise KeyError(given["text"])
        if flow == "failing":
            return Run(flow, Outcome.FAILED, reasons=("the baseline gave no text",))
        output = {"heard": given["text"]}
        if flow == "waiting":
            return Run(flow, Outcome.WAITING, output, approval="knowledge-team")
        author = Author.MODEL if flow == "paid" else Author.BASELINE
        return Run(flow, Outcome.DONE, output, author, usage=Usage(100, 20, 0.25), seconds=0.001)

    def record(self, call: Call, run: Run) -> tuple[Waiting, ...]:
        if self.disk_is_full:
            raise OSError(28, "No space left on device")
        self.recorded.append((call, run))
        if run.outcome is Outcome.WAITING:
            return (Waiting(f"id-{call.request}", run.flow, run.approval),)
        return ()

    def offer(self) -> Offer:
        names = ("broken", "echo", "failing", "paid", "stuck", "waiting")
        flows = {name: Served(name, name.title(), TICKET, ECHO, seconds=20) for name in names}
        return Offer(REVISION, flows, self.run, self.record)


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the service says
        return json.loads(self.body)


class Line:
    """One connection to the service, kept open between requests."""

    def __init__(self, port: int, token: str | None = DESK_TOKEN) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.token = token

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answered:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            named = {"Authorization": f"Bearer {self.token}", **named}
        self.connection.request(method, path, body, named)
        response = self.connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answered(response.status, found, response.read())

    def run(self, flow: str, given: object, **headers: str) -> Answered:
        body = json.dumps(given).encode()
        return self.ask("POST", f"/flows/{flow}", body, Content_Type="application/json", **headers)

    def close(self) -> None:
        self.connection.close()


@dataclass
class Serving:
    """A running service."""

    port: int
    toys: Toys
    service: Service
    app: FlowApp
    thread: threading.Thread
    said: list[str]
    ended: list[Ended] = field(default_factory=list)

    @contextmanager
    def line(self, token: str | None = DESK_TOKEN) -> Iterator[Line]:
        line = Line(self.port, token)
        try:
            yield line
        finally:
            line.close()

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answered:
        with self.line() as line:
            return line.ask(method, path, body, **headers)

    def run(self, flow: str, given: object) -> Answered:
        with self.line() as line:
            return line.run(flow, given)

    def raw(self, sent: bytes, *, ends: bool = False) -> bytes:
        """What the service says to these bytes before it closes, or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as opened:
            opened.sendall(sent)
            if ends:
                opened.shutdown(socket.SHUT_WR)
            heard = b""
            while part := opened.recv(65536):
                heard += part
            return heard


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def tokens() -> Tokens:
    return tokens_of([("help-desk", DESK_TOKEN, "here"), ("night-shift", BOT_TOKEN, "here")])


@contextmanager
def serving(limits: Limits | None = None, toys: Toys | None = None) -> Iterator[Serving]:
    """A service in a thread of this process, on a free port; stopped in every case."""
    limits, toys = limits or Limits(), toys or Toys()
    said: list[str] = []
    listening = listen("127.0.0.1", 0)
    port = listening.getsockname()[1]
    app = FlowApp(toys.offer(), tokens(), hosts_of("127.0.0.1", port), limits, said.append)
    service = Service(app, listening, limits, said.append)
    thread = threading.Thread(target=lambda: running.ended.append(service.run()))
    running = Serving(port, toys, service, app, thread, said)
    thread.start()
    try:
        yield running
    finally:
        toys.gate.set()
        service.stop()
        thread.join(30)
        assert not thread.is_alive()
