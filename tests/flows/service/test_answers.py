"""What a caller is told: the result, or in plain words why there is none."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from opsrail.flows.model import Outcome
from opsrail.flows.service.model import Limits
from tests.flows.service.serving import BOT_TOKEN, DESK_TOKEN, REVISION, Serving, Toys, serving

SMALL = Limits(most_bytes=2_000, at_once=1, waiting=1)


@pytest.fixture(scope="module")
def desk() -> Iterator[Serving]:
    with serving(SMALL) as running:
        yield running


def test_a_run_is_answered_and_on_record(desk: Serving) -> None:
    answered = desk.run("echo", {"text": "Ünïcode 🧾"})
    assert answered.status == 200
    assert answered.json == {
        "flow": "echo",
        "revision": REVISION,
        "outcome": "done",
        "author": "baseline",
        "output": {"heard": "Ünïcode 🧾"},
        "reasons": [],
        "suspicions": [],
        "usage": {"input_tokens": 100, "output_tokens": 20, "dollars": 0.25},
    }
    call, run = desk.toys.recorded[-1]
    assert (call.caller, call.flow) == ("help-desk", "echo")
    assert call.request == answered.headers["x-request-id"]
    assert run.outcome is Outcome.DONE
    assert answered.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answered.headers


def test_the_same_input_gives_the_same_bytes(desk: Serving) -> None:
    first, second = (desk.run("echo", {"text": "again"}) for _ in range(2))
    assert first.body == second.body
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_each_caller_is_on_record_by_its_tokens_name(desk: Serving) -> None:
    with desk.line(BOT_TOKEN) as line:
        assert line.run("echo", {"text": "at night"}).status == 200
    assert desk.toys.recorded[-1][0].caller == "night-shift"


def test_what_waits_for_a_person_is_accepted_and_not_done(desk: Serving) -> None:
    answered = desk.run("waiting", {"text": "a gap"})
    assert answered.status == 202
    identity = f"id-{answered.headers['x-request-id']}"
    assert answered.json["waiting"] == [
        {"id": identity, "flow": "waiting", "team": "knowledge-team"}
    ]


def test_an_input_that_the_flow_does_not_take_is_told_where(desk: Serving) -> None:
    answered = desk.run("echo", {"tags": ["a", 7], "a/b": 1})
    assert answered.status == 422
    told = answered.json
    assert told["type"] == "https://opsrail.example/problems/input-refused"
    assert {fault["pointer"] for fault in told["errors"]} == {"", "/tags/1", "/a~1b"}
    assert told["reasons"] == ["not a ticket"]
    assert desk.toys.recorded[-1][1].outcome is Outcome.REFUSED_INPUT


def test_a_flow_that_comes_to_nothing_says_why(desk: Serving) -> None:
    answered = desk.run("failing", {"text": "x"})
    assert (answered.status, answered.json["reasons"]) == (500, ["the baseline gave no text"])


def test_a_bug_shows_nothing_of_the_input_and_is_on_record(desk: Serving) -> None:
    answered = desk.run("broken", {"text": "card 4111 1111"})
    assert answered.status == 500
    assert b"4111" not in answered.body
    call, run = desk.toys.recorded[-1]
    assert (call.request, run.outcome) == (answered.headers["x-request-id"], Outcome.FAILED)
    (said,) = [line for line in desk.said if answered.headers["x-request-id"] in line]
    assert "KeyError" in said
    assert "4111" not in said
    assert desk.run("echo", {"text": "still there"}).status == 200


def test_a_run_that_cannot_be_put_on_record_has_no_answer() -> None:
    with serving(toys=Toys(disk_is_full=True)) as desk:
        answered = desk.run("echo", {"text": "secret result"})
        assert answered.status == 500
        assert b"secret result" not in answered.body


def test_an_answer_leaves_at_once(desk: Serving) -> None:
    """Else each one waits for the client's system to say that it has the head: 40 ms."""
    with desk.line() as line:
        line.run("echo", {"text": "x"})
        (connection, *_) = desk.service._server.server_state.connections
        opened = connection.transport.get_extra_info("socket")
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


# Who may ask


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {DESK_TOKEN}",
        f"Bearer {DESK_TOKEN[:-1]}",
        f"Bearer {DESK_TOKEN}x",
        f"Bearer {DESK_TOKEN.upper()}",
        "Bearer wröng".encode().decode("latin-1"),
        DESK_TOKEN,
    ],
)
@pytest.mark.parametrize("path", ["/flows", "/metrics", "/openapi.json", "/flows/echo", "/else"])
def test_nothing_but_the_pulse_is_told_without_a_token(
    desk: Serving, path: str, authorization: str | None
) -> None:
    with desk.line(None) as line:
        headers = {} if authorization is None else {"Authorization": authorization}
        answered = line.ask("GET", path, None, **headers)
        assert line.ask("GET", "/healthz").body == b"ok\n"
    assert answered.status == 401
    assert answered.headers["www-authenticate"].startswith("Bearer")
    assert answered.headers["content-type"] == "application/problem+json"


def test_two_tokens_at_once_are_none(desk: Serving) -> None:
    heard = desk.raw(
        f"GET /flows HTTP/1.1\r\nHost: localhost:{desk.port}\r\nConnection: close\r\n"
        f"Authorization: Bearer {DESK_TOKEN}\r\nAuthorization: Bearer x\r\n\r\n".encode()
    )
    assert heard.startswith(b"HTTP/1.1 401 ")


