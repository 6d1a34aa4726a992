"""Flows as targets of eval suites."""

from __future__ import annotations

from collections.abc import Mapping

from opsrail.evals.model import Answer, Case
from opsrail.findings import Location
from opsrail.flows.target import FlowTarget, open_flow_target
from opsrail.llm.model import FaultKind, Json, Mode, Request
from tests.flows.toy import (
    FILES,
    FLOW,
    FLOW_TEXT,
    KINDS,
    OFF,
    PLAIN,
    PROMPT,
    TODAY,
    Says,
    better,
    world_of,
)
from tests.tailor.held import catalog_of

RECORDING = "policies/recordings/echo/0.json"


def case(given: Json) -> Case:
    return Case(
        id="a",
        ask="",
        input=given,
        expected=None,
        asserts=(),
        must_pass=False,
        cluster="",
        tags=(),
        role="",
        section="",
        place=Location("x"),
        digest="",
    )


HELLO = case({"text": "hello"})


def target(asker: Says, files: Mapping[str, str] = FILES) -> FlowTarget:
    return FlowTarget(world_of(files), "echo", asker, KINDS)


def only(asker: Says, files: Mapping[str, str] = FILES, one: Case = HELLO) -> Answer:
    ((answer,),) = target(asker, files).answers([one], 1)
    return answer


def test_the_answer_is_the_output_and_who_wrote_it() -> None:
    assert only(OFF).output == {"said": "HELLO", "author": "baseline"}
    assert only(Says([better("hi")])).output == {"said": "hi", "author": "model"}


def test_a_missing_recording_is_an_error_with_what_to_do() -> None:
    answer = only(Says([FaultKind.NO_RECORDING]))
    assert answer.output is None
    assert answer.error == "there was a fault: no recording (do something)"


def test_a_model_that_refuses_or_errs_leaves_the_baseline_to_be_judged() -> None:
    for asker in (Says([FaultKind.REFUSAL]), Says([better("so rude")]), Says([FaultKind.LENGTH])):
        assert only(asker).output == {"said": "HELLO", "author": "baseline"}


def test_a_missing_recording_within_a_chain_is_an_error_too() -> None:
    chain = (
        "title: x\nowner: y\npermissions: [ask-model]\nsteps: [{flow: STEP, given: {text: a}}]\n"
    )
    files = {
        **FILES,
        "policies/flows/inner.yaml": chain.replace("STEP", "echo"),
        "policies/flows/outer.yaml": chain.replace("STEP", "inner").replace("text: a", "x: a"),
    }
    asker = Says([FaultKind.NO_RECORDING])
    ((answer,),) = FlowTarget(world_of(files), "outer", asker, KINDS).answers([case({})], 1)
    assert "no recording" in answer.error


def test_repeats_ask_the_model_anew() -> None:
    def says(request: Request) -> Json:
        return better(f"number {request.repeat}")

    (answers,) = target(Says([says])).answers([HELLO], 3)
    assert [one.output for one in answers] == [
        {"said": f"number {n}", "author": "model"} for n in range(3)
    ]


def test_input_that_does_not_fit_is_an_error_of_the_case() -> None:
    assert only(OFF, one=case({})).error == "the input: the key `text` is missing"


def test_a_flow_that_is_broken_or_missing_is_an_error_of_every_case() -> None:
    assert f"{FLOW}:1:1" in only(OFF, {FLOW: "title: x\n"}).error
    assert "there is no flow echo" in only(OFF, {}).error


def test_the_key_changes_with_whatever_the_answer_depends_on() -> None:
    def key(files: Mapping[str, str], asker: Says = OFF) -> str:
        return target(asker, files).key(HELLO)

    plain = key(FILES)
    assert key({**FILES, "content/a.md": "x"}) == plain
    others = [
        key({**FILES, FLOW: FLOW_TEXT + "description: x\n"}),
        key({**FILES, PROMPT: FILES[PROMPT] + "suite: x\n"}),
        key({**FILES, RECORDING: "{}"}),
        key(FILES, Says([])),
    ]
    assert len({plain, *others}) == 5


def test_a_target_without_an_asker_asks_no_model() -> None:
    found = open_flow_target(catalog_of({FLOW: PLAIN}), TODAY, "echo")
    assert found.asker.mode == "off"


def test_recordings_from_elsewhere_are_part_of_what_is_remembered() -> None:
    also = catalog_of({RECORDING: "{}"}).snapshot
    plain = FlowTarget(world_of(FILES), "echo", OFF, KINDS)
    helped = FlowTarget(world_of(FILES), "echo", OFF, KINDS, also)
    assert plain.key(HELLO) != helped.key(HELLO)


def test_what_is_asked_anew_is_never_remembered() -> None:
    live = Says([better("hi")], mode=Mode.LIVE)
    assert target(live).key(HELLO) != target(live).key(HELLO)
