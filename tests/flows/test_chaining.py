"""Chains: what each step is given, and how a chain ends."""

from __future__ import annotations

from opsrail.flows.chaining import given_to
from opsrail.flows.effects import wanted
from opsrail.flows.formats import Step
from opsrail.flows.model import Author, Outcome
from opsrail.llm.model import Json
from tests.flows.toy import FILES, FLOW, OFF, PLAIN, PROPOSING, Says, better, flows_of

CHAIN = "policies/flows/chain.yaml"
FIRST = "policies/flows/first.yaml"
SECOND = "policies/flows/second.yaml"
HEAD = "title: Both\nowner: desk\npermissions: [ask-model, propose-branch]\n"
STEPS = """\
steps:
  - {flow: first, given: {text: "{input.t}"}}
  - {flow: second, given: {text: "{first.said}!"}}
"""
VALUES: dict[str, Json] = {
    "input": {"ticket": {"id": 7, "tags": ["a", "b"], "body": "hi", "none": None}},
    "triage": {"intent": "refund", "is_sure": True},
}


def given(**parts: object) -> Json:
    return given_to(Step.model_validate({"flow": "x", "given": parts}), VALUES)


def test_a_text_that_is_one_reference_becomes_the_value() -> None:
    found = given(
        a="{input.ticket.id}", b="{input.ticket.tags.1}", c="{triage}", d="{input.ticket.none}"
    )
    assert found == {"a": 7, "b": "b", "c": VALUES["triage"], "d": None}


def test_within_a_text_it_is_written_out() -> None:
    found = given(
        a="No {input.ticket.id}: {triage.is_sure}, {input.ticket.tags}", b=["{triage.intent}!"]
    )
    assert found == {"a": 'No 7: true, ["a", "b"]', "b": ["refund!"]}


def test_what_is_missing_is_left_out() -> None:
    found = given(
        a="{input.ticket.plan}", b="plan {input.ticket.plan}.", c={"d": "{later.x}", "e": 1}
    )
    assert found == {"b": "plan .", "c": {"e": 1}}


def test_braces_around_anything_else_stay() -> None:
    texts = ("{}", "{ input.ticket }", "{Input.x}", "a {b c} d", "{{triage.intent}}")
    assert given(a=list(texts)) == {"a": [*texts[:4], "{refund}"]}


def test_each_step_gets_what_earlier_ones_gave_and_usage_adds_up() -> None:
    files = {**FILES, CHAIN: HEAD + STEPS, FIRST: FILES[FLOW], SECOND: FILES[FLOW]}
    asker = Says([better("one"), better("two")])
    run = flows_of(files).run("chain", {"t": "hello"}, asker)
    assert (run.outcome, run.author) == (Outcome.DONE, Author.MODEL)
    assert run.output == {"first": {"said": "one"}, "second": {"said": "two"}}
    assert "one!" in asker.requests[1].messages[1].text
    assert run.usage == asker.usage + asker.usage
    assert [step.flow for step in run.steps] == ["first", "second"]


def test_the_budget_of_a_chain_holds_for_all_its_steps() -> None:
    tight = HEAD + "budget: {dollars: 0.0015}\n" + STEPS
    files = {**FILES, CHAIN: tight, FIRST: FILES[FLOW], SECOND: FILES[FLOW]}
    run = flows_of(files).run("chain", {"t": "hello"}, Says([better("one")]))
    assert [step.author for step in run.steps] == [Author.MODEL, Author.BASELINE]
    assert run.causes == ("second: no answer: budget",)


def test_a_step_that_refuses_its_input_ends_the_chain() -> None:
    files = {CHAIN: HEAD + STEPS, FIRST: PLAIN, SECOND: PLAIN}
    run = flows_of(files).run("chain", {"t": 5}, OFF)
    assert (run.outcome, run.output, len(run.steps)) == (Outcome.FAILED, None, 1)
    assert run.reasons[0].startswith("first: text: expected text, got a number")
    assert run.causes == ("first: input",)


def test_effects_of_a_chain_come_last_and_wait_for_the_right_team() -> None:
    waiting = STEPS.replace("flow: first,", "flow: first, approval: leads,")
    files = {CHAIN: HEAD + waiting, FIRST: PROPOSING, SECOND: PROPOSING + "approval: owners\n"}
    run = flows_of(files).run("chain", {"t": "a"}, OFF)
    assert run.outcome is Outcome.WAITING
    assert [(one.flow, one.team) for one in wanted(run)] == [
        ("first", "leads"),
        ("second", "owners"),
    ]


def test_the_approval_of_a_chain_holds_where_its_steps_name_nobody() -> None:
    files = {CHAIN: HEAD + "approval: chiefs\n" + STEPS, FIRST: PROPOSING, SECOND: PLAIN}
    (effect,) = wanted(flows_of(files).run("chain", {"t": "a"}, OFF))
    assert effect.team == "chiefs"


def test_a_chain_that_fails_has_no_effects() -> None:
    long: Json = {"t": "a" * 200}
    files = {CHAIN: HEAD + STEPS, FIRST: PROPOSING, SECOND: PLAIN}
    run = flows_of(files).run("chain", long, OFF)
    assert run.outcome is Outcome.FAILED
    assert wanted(run) == ()


def test_a_chain_of_which_a_step_cannot_be_opened_is_broken_for_the_same_reason() -> None:
    files = {CHAIN: HEAD + STEPS, FIRST: PLAIN, SECOND: PLAIN + "settings: {wrong: 1}\n"}
    flows = flows_of(files)
    assert flows.broken["chain"] == flows.broken["second"]
    assert set(flows.ready) == {"first"}


def test_a_chain_within_a_chain_runs_too() -> None:
    outer = HEAD + 'steps: [{flow: chain, given: {t: "{input.x}"}}]\n'
    files = {"policies/flows/outer.yaml": outer, CHAIN: HEAD + STEPS, FIRST: PLAIN, SECOND: PLAIN}
    run = flows_of(files).run("outer", {"x": "hi"}, OFF)
    assert run.output == {"chain": {"first": {"said": "HI"}, "second": {"said": "HI!"}}}
