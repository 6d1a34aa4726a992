"""A real HTTP server on this machine that answers as an endpoint might, also badly.

`with serving(answering("Hello.")) as double:` gives its address (`double.url`) and what was sent
to it (`double.seen`). A script is a list of answers, one for each request in its order, of which
the last goes on for ever; or a function of what was asked.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opsrail.llm.endpoint import Endpoint

KEY = "sk-marked-Zq7vX2-never-shown"

Headers = Mapping[str, str]


@dataclass(frozen=True)
class Seen:
    """A request as the server got it."""

    path: str
    headers: Headers
    body: Any


@dataclass(frozen=True)
class Answered:
    """One response. `promised`: the length it claims to have, if not its own. `pause`: seconds
    between any two of its bytes.
    """

    status: int = 200
    body: bytes = b""
    headers: Headers = field(default_factory=lambda: {"Content-Type": "application/json"})
    promised: int | None = None
    pause: float = 0.0
    is_silent: bool = False


Script = Sequence[Answered] | Callable[[Seen], Answered]


def as_json(value: object, status: int = 200, **headers: str) -> Answered:
    return Answered(
        status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers}
    )


def chat(
    text: str | None,
    *,
    finish: str = "stop",
    refusal: str | None = None,
    used: tuple[int, int] | None = (20, 5),
) -> Answered:
    """An answer as chat completions give it."""
    whole: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "another-name-than-asked",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text, "refusal": refusal},
            }
        ],
    }
    if used is not None:
        whole["usage"] = {"prompt_tokens": used[0], "completion_tokens": used[1]}
    return as_json(whole)


def responses(
    text: str | None,
    *,
    status: str = "completed",
    refusal: str = "",
    reason: str = "",
    used: tuple[int, int] = (20, 5),
) -> Answered:
    """An answer as the responses interface gives it."""
    said: dict[str, Any] = {"type": "output_text", "text": text, "annotations": []}
    part = {"type": "refusal", "refusal": refusal} if refusal else said
    whole: dict[str, Any] = {
        "id": "resp-1",
        "object": "response",
        "created_at": 1,
        "status": status,
        "model": "another-name-than-asked",
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [
            {"type": "reasoning", "id": "r-1", "summary": []},
            {"type": "message", "id": "m-1", "role": "assistant", "content": [part]},
        ],
        "usage": {"input_tokens": used[0], "output_tokens": used[1]},
    }
    return as_json(whole)


def failing(status: int, message: str = "", **headers: str) -> Answered:
    """An error as OpenAI words it."""
    error = {"message": message, "type": "error", "param": None, "code": None}
    return as_json({"error": error}, status, **headers)


def answering(*texts: str) -> list[Answered]:
    """A script of good chat answers."""
    return [chat(text) for text in texts]


@dataclass
class Double:
    """The running server: its address, and everything that was sent to it."""

    url: str
    seen: list[Seen] = field(default_factory=list)
    most_at_once: int = 0

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, KEY)


@contextmanager
def serving(script: Script) -> Iterator[Double]:
    """A server that follows this script, until the block ends."""
    server = _Server(script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.double
    finally:
        server.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.double = Double(f"http://127.0.0.1:{self.server_port}/v1")
        self.lock = threading.Lock()
        self.under_way = 0
        self.is_over = threading.Event()

    def next_answer(self, seen: Seen) -> Answered:
        with self.lock:
            self.double.seen.append(seen)
            if callable(self.script):
                return self.script(seen)
            return self.script[min(len(self.double.seen), len(self.script)) - 1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no error of the server's."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        body = json.loads(self.rfile.read(size))
        with self.server.lock:
            self.server.under_way += 1
            most = self.server.double.most_at_once
            self.server.double.most_at_once = max(most, self.server.under_way)
        try:
            self._answer(self.server.next_answer(Seen(self.path, dict(self.headers), body)))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def _answer(self, answer: Answered) -> None:
        if answer.is_silent:
            self.server.is_over.wait(30)
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name.replace("_", "-"), value)
        promised = len(answer.body) if answer.promised is None else answer.promised
        self.send_header("Content-Length", str(promised))
        if promised != len(answer.body):
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if not answer.pause:
            self.wfile.write(answer.body)
            return
        for at in range(len(answer.body)):
            if self.server.is_over.wait(answer.pause):
                break
            self.wfile.write(answer.body[at : at + 1])
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name for it
        """Tests are quiet."""


def slowly(seconds: float, answer: Answered) -> Callable[[Seen], Answered]:
    """A script that takes its time before it answers."""

    def answers(_seen: Seen) -> Answered:
        time.sleep(seconds)
        return answer

    return answers
