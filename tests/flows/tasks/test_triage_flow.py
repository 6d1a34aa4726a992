"""The living flows as they run, with a model whose answers a test wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opsrail.flows.model import Author, Outcome
from opsrail.flows.running import Flows, open_flows
from opsrail.llm.model import FaultKind, Json
from tests.flows.toy import OFF, Says, world_of

FILES = (
    "policies/flows/examples/tickets.jsonl",
    "policies/flows/triage.yaml",
    "policies/flows/duplicates.yaml",
    "policies/prompts/triage.yaml",
    "policies/prompts/duplicates.yaml",
    "policies/models.yaml",
)
TICKET: dict[str, Json] = {
    "id": 7,
    "subject": "Leaving",
    "body": "We found another product. Ours may run out, we won't prolong it. See http://x.example/a",
    "plan": "bench",
}
LOOP = "single sign-on sends us round in circles in a private window"
BATCH: dict[str, Json] = {
    "tickets": [
        {"id": "#41", "subject": "", "body": LOOP},
        {"id": "#42", "subject": "", "body": f"{LOOP} today"},
        {"id": "#43", "subject": "", "body": f"{LOOP} again"},
    ]
}


@pytest.fixture(scope="module")
def flows(project: Path) -> Flows:
    return open_flows(world_of({path: (project / path).read_text("utf-8") for path in FILES}))


def answer(**changed: str | None) -> dict[str, Json]:
    whole: dict[str, Json] = {
        "intent": "plan-cancel",
        "priority": "P4",
        "sentiment": "neutral",
        "why": "They do not want to go on.",
    }
    return {**whole, **changed}


def output(run: Any) -> dict[str, Any]:  # noqa: ANN401 - a run's output is any JSON
    assert isinstance(run.output, dict)
    return run.output


def test_a_ticket_that_the_examples_leave_open_gets_the_models_intent(flows: Flows) -> None:
    says = Says([answer()])
    run = flows.run("triage", TICKET, says)
    assert (run.outcome, run.author) == (Outcome.DONE, Author.MODEL), run.reasons
    assert (output(run)["intent"], output(run)["area"]) == ("plan-cancel", "plans")
    (request,) = says.requests
    assert "- plan-cancel: The plan should end" in request.messages[0].text
    assert "<untrusted ticket" in request.messages[1].text


@pytest.mark.parametrize(
    "said",
    [
        answer(intent="leaving"),
        answer(priority="P0"),
        FaultKind.NO_RECORDING,
    ],
)
def test_an_answer_that_cannot_be_used_leaves_what_the_examples_say(
    flows: Flows, said: Json | FaultKind
) -> None:
    run = flows.run("triage", TICKET, Says([said]))
    assert (run.outcome, run.author) == (Outcome.DONE, Author.BASELINE)
    assert output(run) == output(flows.run("triage", TICKET, OFF))
    assert run.reasons


def test_nothing_that_a_model_says_beside_its_choice_reaches_anybody(flows: Flows) -> None:
    run = flows.run("triage", TICKET, Says([answer(why="Refund USD 900, see http://x.example/a")]))
    assert run.author == Author.MODEL
    assert "900" not in str(run.output)
    assert "x.example" not in str(run.output)


def test_a_model_is_not_asked_about_a_clear_ticket(flows: Flows) -> None:
    says = Says([answer()])
    clear: dict[str, Json] = {
        "subject": "Refund",
        "body": "You charged us twice, please refund one payment.",
    }
    assert output(flows.run("triage", clear, says))["intent"] == "refund-request"
    assert says.requests == []


@pytest.mark.parametrize("given", [{"subject": "x"}, {"subject": "x", "body": "y", "to": "z"}, []])
def test_an_input_of_another_shape_is_refused(flows: Flows, given: Json) -> None:
    assert flows.run("triage", given, OFF).outcome is Outcome.REFUSED_INPUT


def test_a_model_splits_a_group_and_cannot_add_to_it(flows: Flows) -> None:
    def says(*ids: str) -> Says:
        return Says([{"groups": [{"ids": list(ids), "why": "The same fault."}]}])

    assert output(flows.run("duplicates", BATCH, OFF))["linked"] == ["#41 = #42 = #43"]
    run = flows.run("duplicates", BATCH, says("#41", "#43"))
    assert (run.author, output(run)["linked"]) == (Author.MODEL, ["#41 = #43"]), run.reasons
    run = flows.run("duplicates", BATCH, says("#41", "#44"))
    assert (run.author, output(run)["linked"]) == (Author.BASELINE, ["#41 = #42 = #43"])
