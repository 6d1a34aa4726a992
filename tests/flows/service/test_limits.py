"""What one client, or all of them, may take up: turns, time, connections."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from opsrail.flows.model import Outcome
from opsrail.flows.service.model import Limits, Offer
from tests.flows.service.serving import DESK_TOKEN, Serving, Toys, serving, until

QUICK = Limits(head_seconds=0.3, body_seconds=0.3, idle_seconds=1)


class Hasty(Toys):
    """Its flows may take no time."""

    def offer(self) -> Offer:
        offer = super().offer()
        flows = {name: replace(flow, seconds=0.1) for name, flow in offer.flows.items()}
        return replace(offer, flows=flows)


def test_one_more_than_may_wait_is_told_to_come_back() -> None:
    with serving(Limits(at_once=1, waiting=1)) as desk, ThreadPoolExecutor(2) as clients:
        running = clients.submit(desk.run, "stuck", {"text": "1"})
        assert desk.toys.begun.acquire(timeout=10)
        waiting = clients.submit(desk.run, "stuck", {"text": "2"})
        until(lambda: "opsrail_flow_runs_taken 2" in desk.ask("GET", "/metrics").body.decode())
        refused = desk.run("echo", {"text": "3"})
        assert (refused.status, refused.headers["retry-after"]) == (429, "1")
        assert desk.ask("GET", "/healthz").status == 200
        desk.toys.gate.set()
        assert [running.result().status, waiting.result().status] == [200, 200]
        assert desk.run("echo", {"text": "3"}).status == 200


def test_a_run_that_takes_too_long_is_told_and_still_comes_on_record() -> None:
    toys = Hasty()
    with serving(Limits(grace_seconds=0.1), toys) as desk:
        assert desk.run("stuck", {"text": "slow"}).status == 504
        assert toys.recorded == []
        toys.gate.set()
        until(lambda: bool(toys.recorded))
        assert toys.recorded[0][1].outcome is Outcome.DONE
        until(lambda: 'runs_total{flow="stuck"' in desk.ask("GET", "/metrics").body.decode())


def test_a_run_that_gets_no_turn_never_begins() -> None:
    toys = Hasty()
    with serving(Limits(at_once=1, grace_seconds=0.3), toys) as desk, ThreadPoolExecutor(1) as one:
        stuck = one.submit(desk.run, "stuck", {"text": "1"})
        assert toys.begun.acquire(timeout=10)
        waited = desk.run("echo", {"text": "2"})
        assert (waited.status, waited.headers["retry-after"]) == (503, "1")
        toys.gate.set()
        assert stuck.result().status in {200, 504}
        until(lambda: not desk.app.is_busy)
        assert [call.flow for call, _ in toys.recorded] == ["stuck"]


def test_a_body_that_comes_too_slowly_is_given_up() -> None:
    with serving(QUICK) as desk:
        heard = desk.raw(_head(desk) + b'{"text"')
        assert heard.startswith(b"HTTP/1.1 408 ")
        assert desk.toys.recorded == []


def test_a_head_that_comes_too_slowly_is_given_up() -> None:
    with serving(QUICK) as desk:
        assert desk.raw(b"").startswith(b"HTTP/1.1 408 ")
        assert desk.raw(b"GET /healthz HT").startswith(b"HTTP/1.1 408 ")


def test_a_byte_now_and_then_buys_no_time() -> None:
    with serving(QUICK) as desk:
        line = socket.create_connection(("127.0.0.1", desk.port), timeout=20)
        stop = threading.Event()

        def drip() -> None:
            try:
                while not stop.wait(0.05):
                    line.sendall(b"G")
            except OSError:
                stop.set()

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            assert line.recv(4096).startswith(b"HTTP/1.1 408 ")
        finally:
            stop.set()
            dripping.join()
            line.close()


def test_the_second_head_of_a_connection_has_its_time_too() -> None:
    with serving(QUICK) as desk:
        asked = f"GET /healthz HTTP/1.1\r\nHost: localhost:{desk.port}\r\n\r\n".encode()
        with socket.create_connection(("127.0.0.1", desk.port), timeout=20) as line:
            line.sendall(asked)
            assert _until(line, b"ok\n").startswith(b"HTTP/1.1 200 ")
            line.sendall(b"GET /hea")
            assert _until(line, None) == b""


def test_an_idle_connection_is_closed() -> None:
    with serving(QUICK) as desk, desk.line() as line:
        line.run("echo", {"text": "x"})
        opened = line.connection.sock
        assert opened is not None
        assert opened.recv(1) == b""


def test_a_client_that_reads_no_answer_does_not_keep_its_connection() -> None:
    limits = Limits(head_seconds=0.3, idle_seconds=1, most_bytes=250_000)
    with serving(limits) as desk, socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.connect(("127.0.0.1", desk.port))
        text = b'{"text": "' + b"a" * 240_000 + b'"}'
        once = _head(desk, len(text)) + text
        begun = threading.Thread(target=_push, args=(line, once * 40))
        begun.start()
        until(lambda: not desk.service.connections)
        begun.join(20)
        assert not begun.is_alive()


def test_connections_are_counted() -> None:
    with serving(Limits(connections=3)) as desk:
        address = ("127.0.0.1", desk.port)
        held = [socket.create_connection(address, timeout=20) for _ in range(3)]
        try:
            until(lambda: desk.service.connections == 3)
            assert desk.raw(b"").startswith(b"HTTP/1.1 503 ")
            held.pop().close()
            until(lambda: desk.service.connections == 2)
            assert desk.run("echo", {"text": "in"}).status == 200
        finally:
            for line in held:
                line.close()


def test_what_is_counted_is_told_without_anybodys_words() -> None:
    with serving() as desk:
        desk.run("echo", {"text": "card 4111"})
        desk.run("paid", {"text": "card 4111"})
        desk.ask("GET", "/secret-4111")
        told = desk.ask("GET", "/metrics")
        assert told.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        text = told.body.decode()
        assert 'runs_total{flow="echo",outcome="done",author="baseline"} 1\n' in text
        assert 'runs_total{flow="paid",outcome="done",author="model"} 1\n' in text
        assert 'opsrail_flow_http_responses_total{status="404"} 1\n' in text
        assert 'opsrail_flow_run_seconds_bucket{flow="echo",le="+Inf"} 1\n' in text
        assert 'opsrail_flow_dollars_total{flow="paid"} 0.250000\n' in text
        assert "4111" not in text


def _head(desk: Serving, length: int = 900) -> bytes:
    return (
        f"POST /flows/echo HTTP/1.1\r\nHost: localhost:{desk.port}\r\n"
        f"Authorization: Bearer {DESK_TOKEN}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()


def _until(line: socket.socket, end: bytes | None) -> bytes:
    """What is heard up to this end, or up to that of the connection."""
    heard = b""
    try:
        while end is None or not heard.endswith(end):
            if not (part := line.recv(4096)):
                break
            heard += part
    except ConnectionResetError:
        assert end is None
    return heard


def _push(line: socket.socket, sent: bytes) -> None:
    try:
        line.sendall(sent)
    except OSError:
        return