def test_a_token_in_the_address_opens_nothing(desk: Serving) -> None:
    with desk.line(None) as line:
        assert line.ask("GET", f"/flows?token={DESK_TOKEN}").status == 401


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:{port}", 200),
        ("LOCALHOST:{port}", 200),
        ("127.0.0.1:{port}", 200),
        ("[::1]:{port}", 200),
        ("localhost", 421),
        ("localhost:1", 421),
        ("attacker.example:{port}", 421),
        ("127.0.0.1.attacker.example:{port}", 421),
        ("", 421),
    ],
)
def test_another_hosts_name_gets_nothing(desk: Serving, host: str, status: int) -> None:
    assert desk.ask("GET", "/flows", Host=host.format(port=desk.port)).status == status
    assert desk.ask("GET", "/healthz", Host=host.format(port=desk.port)).status == status


def test_a_browsers_question_before_a_cross_site_call_gets_no_leave(desk: Serving) -> None:
    with desk.line(None) as line:
        asked = line.ask("OPTIONS", "/flows/echo", Origin="https://attacker.example")
    assert asked.status == 401
    assert not any(name.startswith("access-control") for name in asked.headers)


# What may be asked


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 404, None),
        ("GET", "/flows/", 404, None),
        ("POST", "/flows/no-such-flow", 404, None),
        ("POST", "/flows/../flows/echo", 404, None),
        ("GET", "/flows/echo", 405, "POST"),
        ("PUT", "/flows/echo", 405, "POST"),
        ("DELETE", "/flows", 405, "GET, HEAD"),
        ("POST", "/healthz", 405, "GET, HEAD"),
    ],
)
def test_there_is_nothing_else(
    desk: Serving, method: str, path: str, status: int, allow: str | None
) -> None:
    answered = desk.ask(method, path)
    assert (answered.status, answered.headers.get("allow")) == (status, allow)
    assert answered.json["status"] == status


def test_the_flows_are_listed_with_their_revision(desk: Serving) -> None:
    told = desk.ask("GET", "/flows").json
    assert told["revision"] == REVISION
    assert [flow["path"] for flow in told["flows"]][:2] == ["/flows/broken", "/flows/echo"]
    assert desk.ask("HEAD", "/flows").body == b""


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ('Application/JSON;charset="UTF-8"', 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_only_json_is_read(desk: Serving, kind: str, status: int) -> None:
    body = json.dumps({"text": "x"}).encode()
    assert desk.ask("POST", "/flows/echo", body, Content_Type=kind).status == status


def test_a_packed_body_is_not_unpacked(desk: Serving) -> None:
    with desk.line() as line:
        assert line.run("echo", {"text": "x"}, Content_Encoding="gzip").status == 415


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"text": 1, "text": 2}', b"[NaN]", b"\xff", b'"\\ud800"', b"[" * 900]
)
def test_what_is_no_json_is_refused_and_runs_nothing(desk: Serving, body: bytes) -> None:
    before = len(desk.toys.recorded)
    answered = desk.ask("POST", "/flows/echo", body, Content_Type="application/json")
    assert answered.status == 400
    assert answered.headers["content-type"] == "application/problem+json"
    assert len(desk.toys.recorded) == before


def test_a_body_that_says_it_is_too_large_is_not_read(desk: Serving) -> None:
    heard = desk.raw(_head(desk, "Content-Length: 2001", "Connection: close"))
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_turns_out_too_large_is_stopped_on_the_way(desk: Serving) -> None:
    part = b"400\r\n" + b"a" * 0x400 + b"\r\n"
    heard = desk.raw(_head(desk, "Transfer-Encoding: chunked", "Connection: close") + 2 * part)
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_a_connection_outlives_a_refused_body(desk: Serving) -> None:
    with desk.line() as line:
        large = line.ask("POST", "/flows/echo", b"a" * 50_000, Content_Type="application/json")
        assert large.status == 413
        assert line.run("echo", {"text": "next"}).json["output"] == {"heard": "next"}


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 40_000,
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"\r\n\r\nnonsense\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_so(desk: Serving, sent: bytes) -> None:
    heard = desk.raw(sent)
    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"application/problem+json" in heard


def test_a_broken_frame_within_a_body_ends_the_connection(desk: Serving) -> None:
    heard = desk.raw(_head(desk, "Transfer-Encoding: chunked") + b"zz\r\n")
    assert heard.startswith(b"HTTP/1.1 400 ")


def test_a_client_that_leaves_in_the_middle_harms_nobody(desk: Serving) -> None:
    assert desk.raw(_head(desk, "Content-Length: 900") + b'{"te', ends=True) == b""
    assert desk.run("echo", {"text": "next"}).status == 200
    assert desk.said == [line for line in desk.said if "KeyError" in line]


def _head(desk: Serving, *lines: str) -> bytes:
    head = (
        "POST /flows/echo HTTP/1.1",
        f"Host: localhost:{desk.port}",
        f"Authorization: Bearer {DESK_TOKEN}",
        "Content-Type: application/json",
        *lines,
    )
    return ("\r\n".join(head) + "\r\n\r\n").encode()
