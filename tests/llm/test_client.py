"""An endpoint may misbehave in every way: each has a clear end, and nothing is half-written."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.budget import Ledger
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.model import Fault, FaultKind, Mode, Reply, Request
from opsrail.llm.transport import LARGEST_RESPONSE
from tests.llm.asked import CHAT, GOOD, RESPONSES, SCHEMA, asked, entry, fault, reply
from tests.llm.endpoint_double import (
    KEY,
    Answered,
    Double,
    Script,
    Seen,
    answering,
    as_json,
    chat,
    failing,
    responses,
    serving,
    slowly,
)

RATE_LIMITED = failing(429, "Slow down.", Retry_After="0")


def live(endpoint: Endpoint, **settings: Any) -> Asker:  # noqa: ANN401 - any setting of a model
    return open_asker(Mode.LIVE, {"small": entry(**settings)}, _nothing, endpoint=endpoint)


def _nothing(_path: str) -> None:
    """No recordings."""


def outcome_of(
    script: Script,
    request: Request | None = None,
    within: Ledger | None = None,
    **settings: Any,  # noqa: ANN401 - any setting of a model
) -> tuple[Reply | Fault, Double]:
    with serving(script) as double:
        (outcome,) = live(double.endpoint, **settings).ask([request or asked()], within)
    return outcome, double


def test_a_good_answer_has_its_text_and_what_it_cost() -> None:
    outcome, double = outcome_of(answering("Refund it."))
    found = reply(outcome)
    assert (found.text, found.retries, found.is_recorded) == ("Refund it.", 0, False)
    assert (found.usage.input_tokens, found.usage.output_tokens) == (20, 5)
    assert found.usage.dollars == pytest.approx((20 * 1.0 + 5 * 2.0) / 1e6)
    assert not found.usage.is_estimate
    assert double.seen[0].path == "/v1/chat/completions"


def test_chat_is_asked_so_that_the_schema_is_enforced_and_nothing_is_stored() -> None:
    _, double = outcome_of([chat(GOOD)], asked(schema=SCHEMA, seed=3))
    body = double.seen[0].body
    assert body["response_format"]["json_schema"]["strict"] is True
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert (body["store"], body["max_tokens"], body["seed"]) == (False, 200, 3)
    assert (body["temperature"], body["model"]) == (0.0, "model-1")
    assert "JSON Schema" in body["messages"][0]["content"]


def test_responses_are_asked_in_their_own_way() -> None:
    request = asked(schema=SCHEMA, api=RESPONSES, temperature=None)
    outcome, double = outcome_of([responses(GOOD)], request)
    assert reply(outcome).value == {"intent": "refund", "score": 3}
    assert reply(outcome).usage.input_tokens == 20
    body = double.seen[0].body
    assert double.seen[0].path == "/v1/responses"
    assert body["text"]["format"]["schema"] == SCHEMA
    assert (body["store"], body["max_output_tokens"]) == (False, 200)
    assert "temperature" not in body


def test_only_the_headers_that_are_needed_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-somebody")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-of-somebody")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: of-somebody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    _, double = outcome_of(answering("Yes."))
    sent = {name.lower(): text for name, text in double.seen[0].headers.items()}
    assert sent.pop("authorization") == f"Bearer {KEY}"
    assert set(sent) == {
        "accept",
        "accept-encoding",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    }
    assert "somebody" not in str(sent)


def test_it_waits_as_long_as_the_endpoint_asks_and_tries_again() -> None:
    started = time.monotonic()
    outcome, double = outcome_of(
        [failing(429, Retry_After="1"), failing(503, Retry_After="0"), chat("Yes.")], retries=2
    )
    assert (reply(outcome).text, reply(outcome).retries) == ("Yes.", 2)
    assert len(double.seen) == 3
    assert time.monotonic() - started >= 1.0


def test_without_a_word_of_the_endpoint_it_waits_a_little() -> None:
    started = time.monotonic()
    outcome, _ = outcome_of([failing(500), chat("Yes.")], retries=1)
    assert reply(outcome).retries == 1
    assert time.monotonic() - started >= 0.25


def test_tries_end() -> None:
    outcome, double = outcome_of([RATE_LIMITED], retries=3)
    found = fault(outcome, FaultKind.RATE_LIMITED)
    assert "status 429" in found.message
    assert "Slow down." in found.message
    assert found.usage.dollars == 0
    assert len(double.seen) == 4


def test_it_does_not_wait_beyond_the_deadline() -> None:
    started = time.monotonic()
    outcome, double = outcome_of([failing(429, Retry_After="3600")], retries=4, deadline=30.0)
    assert "it asked to wait 3,600 s" in fault(outcome, FaultKind.RATE_LIMITED).message
    assert len(double.seen) == 1
    assert time.monotonic() - started < 30.0


def test_an_account_without_money_is_not_asked_again() -> None:
    broke = as_json(
        {"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}, 429
    )
    outcome, double = outcome_of([broke], retries=3)
    assert "nothing left to spend" in fault(outcome, FaultKind.RATE_LIMITED).message
    assert len(double.seen) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "why"),
    [
        (failing(401, "Incorrect key"), FaultKind.UNAUTHORISED, "does not accept the key"),
        (failing(403), FaultKind.UNAUTHORISED, "status 403"),
        (failing(404, "The model `x` is unknown"), FaultKind.REFUSED, "`x` is unknown"),
        (failing(400, "Bad temperature"), FaultKind.REFUSED, "Bad temperature"),
        (as_json({"detail": "Not so"}, 422), FaultKind.REFUSED, "Not so"),
        (as_json({"detail": [{"loc": ["body"]}]}, 422), FaultKind.REFUSED, "status 422"),
        (failing(413), FaultKind.TOO_LONG, "no request this long"),
        (
            as_json({"error": {"message": "Too long", "code": "context_length_exceeded"}}, 400),
            FaultKind.TOO_LONG,
            "no request this long",
        ),
        (failing(500, "Oops"), FaultKind.SERVER_ERROR, "Oops"),
        (Answered(502, b"<h1>Bad gateway</h1>"), FaultKind.SERVER_ERROR, "status 502"),
        (Answered(200, b"{", promised=500), FaultKind.CUT, "before the answer was complete"),
        (Answered(200, b"{"), FaultKind.NOT_JSON, "not valid JSON"),
        (Answered(200, b"\xff\xfe"), FaultKind.NOT_JSON, "not valid JSON"),
        (Answered(200, b"[" * 200_000), FaultKind.NOT_JSON, "not valid JSON"),
        (Answered(200, b""), FaultKind.NOT_JSON, "not valid JSON"),
        (as_json({}), FaultKind.NOT_JSON, "no answer where one belongs"),
        (as_json([]), FaultKind.NOT_JSON, "no answer where one belongs"),
        (as_json({"choices": []}), FaultKind.NOT_JSON, "no answer where one belongs"),
        (as_json({"choices": [{"message": {"content": 3}}]}), FaultKind.NOT_JSON, "no answer"),
        (as_json({"error": {"message": "Overloaded"}}), FaultKind.SERVER_ERROR, "Overloaded"),
        (
            Answered(200, b"<html>Sign in</html>", {"Content-Type": "text/html; charset=utf-8"}),
            FaultKind.CONTENT_TYPE,
            "`text/html; charset=utf-8`",
        ),
        (
            Answered(200, b"data: {}\n\n", {"Content-Type": "text/event-stream"}),
            FaultKind.CONTENT_TYPE,
            "`text/event-stream`",
        ),
        (
            Answered(200, b"x", {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
            FaultKind.CONTENT_TYPE,
            "a compressed response",
        ),
        (chat(None, refusal="I can't do that."), FaultKind.REFUSAL, "I can't do that."),
        (chat("", finish="content_filter"), FaultKind.REFUSAL, "will not answer"),
        (chat(GOOD[:9], finish="length"), FaultKind.LENGTH, "stops in the middle"),
        (chat("Refund it!"), FaultKind.NOT_JSON, "its answer is none"),
        (chat('{"intent": "theft"}'), FaultKind.SCHEMA, "`intent`"),
        (chat(None), FaultKind.EMPTY, "nothing"),
    ],
)
def test_misbehaviour_of_chat_is_told(answer: Answered, kind: FaultKind, why: str) -> None:
    outcome, double = outcome_of([answer], asked(schema=SCHEMA))
    assert why in fault(outcome, kind).message
    assert len(double.seen) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (responses("", refusal="No."), FaultKind.REFUSAL),
        (responses("", status="incomplete", reason="content_filter"), FaultKind.REFUSAL),
        (responses(GOOD[:9], status="incomplete", reason="max_output_tokens"), FaultKind.LENGTH),
        (responses(GOOD, status="failed"), FaultKind.NOT_JSON),
        (responses("", used=(20, 5)), FaultKind.EMPTY),
        (responses(GOOD, used=(20, 200)), FaultKind.LENGTH),  # as some servers cut an answer
        (responses("{}"), FaultKind.SCHEMA),
        (chat(GOOD), FaultKind.NOT_JSON),
        (failing(401), FaultKind.UNAUTHORISED),
    ],
)
def test_misbehaviour_of_responses_is_told(answer: Answered, kind: FaultKind) -> None:
    outcome, _ = outcome_of([answer], asked(schema=SCHEMA, api=RESPONSES))
    fault(outcome, kind)


def test_answers_in_parts_are_put_together() -> None:
    parts = [{"type": "text", "text": "Refund "}, {"type": "text", "text": "it."}]
    whole = {"choices": [{"message": {"content": parts}, "finish_reason": "stop"}]}
    outcome, _ = outcome_of([as_json(whole)])
    assert reply(outcome).text == "Refund it."


def test_silence_ends_with_the_deadline() -> None:
    outcome, _ = outcome_of([Answered(is_silent=True)], deadline=0.4)
    assert "within 0.4 s" in fault(outcome, FaultKind.TIMED_OUT).message


def test_an_answer_that_trickles_ends_with_the_deadline() -> None:
    slow = Answered(200, chat("Yes.").body, pause=0.05)
    outcome, _ = outcome_of([slow], deadline=0.4)
    fault(outcome, FaultKind.TIMED_OUT)


def test_the_deadline_says_what_went_wrong_before() -> None:
    outcome, _ = outcome_of(
        [failing(503, "Warming up.", Retry_After="0"), Answered(is_silent=True)],
        deadline=0.5,
        retries=1,
    )
    assert "Warming up." in fault(outcome, FaultKind.TIMED_OUT).message


def test_a_huge_response_is_not_read_to_its_end() -> None:
    huge = Answered(200, b" " * (LARGEST_RESPONSE + 1))
    outcome, _ = outcome_of([huge])
    assert "larger than 8 MiB" in fault(outcome, FaultKind.CUT).message
    outcome, _ = outcome_of([Answered(500, b" " * (LARGEST_RESPONSE + 1))])
    assert "larger than 8 MiB" in fault(outcome, FaultKind.CUT).message


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (outcome,) = live(Endpoint(f"http://127.0.0.1:{port}/v1", KEY)).ask([asked()])
    assert "cannot be reached" in fault(outcome, FaultKind.UNREACHABLE).message


def test_the_key_follows_no_redirect() -> None:
    with serving(answering("Gotcha.")) as elsewhere:
        moved = Answered(307, b"", {"Location": f"{elsewhere.url}/chat/completions"})
        outcome, _ = outcome_of([moved])
    assert "the key is not sent there" in fault(outcome, FaultKind.REFUSED).message
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    ("unknown", "gone", "there"),
    [
        ("Use 'max_completion_tokens' instead of 'max_tokens'.", "max_tokens", None),
        ("Extra inputs are not permitted: 'store'", "store", "max_tokens"),
        ("'response_format' is not supported", "response_format", "store"),
    ],
)
def test_a_parameter_that_a_server_does_not_know_is_left_out(
    unknown: str, gone: str, there: str | None
) -> None:
    outcome, double = outcome_of([failing(400, unknown), chat(GOOD)], asked(schema=SCHEMA))
    assert reply(outcome).value == {"intent": "refund", "score": 3}
    assert gone not in double.seen[1].body
    assert (there or "max_completion_tokens") in double.seen[1].body


def test_a_server_that_never_knows_enough_is_asked_a_few_times() -> None:
    said = "'store' and 'response_format' and 'max_completion_tokens'"
    outcome, double = outcome_of([failing(400, said)], asked(schema=SCHEMA))
    fault(outcome, FaultKind.REFUSED)
    assert len(double.seen) == 4


def test_what_the_endpoint_does_not_say_counts_in_full() -> None:
    outcome, _ = outcome_of([chat("Yes.", used=None)])
    usage = reply(outcome).usage
    assert usage.is_estimate
    assert usage.output_tokens == 200
    assert usage.input_tokens >= 20


def test_a_bad_answer_was_paid_for() -> None:
    outcome, _ = outcome_of([chat("Refund it!")], asked(schema=SCHEMA))
    assert fault(outcome, FaultKind.NOT_JSON).usage.input_tokens == 20


def test_a_try_that_was_cut_off_counts_in_full_and_an_error_as_nothing() -> None:
    cut = Answered(200, b"{", promised=500)
    whole = Ledger()
    outcome, _ = outcome_of([cut, RATE_LIMITED, chat("Yes.")], within=whole, retries=2)
    usage = reply(outcome).usage
    assert (usage.output_tokens, usage.is_estimate) == (205, True)
    assert whole.spent == usage


@pytest.mark.parametrize(
    ("status", "is_paid"), [(500, False), (503, False), (502, True), (504, True)]
)
def test_a_gateway_that_lost_the_answer_may_have_been_charged_for_it(
    status: int, is_paid: bool
) -> None:
    outcome, _ = outcome_of([failing(status)])
    assert (fault(outcome, FaultKind.SERVER_ERROR).usage.output_tokens > 0) is is_paid


def test_another_try_needs_room_in_the_budget() -> None:
    cut = Answered(200, b"{", promised=500)
    outcome, double = outcome_of([cut, chat("Yes.")], within=Ledger(tokens=400), retries=2)
    found = fault(outcome, FaultKind.BUDGET)
    assert "another try" in found.message
    assert found.usage.output_tokens == 200
    assert len(double.seen) == 1


def test_no_more_than_at_once_are_under_way() -> None:
    with serving(slowly(0.03, chat("Yes."))) as double:
        outcomes = live(double.endpoint, at_once=3).ask([asked(repeat=n) for n in range(12)])
    assert [reply(outcome).text for outcome in outcomes] == ["Yes."] * 12
    assert double.most_at_once == 3


def test_at_once_holds_for_all_threads_together() -> None:
    with serving(slowly(0.03, chat("Yes."))) as double:
        asker = live(double.endpoint, at_once=2)
        found: list[Sequence[Reply | Fault]] = []

        def ask(number: int) -> None:
            found.append(asker.ask([asked(seed=number, repeat=again) for again in range(3)]))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [len(one) for one in found] == [3] * 4
    assert all(isinstance(outcome, Reply) for one in found for outcome in one)
    assert double.most_at_once == 2


def test_each_outcome_belongs_to_its_request() -> None:
    def echo(seen: Seen) -> Answered:
        return chat(seen.body["messages"][1]["content"])

    requests = [asked(f"Ticket {number}") for number in range(20)]
    with serving(echo) as double:
        outcomes = live(double.endpoint, at_once=8).ask(requests)
    assert [reply(outcome).text for outcome in outcomes] == [f"Ticket {n}" for n in range(20)]
    assert [outcome.request for outcome in outcomes] == requests


def test_it_can_be_asked_inside_an_event_loop() -> None:
    with serving(answering("Yes.")) as double:
        asker = live(double.endpoint)

        async def inside() -> tuple[Reply | Fault, ...]:
            return asker.ask([asked()])

        (outcome,) = asyncio.run(inside())
    assert reply(outcome).text == "Yes."


def test_one_bad_answer_spoils_no_other() -> None:
    def each(seen: Seen) -> Answered:
        bad: dict[str, Callable[[], Answered]] = {
            "a": lambda: failing(500),
            "b": lambda: Answered(200, b"{", promised=99),
        }
        return bad.get(seen.body["messages"][1]["content"], lambda: chat("Yes."))()

    with serving(each) as double:
        outcomes = live(double.endpoint).ask([asked(text) for text in "abc"])
    fault(outcomes[0], FaultKind.SERVER_ERROR)
    fault(outcomes[1], FaultKind.CUT)
    assert reply(outcomes[2]).text == "Yes."


def test_chat_is_the_default() -> None:
    assert asked().api is CHAT
