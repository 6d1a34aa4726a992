"""Stopping: what is under way ends, what is new is turned away, nothing hangs for ever."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from opsrail.findings import CannotWork
from opsrail.flows.model import Outcome
from opsrail.flows.service.model import Limits
from opsrail.flows.service.serving import Ended, listen
from tests.flows.service.serving import serving, until


def test_what_is_under_way_ends_and_what_is_new_is_turned_away() -> None:
    with serving() as desk, ThreadPoolExecutor(1) as client, desk.line() as open_line:
        open_line.ask("GET", "/healthz")
        running = client.submit(desk.run, "stuck", {"text": "under way"})
        assert desk.toys.begun.acquire(timeout=10)
        desk.service.stop()
        until(lambda: desk.app.is_stopping)
        late = open_line.run("echo", {"text": "late"})
        assert (late.status, late.headers["connection"]) == (503, "close")
        assert late.headers["retry-after"] == "5"
        assert desk.ask("GET", "/healthz").status == 503
        desk.toys.gate.set()
        assert running.result(20).json["output"] == {"heard": "under way"}
        desk.thread.join(20)
        assert desk.ended == [Ended(None, 0)]
        with pytest.raises(ConnectionRefusedError):
            desk.ask("GET", "/healthz")


def test_with_nothing_under_way_it_ends_and_idle_connections_are_closed() -> None:
    with serving() as desk, desk.line() as line:
        line.ask("GET", "/healthz")
        desk.service.stop()
        desk.thread.join(20)
        assert desk.ended == [Ended(None, 0)]
        assert desk.said == []


def test_a_run_that_does_not_end_in_time_is_cut_off_and_on_record() -> None:
    limits = Limits(at_once=1, drain_seconds=0.2)
    with serving(limits) as desk, ThreadPoolExecutor(2) as clients:
        running = clients.submit(desk.run, "stuck", {"text": "never ends"})
        assert desk.toys.begun.acquire(timeout=10)
        waiting = clients.submit(desk.run, "echo", {"text": "never begins"})
        until(lambda: "opsrail_flow_runs_taken 2" in desk.ask("GET", "/metrics").body.decode())
        desk.service.stop()
        assert running.result(20).status == 503
        assert waiting.result(20).status == 503
        desk.thread.join(20)
        assert desk.ended == [Ended(None, 1)]
        assert [run.outcome for _, run in desk.toys.recorded] == [Outcome.FAILED]
        desk.toys.gate.set()
    assert [run.outcome for _, run in desk.toys.recorded] == [Outcome.FAILED]


def test_told_twice_it_waits_for_nobody() -> None:
    with serving(Limits(drain_seconds=600)) as desk, ThreadPoolExecutor(1) as client:
        running = client.submit(desk.run, "stuck", {"text": "under way"})
        assert desk.toys.begun.acquire(timeout=10)
        desk.service.stop()
        until(lambda: desk.app.is_stopping)
        desk.service.stop()
        assert running.result(20).status == 503
        desk.thread.join(20)
        assert desk.ended == [Ended(None, 1)]


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotWork, match=f"cannot listen on 127.0.0.1, port {port}"):
            listen("127.0.0.1", port)
