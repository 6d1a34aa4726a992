"""`opsrail flow`: what people type, and what they read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk, Ran
from tests.flows.toy import DOCUMENT, FILES, FLOW, FLOW_TEXT, KINDS, PLAIN, PROPOSING
from tests.llm.endpoint_double import answering, chat, serving
from tests.repo.sandbox import git, new_repository

LOG = ".git/opsrail/flow-runs.jsonl"
TICKET = '{"text": "hello"}'


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine knows one kind of task, which says what it is given."""
    monkeypatch.setattr("opsrail.flows.files.kinds", lambda: KINDS)


@pytest.fixture
def flows(tmp_path: Path) -> Desk:
    root = tmp_path / "flows"
    new_repository(root, {**FILES, DOCUMENT: "# Notes\n"})
    desk = Desk(root)
    desk.write("ticket.json", TICKET)
    return desk


def run(desk: Desk, *more: str, source: str = "ticket.json") -> Ran:
    return desk.opsrail("flow", "run", "echo", "--input", source, *more)


def told(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_without_key_and_network_the_baseline_answers_and_says_why(flows: Desk) -> None:
    ran = run(flows)
    assert ran.code == 0
    assert told(ran)["output"] == {"said": "HELLO"}
    assert told(ran)["author"] == "baseline"
    assert "there is no recording of this request" in told(ran)["reasons"][0]
    assert ran.err == "1 run: 1 done · 0 written by a model\n"


def test_equal_runs_print_equal_bytes(flows: Desk) -> None:
    assert run(flows).out == run(flows).out


def test_a_recorded_answer_is_replayed_byte_for_byte(
    flows: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering('{"better": "Good day"}')) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        recorded = run(flows, "--model", "record")
        assert len(double.seen) == 1
    assert told(recorded)["author"] == "model"
    assert "1 written by a model" in recorded.err
    assert "USD 0.0" in recorded.err
    monkeypatch.delenv("OPSRAIL_LLM_URL")
    first, second = run(flows), run(flows)
    assert first.out == second.out
    assert told(first)["output"] == {"said": "Good day"}
    assert told(first)["usage"]["dollars"] == 0
    assert len(list((flows.root / "policies/recordings/echo").iterdir())) == 1


def test_a_budget_for_the_whole_stream_holds(flows: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    flows.write("t.jsonl", "".join(f'{{"text": "n {n}"}}\n' for n in range(5)))
    with serving([chat('{"better": "Good day"}', used=(300, 500))]) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        ran = run(flows, "--model", "live", "--budget", "0.006", source="t.jsonl")
        asked = len(double.seen)
    authors = [json.loads(line)["author"] for line in ran.out.splitlines()]
    assert ran.code == 0
    assert authors == ["model"] * asked + ["baseline"] * (5 - asked)
    assert 0 < asked < 5


def test_live_without_an_endpoint_cannot_work(flows: Desk) -> None:
    ran = run(flows, "--model", "live")
    assert ran.code == 3
    assert "no endpoint is set" in ran.err
    assert not (flows.root / LOG).exists()


def test_a_stream_gives_a_line_for_each_line_and_passes_over_what_it_cannot_read(
    flows: Desk,
) -> None:
    long = '{"text": "' + "a" * 300_000 + '"}'
    lines = ['{"text": "a"}', "{", "", '{"text": 5}', long, '{"text": 1, "text": 2}', TICKET]
    flows.write("t.jsonl", "\n".join(lines))
    ran = run(flows, source="t.jsonl")
    assert ran.code == 1
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["line"] for one in found] == [1, 4, 7]
    assert [one["outcome"] for one in found] == ["done", "input refused", "done"]
    complaints = ran.err.splitlines()
    assert [one.partition(": ")[0] for one in complaints[:3]] == [
        f"t.jsonl:{n}:1" for n in (2, 5, 6)
    ]
    assert complaints[-1].startswith(
        "3 runs: 2 done, 1 input refused · 0 written by a model · 3 lines"
    )


def test_a_line_that_cannot_be_read_is_enough_for_exit_code_1(flows: Desk) -> None:
    flows.write("t.jsonl", f"{TICKET}\n{{\n")
    assert run(flows, source="t.jsonl").code == 1
    flows.write("t.jsonl", f"{TICKET}\n")
    assert run(flows, source="t.jsonl").code == 0


def test_what_comes_of_it_can_be_written_to_a_file(flows: Desk) -> None:
    ran = run(flows, "--output", "out.json")
    assert (ran.code, ran.out) == (0, "")
    assert json.loads(flows.read("out.json"))["flow"] == "echo"
    assert run(flows, "--output", "no/out.json").code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no JSON"),
        ('{"text": NaN}', "it is no JSON"),
        ('{"a": 1}\n{"a": 2}', "add --lines"),
        ("x" * 300_000, "262,144 bytes"),
    ],
)
def test_one_input_that_cannot_be_read_is_a_finding(flows: Desk, text: str, said: str) -> None:
    flows.write("bad.json", text)
    ran = run(flows, source="bad.json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("bad.json:1:1: flow-input: ")
    assert said in ran.err


def test_what_the_flow_refuses_is_exit_code_1_with_the_reason(flows: Desk) -> None:
    flows.write("bad.json", "{}")
    ran = run(flows, source="bad.json")
    assert ran.code == 1
    assert told(ran)["reasons"] == ["the input: the key `text` is missing"]


def test_input_can_be_piped_in(flows: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = (flows.root / "ticket.json").open("rb")

    with Piped.buffer:
        monkeypatch.setattr("sys.stdin", Piped)
        assert told(run(flows, source="-"))["output"] == {"said": "HELLO"}


def test_a_flow_or_a_file_that_is_not_there_is_said(flows: Desk) -> None:
    ran = flows.opsrail("flow", "run", "ecko", "--input", "ticket.json")
    assert ran.code == 3
    assert "there is no flow ecko\n    there are: echo" in ran.err
    assert run(flows, source="none.json").code == 2
    assert run(flows, source=".").code == 2


def test_a_dry_run_says_the_price_and_asks_and_logs_nothing(flows: Desk) -> None:
    flows.write("t.jsonl", "".join(f'{{"text": "n {n}"}}\n' for n in range(3)))
    ran = run(flows, "--dry-run", "--model", "live", source="t.jsonl")
    assert ran.code == 0
    assert ran.out.startswith("3 runs with 3 requests: at most ")
    assert "USD 0.00" in ran.out
    assert not (flows.root / LOG).exists()


def test_a_dry_run_names_models_without_a_price(flows: Desk) -> None:
    flows.write("policies/models.yaml", "models: {small: {name: small-1}}\n")
    assert "never asked: small" in run(flows, "--dry-run").out


def test_runs_of_a_commit_ignore_the_work_tree(flows: Desk) -> None:
    flows.write(FLOW, "title: broken\n")
    assert run(flows).code == 3
    ran = run(flows, "--head", "HEAD")
    assert told(ran)["output"] == {"said": "HELLO"}
    entry = json.loads(flows.read(LOG).splitlines()[-1])
    assert entry["revision"] == git(flows.root, "rev-parse", "HEAD")


def test_every_run_is_on_record_without_what_it_was_about(flows: Desk) -> None:
    run(flows)
    flows.write("bad.json", "{}")
    run(flows, source="bad.json")
    ran = flows.opsrail("flow", "log")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert "echo  done by baseline · for Robin Example · no answer: no recording" in lines[0]
    assert "echo  input refused by baseline · for Robin Example · input" in lines[1]
    assert flows.opsrail("flow", "log", "--last", "1").out.splitlines() == lines[1:]
    text = flows.read(LOG)
    assert "hello" not in text.lower()
    entry = json.loads(flows.opsrail("flow", "log", "--format", "json").out.splitlines()[0])
    assert (entry["through"], entry["mode"]) == ("cli", "replay")


def test_a_log_is_verified(flows: Desk) -> None:
    assert flows.opsrail("flow", "log").out == "no flow ran yet\n"
    run(flows)
    run(flows)
    good = flows.opsrail("flow", "log", "--verify")
    assert good.code == 0
    assert good.out.startswith("2 lines, as written; digest of the last: ")
    flows.edit(LOG, "baseline", "model")
    bad = flows.opsrail("flow", "log", "--verify", "--format", "json")
    assert bad.code == 1
    assert json.loads(bad.out)["faults"][0].startswith("line 2 does not follow")


def test_a_torn_line_is_said_when_the_log_goes_on(flows: Desk) -> None:
    run(flows)
    with (flows.root / LOG).open("a") as log:
        log.write('{"torn')
    assert "its 6 bytes are kept in flow-runs.jsonl.torn" in run(flows).err
    assert flows.opsrail("flow", "log", "--verify").code == 0


def test_another_log_can_be_named(flows: Desk) -> None:
    run(flows, "--log", "runs.jsonl")
    assert not (flows.root / LOG).exists()
    assert len(flows.read("runs.jsonl").splitlines()) == 1


def test_an_effect_without_approval_is_done_only_on_demand(flows: Desk) -> None:
    flows.write(FLOW, PROPOSING)
    ran = run(flows)
    assert "would make the branch opsrail/note: add --do" in ran.err
    assert "opsrail/note" not in flows.git("branch")
    ran = run(flows, "--do")
    assert "made the branch opsrail/note" in ran.err
    assert told(ran)["proposals"][0]["state"] == "approved"
    assert flows.git("show", f"opsrail/note:{DOCUMENT}") == "# Notes\n\nHELLO"
    assert run(flows, "--do").code == 0
    assert flows.git("rev-list", "--count", "main..opsrail/note") == "1"
    flows.write("ticket.json", '{"text": "other"}')
    other = run(flows, "--do")
    assert other.code == 1
    assert "not done: there is a branch opsrail/note already" in other.err


def test_an_effect_with_approval_waits_for_somebody_else(flows: Desk) -> None:
    flows.write(FLOW, PROPOSING + "approval: leads\n")
    ran = run(flows, "--do")
    (proposal,) = told(ran)["proposals"]
    assert (ran.code, told(ran)["outcome"]) == (0, "waiting")
    assert (
        f"opsrail/note waits for a yes of leads: `opsrail flow approve {proposal['id']}" in ran.err
    )
    assert "opsrail/note" not in flows.git("branch")
    listed = flows.opsrail("flow", "approve").out
    assert proposal["id"] in listed
    assert "Robin Example" in listed
    own = flows.opsrail("flow", "approve", proposal["id"], "--reason", "mine")
    assert own.code == 3
    assert "Robin Example had the flow run" in own.err
    yes = flows.opsrail(
        "flow", "approve", proposal["id"], "--by", "Kim Sample", "--reason", "it is true"
    )
    assert yes.code == 0
    assert "Whether Kim Sample belongs to leads was not looked at here." in yes.out
    assert "opsrail/note" in flows.git("branch")
    assert flows.opsrail("flow", "approve").out == "nothing waits\n"
    log = flows.opsrail("flow", "log").out.splitlines()
    assert log[-1].endswith(f"echo  approved {proposal['id']} by Kim Sample: it is true")
    assert flows.opsrail("flow", "log", "--verify").code == 0


def test_a_proposal_can_be_rejected_by_who_made_it(flows: Desk) -> None:
    flows.write(FLOW, PROPOSING + "approval: leads\n")
    (proposal,) = told(run(flows))["proposals"]
    no = flows.opsrail("flow", "approve", proposal["id"], "--reject", "--reason", "not so")
    assert (no.code, "rejected by Robin Example" in no.out) == (0, True)
    assert "was rejected before, by Robin Example: not so" in run(flows).err


def test_a_yes_needs_a_reason(flows: Desk) -> None:
    assert flows.opsrail("flow", "approve", "0" * 12).code == 2
    assert flows.opsrail("flow", "approve", "0" * 12, "--reason", " ").code == 2


def test_changes_that_are_not_committed_do_not_slip_into_a_proposal(flows: Desk) -> None:
    flows.write(FLOW, PROPOSING + "approval: leads\n")
    flows.write(DOCUMENT, "# Half done\n")
    ran = run(flows)
    assert ran.code == 1
    assert f"not done: {DOCUMENT} has changes that are not committed" in ran.err
    assert told(ran)["output"] == {"said": "HELLO"}
    assert len(flows.read(LOG).splitlines()) == 1


def test_flows_are_listed_and_broken_ones_counted(flows: Desk) -> None:
    flows.write("policies/flows/bad.yaml", "title: x\n")
    ran = flows.opsrail("flow", "list")
    lines = ran.out.splitlines()
    assert lines[1].split() == ["echo", "Say", "it", "again", "echo", "small", "echo", "desk"]
    assert lines[2] == "not listed: 1 flow with errors; see `opsrail check`"


def test_where_there_are_no_flows_it_says_how_to_write_one(tmp_path: Path) -> None:
    new_repository(tmp_path / "empty", {DOCUMENT: "x\n"})
    out = Desk(tmp_path / "empty").opsrail("flow", "list").out
    assert out == "no flows yet; each is a file policies/flows/NAME.yaml\n"


def test_a_flow_is_explained_in_plain_words(flows: Desk) -> None:
    out = " ".join(flows.opsrail("flow", "explain", "echo").out.split())
    for words in (
        "Say it again (echo, owned by desk)",
        "Takes text (text)",
        "Gives said (text)",
        "Without a model: It writes it in capitals.",
        "With a model (small, told what policies/prompts/echo.yaml says):",
        "May ask a model",
        "One run may cost USD 0.05 and 20,000 tokens at most, and take 60 seconds.",
        "The eval suite echo holds for it.",
    ):
        assert words in out, words


def test_a_chain_is_explained_by_its_steps(flows: Desk) -> None:
    chain = "title: Both\nowner: desk\nsteps: [{flow: plain, approval: leads, given: {text: a}}]\n"
    flows.write("policies/flows/chain.yaml", chain)
    flows.write("policies/flows/plain.yaml", PLAIN)
    out = flows.opsrail("flow", "explain", "chain").out
    assert "Steps\n  plain: Say it again; waits for leads" in out


def test_what_is_not_there_or_broken_is_not_explained(flows: Desk) -> None:
    flows.write(FLOW, FLOW_TEXT.replace("task: echo", "task: no"))
    broken = flows.opsrail("flow", "explain", "echo")
    assert broken.code == 3
    assert f"{FLOW}:3:7" in broken.err
    assert flows.opsrail("flow", "explain", "none").code == 3
