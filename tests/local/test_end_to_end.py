"""A real model, small enough for any machine, at the three places where models work.

Nobody can promise what it says. What must hold is what the engine makes of it: pages that say
what their sources say, outputs of the right shape, labels that there are.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from opsrail.llm.endpoint import Endpoint
from tests.cli.desk import Desk

pytestmark = pytest.mark.local_llm

MODELS = """models:
  local: {name: smollm2-135m-instruct, price: {input: 0, output: 0}, most_tokens: 160,
          context: 4096, seed: 7, deadline: 120, at_once: 1}
"""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def asked(desk: Desk, local_model: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("OPSRAIL_LLM_URL", local_model.url)
    monkeypatch.setenv("OPSRAIL_LLM_KEY", local_model.key)
    desk.write("policies/models.yaml", MODELS)
    for name in ("plain-words", "incident-summary", "judge-tone"):
        text = (ROOT / f"policies/prompts/{name}.yaml").read_text("utf-8")
        # Their suites stay at home.
        lines = [line for line in text.splitlines() if not line.startswith("suite:")]
        desk.write(f"policies/prompts/{name}.yaml", "\n".join(lines) + "\n")
    return desk


def test_its_words_reach_a_page_only_if_they_say_the_same(asked: Desk) -> None:
    asked.edit(
        "playbooks/refunds/playbook.yaml", "sections:", "rewrite: {lead: plain-words}\nsections:"
    )
    ran = asked.opsrail("rewrite", "--model", "live")
    assert ran.code == 0, ran
    # Three sections with tables, steps and limits: it never got one of them right.
    assert "declined" in ran.out
    page = asked.read("playbooks/refunds/lead.md")
    assert "within **30 days**" in page or "within 30 days" in page
    assert "never three times" in page
    assert asked.opsrail("sync").out == "everything is in step\n"
    assert asked.opsrail("check").code == 0


def test_its_structured_answer_is_used_or_the_baseline_stands(asked: Desk) -> None:
    asked.write(
        "content/incidents/2026-01-02-codes/incident.yaml",
        "title: Codes by text came late\nstarted_at: 2026-01-02T09:00:00Z\n"
        "noticed_at: 2026-01-02T09:20:00Z\nended_at: 2026-01-02T11:00:00Z\nrules: []\n"
        "summary: The carrier in Portugal delayed all text messages. We told customers at 09:40.\n",
    )
    asked.write(
        "policies/flows/summary.yaml",
        "title: Sum up\nowner: desk\ntask: incident-summary\nprompt: incident-summary\n"
        "budget: {seconds: 120}\npermissions: [ask-model, read-incidents]\n",
    )
    asked.write("input.json", '{"incident": "2026-01-02-codes"}')
    ran = asked.opsrail("flow", "run", "summary", "--input", "input.json", "--model", "live")
    assert ran.code == 0, ran
    run = json.loads(ran.out)
    assert run["author"] == "model" or run["reasons"]
    assert run["usage"]["output_tokens"] > 0
    assert run["output"]["duration"]["text"] == "2 hours"
    assert "summary  done by" in asked.opsrail("flow", "log").out


def test_as_a_judge_it_is_measured_and_may_not_gate(asked: Desk) -> None:
    shutil.copytree(ROOT / "policies/judges", asked.root / "policies/judges")
    lines = asked.read("policies/judges/tone.jsonl").splitlines()[:6]
    asked.write("policies/judges/tone.jsonl", "\n".join(lines) + "\n")
    ran = asked.opsrail("eval", "agree", "tone", "--model", "live")
    assert ran.code == 1
    row = next(line for line in ran.out.splitlines() if line.startswith("tone "))
    assert row.rstrip().endswith(("may not gate", "not measured"))
    assert "Labelled otherwise than by people" in ran.out
