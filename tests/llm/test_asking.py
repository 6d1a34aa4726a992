"""Where answers come from: recordings, calls, both, or nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.budget import Ledger
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.formats import ModelEntry
from opsrail.llm.model import FREE, Fault, FaultKind, Message, Mode, Reply, Request, Speaker
from opsrail.llm.recordings import recording_path
from tests.llm.asked import GOOD, SCHEMA, asked, entry, fault, reply
from tests.llm.endpoint_double import (
    KEY,
    Answered,
    Double,
    answering,
    chat,
    failing,
    serving,
)

MODELS = {"small": entry()}


def recorder(double: Double, files: dict[str, str]) -> Asker:
    return open_asker(
        Mode.RECORD, MODELS, files.get, endpoint=double.endpoint, keep=files.__setitem__
    )


def replayer(files: dict[str, str]) -> Asker:
    return open_asker(Mode.REPLAY, {}, files.get)


def test_switched_off_nobody_answers() -> None:
    asker = open_asker(Mode.OFF, MODELS, {"": ""}.get, endpoint=Endpoint("http://x.example", KEY))
    assert asker.mode is Mode.OFF
    first, second = asker.ask([asked(), asked(repeat=1)])
    fault(first, FaultKind.OFF)
    assert second.request == asked(repeat=1)


def test_what_is_not_recorded_is_a_fault_and_never_a_call() -> None:
    with serving(answering("Yes.")) as double:
        asker = open_asker(Mode.REPLAY, MODELS, {"": ""}.get, endpoint=double.endpoint)
        (outcome,) = asker.ask([asked()])
    said = fault(outcome, FaultKind.NO_RECORDING).message
    assert said == "there is no recording of this request to `triage`"
    assert double.seen == []


def test_what_is_recorded_is_asked_once_and_answers_the_same_ever_after() -> None:
    files: dict[str, str] = {}
    request = asked(schema=SCHEMA)
    with serving([chat(GOOD), chat('{"intent": "other", "score": 0}')]) as double:
        (called,) = recorder(double, files).ask([request])
        (again,) = recorder(double, files).ask([request])
    assert len(double.seen) == 1
    (replayed,) = replayer(files).ask([request])
    assert replayed == again
    assert reply(replayed) == replace(
        reply(called), is_recorded=True, usage=FREE, seconds=0.0, retries=0
    )
    assert list(files) == [recording_path(request)]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (chat(None, refusal="No."), FaultKind.REFUSAL),
        (chat(GOOD[:9], finish="length"), FaultKind.LENGTH),
        (chat("Refund it!"), FaultKind.NOT_JSON),
        (chat("{}"), FaultKind.SCHEMA),
        (chat(""), FaultKind.EMPTY),
    ],
)
def test_a_models_own_faults_replay_too(answer: Answered, kind: FaultKind) -> None:
    files: dict[str, str] = {}
    request = asked(schema=SCHEMA)
    with serving([answer]) as double:
        (called,) = recorder(double, files).ask([request])
    (replayed,) = replayer(files).ask([request])
    assert replace(fault(called, kind), usage=FREE) == fault(replayed, kind)


@pytest.mark.parametrize(
    "answer",
    [
        failing(429, Retry_After="0"),
        failing(500),
        failing(401),
        Answered(200, b"{"),
        Answered(200, b"{", promised=99),
        Answered(200, b"<p>", {"Content-Type": "text/html"}),
        Answered(200, b"{}"),
    ],
)
def test_no_failure_of_the_way_there_is_recorded(answer: Answered) -> None:
    files: dict[str, str] = {}
    with serving([answer]) as double:
        (outcome,) = recorder(double, files).ask([asked()])
    assert isinstance(outcome, Fault)
    assert files == {}


def test_a_recorded_answer_is_judged_anew() -> None:
    files: dict[str, str] = {}
    request = asked(schema=SCHEMA)
    with serving([chat(GOOD)]) as double:
        recorder(double, files).ask([request])
    path = recording_path(request)
    files[path] = files[path].replace("refund", "theft", 1)
    assert "theft" in files[path].partition('"request"')[0]
    fault(replayer(files).ask([request])[0], FaultKind.SCHEMA)


@pytest.mark.parametrize("text", ["", "{}", "<<<<<<<"])
def test_a_damaged_recording_is_never_used_and_never_replaced_unasked(text: str) -> None:
    files = {recording_path(asked()): text}
    with serving(answering("Yes.")) as double:
        for asker in (recorder(double, files), replayer(files)):
            (outcome,) = asker.ask([asked()])
            assert "damaged" in fault(outcome, FaultKind.NO_RECORDING).message
    assert double.seen == []


def test_live_answers_are_neither_taken_from_recordings_nor_recorded() -> None:
    kept: dict[str, str] = {}
    with serving(answering("One.", "Two.")) as double:
        recorder(double, kept).ask([asked()])
        before = dict(kept)
        asker = open_asker(
            Mode.LIVE, MODELS, kept.get, endpoint=double.endpoint, keep=kept.__setitem__
        )
        (outcome,) = asker.ask([asked()])
    assert reply(outcome).text == "Two."
    assert kept == before


def test_equal_requests_are_asked_once_and_paid_once() -> None:
    with serving(answering("One.", "Two.")) as double:
        asker = open_asker(Mode.LIVE, MODELS, {"": ""}.get, endpoint=double.endpoint)
        outcomes = [reply(one) for one in asker.ask([asked(), asked(), asked(repeat=1), asked()])]
    assert len(double.seen) == 2
    assert outcomes[0].text == outcomes[1].text == outcomes[3].text != outcomes[2].text
    assert [one.usage.dollars > 0 for one in outcomes] == [True, False, True, False]


def test_one_asker_answers_from_what_it_recorded_itself() -> None:
    files: dict[str, str] = {}
    with serving(answering("One.", "Two.")) as double:
        asker = open_asker(
            Mode.RECORD,
            MODELS,
            lambda _path: None,  # files of a commit, which the new ones are no part of
            endpoint=double.endpoint,
            keep=files.__setitem__,
        )
        first, second = asker.ask([asked()])[0], asker.ask([asked()])[0]
    assert (reply(first).text, reply(second).text) == ("One.", "One.")
    assert reply(second).is_recorded


@pytest.mark.parametrize("mode", [Mode.RECORD, Mode.LIVE])
def test_without_an_endpoint_nothing_can_be_asked(mode: Mode) -> None:
    files: dict[str, str] = {}
    asker = open_asker(mode, MODELS, files.get, keep=files.__setitem__)
    fault(asker.ask([asked()])[0], FaultKind.NO_ENDPOINT)


def test_recorded_answers_need_no_endpoint_also_where_others_are_recorded() -> None:
    files: dict[str, str] = {}
    with serving(answering("Yes.")) as double:
        recorder(double, files).ask([asked()])
    asker = open_asker(Mode.RECORD, MODELS, files.get, keep=files.__setitem__)
    found, missing = asker.ask([asked(), asked(repeat=1)])
    assert reply(found).is_recorded
    fault(missing, FaultKind.NO_ENDPOINT)


def test_to_record_somebody_has_to_keep() -> None:
    with pytest.raises(ValueError, match="who keeps"):
        open_asker(Mode.RECORD, MODELS, {"": ""}.get)


def refused(request: Request, models: dict[str, ModelEntry], within: Ledger | None = None) -> Fault:
    """The fault of a request that must not be sent."""
    with serving(answering("Yes.")) as double:
        asker = open_asker(Mode.LIVE, models, {"": ""}.get, endpoint=double.endpoint)
        (outcome,) = asker.ask([request], within)
    assert double.seen == []
    assert isinstance(outcome, Fault)
    assert outcome.usage == FREE
    return outcome


@pytest.mark.parametrize(
    "models", [{}, {"small": entry(price=None)}, {"small": entry(name="model-2")}]
)
def test_an_unknown_price_is_a_closed_door(models: dict[str, ModelEntry]) -> None:
    assert "is unknown" in fault(refused(asked(), models), FaultKind.BUDGET).message


def test_a_request_without_room_in_the_context_is_not_sent() -> None:
    request = asked("word " * 4000)
    assert "8,192" in fault(refused(request, MODELS), FaultKind.TOO_LONG).message


@pytest.mark.parametrize("ledger", [Ledger(tokens=100), Ledger(dollars=0.0001)])
def test_what_might_go_over_the_budget_is_not_sent(ledger: Ledger) -> None:
    fault(refused(asked(), MODELS, ledger), FaultKind.BUDGET)
    assert ledger.spent == FREE
    assert ledger._reserved == FREE


@pytest.mark.parametrize(
    "request_", [asked(f"My key is {KEY}."), asked(schema={"const": f"<{KEY}>"})]
)
def test_the_endpoints_own_key_is_not_sent_as_text(request_: Request) -> None:
    found = fault(refused(request_, MODELS), FaultKind.REFUSED)
    assert KEY not in found.message + found.hint


def test_the_first_that_fit_into_the_budget_are_sent_and_no_more() -> None:
    ledger = Ledger(tokens=600)
    requests = [asked(repeat=number) for number in range(5)]
    with serving(answering("Yes.")) as double:
        asker = open_asker(Mode.LIVE, MODELS, {"": ""}.get, endpoint=double.endpoint)
        outcomes = asker.ask(requests, ledger)
        assert [isinstance(one, Reply) for one in outcomes] == [True, True, False, False, False]
        assert len(double.seen) == 2
        # What was set aside and not used is there again.
        assert ledger.spent.input_tokens == 40
        assert isinstance(asker.ask([asked(repeat=2)], ledger)[0], Reply)


def test_recordings_cost_nothing_and_need_no_price() -> None:
    files: dict[str, str] = {}
    with serving(answering("Yes.")) as double:
        recorder(double, files).ask([asked()])
    nothing = Ledger(dollars=0.0, tokens=0)
    (outcome,) = replayer(files).ask([asked()], nothing)
    assert reply(outcome).usage == FREE


def test_the_same_question_for_another_purpose_has_its_own_recording() -> None:
    files: dict[str, str] = {}
    mine, other = asked(), asked(purpose="judge")
    with serving(answering("One.", "Two.")) as double:
        recorder(double, files).ask([mine, other])
    assert sorted(files) == sorted([recording_path(mine), recording_path(other)])


def test_nothing_asked_is_nothing_answered() -> None:
    with serving(answering("Yes.")) as double:
        asker = open_asker(Mode.LIVE, MODELS, {"": ""}.get, endpoint=double.endpoint)
        assert asker.ask([]) == ()


def test_text_that_utf8_cannot_carry_is_sent_and_recorded_all_the_same() -> None:
    files: dict[str, str] = {}
    odd = asked(messages=(Message(Speaker.USER, "half \ud83d"),))
    with serving(answering("Yes.")) as double:
        recorder(double, files).ask([odd])
    assert double.seen[0].body["messages"][0]["content"] == "half ?"
    assert reply(replayer(files).ask([odd])[0]).text == "Yes."
