"""Reading flows: every fault is told at its place, and dependencies are complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from pydantic import Field

from opsrail.flows.model import Kind
from opsrail.flows.reading import (
    dependencies,
    files_of,
    flow_findings,
    flow_names,
    read_flow,
    read_flows,
)
from opsrail.repo.formats import FileFormat
from tests.flows.toy import ECHO, FILES, FLOW, FLOW_TEXT, KINDS, MODELS, PLAIN, PROMPT, PROMPT_TEXT
from tests.tailor.held import HeldSnapshot

CHAIN = "policies/flows/chain.yaml"
CHAIN_TEXT = """\
title: Both
owner: desk
input: {type: object, properties: {ticket: {type: object, properties: {body: {type: string}}}}}
steps:
  - flow: echo
    given: {text: "{input.ticket.body}"}
  - flow: second
    given: {text: "He said {echo.said}"}
permissions: [ask-model]
"""
SECOND = "policies/flows/second.yaml"
CHAINED = {**FILES, CHAIN: CHAIN_TEXT, SECOND: PLAIN}


class Settings(FileFormat):
    examples: str = Field(default="", description="A file of tickets.")
    least: int = Field(default=3, ge=1, description="The fewest tickets.")


STRICT = replace(ECHO, settings=Settings)


def told(files: Mapping[str, str], kinds: Mapping[str, Kind] = KINDS) -> list[str]:
    return [str(one) for one in flow_findings(HeldSnapshot(files), kinds)]


def test_a_good_flow_has_its_prompt_its_model_and_no_findings() -> None:
    read = read_flow(HeldSnapshot(FILES), "echo", KINDS)
    assert read.findings == ()
    assert read.flow is not None
    assert read.flow.prompt is not None
    assert read.flow.prompt.model.name == "small-1"
    assert (read.input, read.output) == (ECHO.input, ECHO.output)


def test_every_way_to_break_one_is_told_at_its_line() -> None:
    faults = {
        PLAIN.replace("task: echo", "task: ecko"): ":3:7: flow-broken: there is no task `ecko`",
        PLAIN + "prompt: none\n": ":4:9: flow-broken: there is no prompt none",
        FLOW_TEXT.replace("permissions: [ask-model]\n", ""): ":4:1: flow-broken: it has a prompt,",
        PLAIN + "input: {type: thing}\n": ":4:8: flow-broken: `input`: this is no JSON Schema",
        PLAIN + "output: {$ref: 'https://x.example/s'}\n": ":4:9: flow-broken: `output`: $ref",
        PLAIN + "input: {pattern: '(?=a)'}\n": ":4:8: flow-broken: `input`:",
        PLAIN + "permissions: [fly]\n": ":4:15: schema: expected",
        PLAIN + "steps: [{flow: a}]\n": ": schema: give either a `task` or `steps`",
        "title: [\n": "yaml-syntax",
        "title: x\nowner: y\n": ": schema: give either a `task` or `steps`",
    }
    for text, said in faults.items():
        found = told({**FILES, FLOW: text})
        assert any(one.startswith(FLOW) and said in one for one in found), (text, found)
        assert read_flow(HeldSnapshot({**FILES, FLOW: text}), "echo", KINDS).flow is None


def test_a_prompt_may_ask_only_for_what_the_task_gives() -> None:
    files = {**FILES, PROMPT: PROMPT_TEXT.replace("{known}", "{unknown}")}
    (finding,) = told(files)
    assert finding.startswith(f"{FLOW}:4:9: flow-broken: the prompt asks for `unknown`, which")
    assert finding.endswith("(it gives `known`, `ticket`)")


def test_a_prompt_without_its_model_is_told_in_the_prompt() -> None:
    (finding,) = told({**FILES, MODELS: "models: {big: {name: big}}\n"})
    assert finding.startswith(f"{PROMPT}:3:8: prompt-broken: there is no model `small`")


def test_a_permission_that_the_task_needs_is_asked_for() -> None:
    needy = {"echo": replace(ECHO, needs=frozenset({"read-pages"}))}
    (finding,) = told({FLOW: PLAIN + "permissions: [ask-model]\n"}, needy)
    assert finding.startswith(f"{FLOW}:4:1: flow-broken: a flow that does `echo` needs")


def test_settings_are_checked_where_they_stand_without_opening_the_task() -> None:
    text = PLAIN + "settings:\n  least: 0\n  lest: 3\n"
    found = told({FLOW: text}, {"echo": STRICT})
    assert [one.partition(": flow-broken")[0] for one in found] == [f"{FLOW}:5:10", f"{FLOW}:6:9"]


def test_a_chain_that_holds_has_no_findings() -> None:
    assert told(CHAINED) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("flow: second", "flow: third", "7:11: flow-broken: there is no flow `third`"),
        ("flow: second", "flow: chain", "7:11: flow-broken: `chain` leads back to this flow"),
        ("flow: second", "flow: echo", "7:11: flow-broken: `echo` is a step of this chain twice"),
        ("{echo.said}", "{echo.sad}", "8:19: flow-broken: {echo.sad}: the output of `echo` has no"),
        ("{echo.said}", "{other.x}", "8:19: flow-broken: {other.x} stands for nothing"),
        ("{echo.said}", "{second.said}", "{second.said} is not known yet"),
        (
            "ticket.body",
            "ticket.boddy",
            "6:19: flow-broken: {input.ticket.boddy}: the input has no",
        ),
        ("permissions: [ask-model]", "", "the step `echo` has the permission `ask-model`"),
        ("permissions:", "prompt: echo\npermissions:", "`prompt` means nothing to a flow of steps"),
    ],
)
def test_what_is_wrong_with_a_chain_is_told_at_its_step(old: str, new: str, said: str) -> None:
    assert old in CHAIN_TEXT
    found = told({**CHAINED, CHAIN: CHAIN_TEXT.replace(old, new)})
    assert any(one.startswith(f"{CHAIN}:") and said in one for one in found), found


def test_a_chain_gives_what_its_steps_give() -> None:
    outer = "title: x\nowner: y\npermissions: [ask-model]\nsteps: [{flow: chain}]\n"
    reads = read_flows(HeldSnapshot({**CHAINED, "policies/flows/outer.yaml": outer}), KINDS)
    inner = {"echo": ECHO.output, "second": ECHO.output}
    assert reads["chain"].output["properties"] == inner
    assert reads["outer"].output["properties"]["chain"]["properties"] == inner


def test_two_teams_cannot_be_asked_for_one_effect() -> None:
    files = {
        **CHAINED,
        SECOND: PLAIN + "approval: leads\n",
        CHAIN: CHAIN_TEXT.replace("flow: second", "flow: second\n    approval: others"),
    }
    (finding,) = told(files)
    assert "`second` waits for leads, and this step for others" in finding


def test_chains_that_lead_to_each_other_are_told_in_both() -> None:
    other = "title: x\nowner: y\npermissions: [ask-model]\nsteps: [{flow: chain}]\n"
    files = {**CHAINED, SECOND: other}
    assert {one.partition(":")[0] for one in told(files)} == {CHAIN, SECOND}


def test_chains_that_double_and_double_are_refused_in_time() -> None:
    files = {**FILES, "policies/flows/a0.yaml": PLAIN, "policies/flows/b0.yaml": PLAIN}
    for n in range(1, 40):
        for letter in "ab":
            steps = f"steps: [{{flow: a{n - 1}}}, {{flow: b{n - 1}}}]"
            files[f"policies/flows/{letter}{n}.yaml"] = f"title: x\nowner: y\n{steps}\n"
    assert any("more than 50 steps" in one for one in told(files))


def test_files_in_folders_below_are_no_flows() -> None:
    files = {**FILES, "policies/flows/examples/tickets.yaml": "a: 1\n"}
    assert flow_names(HeldSnapshot(files)) == ("echo",)


def test_a_flow_depends_on_its_file_its_prompt_its_models_and_their_answers() -> None:
    found = dependencies(HeldSnapshot(FILES), "echo", KINDS)
    assert found == {FLOW, PROMPT, MODELS, "policies/recordings/echo/*"}


def test_a_flow_depends_on_what_its_settings_name_and_its_task_reads() -> None:
    def reads(settings: Mapping[str, Any]) -> tuple[str, ...]:
        return (f"playbooks/{settings['playbook']}/*",)

    examples = "policies/flows/examples/t.csv"
    text = PLAIN + f"settings: {{examples: {examples}, playbook: refunds}}\n"
    files = {FLOW: text, examples: "a\n", "playbooks/refunds/tier-1.md": "x", "content/a.md": "y"}
    snapshot = HeldSnapshot(files)
    found = dependencies(snapshot, "echo", {"echo": replace(ECHO, reads=reads)})
    assert found == {FLOW, examples, "playbooks/refunds/*"}
    assert set(files_of(snapshot, found)) == {FLOW, examples, "playbooks/refunds/tier-1.md"}


def test_without_more_said_a_flow_depends_on_what_it_may_read() -> None:
    snapshot = HeldSnapshot({FLOW: PLAIN + "permissions: [read-pages]\n"})
    assert "playbooks/*" in dependencies(snapshot, "echo", KINDS)


def test_a_chain_depends_on_all_that_its_steps_do() -> None:
    found = dependencies(HeldSnapshot(CHAINED), "chain", KINDS)
    assert found >= {CHAIN, SECOND, FLOW, PROMPT, MODELS}


def test_the_digest_follows_file_prompt_and_model_but_no_comment() -> None:
    def digest(files: Mapping[str, str]) -> str:
        flow = read_flows(HeldSnapshot(files), KINDS)["echo"].flow
        assert flow is not None
        return flow.digest

    plain = digest(FILES)
    assert digest({**FILES, FLOW: f"# a word\n{FLOW_TEXT}"}) == plain
    changed = [
        {**FILES, FLOW: FLOW_TEXT.replace("again", "anew")},
        {**FILES, PROMPT: PROMPT_TEXT.replace("better", "shorter")},
        {**FILES, MODELS: FILES[MODELS].replace("small-1", "small-2")},
    ]
    assert len({plain, *map(digest, changed)}) == 4
