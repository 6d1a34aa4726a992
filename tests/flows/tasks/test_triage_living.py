"""The flows, tickets and suites of the living example, as far as they need no model."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from opsrail.flows.model import Task, World
from opsrail.flows.tasks import duplicates, triage
from opsrail.llm.formats import PromptFile
from opsrail.llm.prompts import gaps_of
from opsrail.repo.yaml import YamlText
from tests.tailor.held import catalog_of

LEARNT_FROM = "policies/flows/examples/tickets.jsonl"
SAMPLE = "policies/evals/triage-flow.jsonl"
MUST = "policies/evals/triage-flow-must.jsonl"
BATCHES = "policies/evals/duplicates-flow.jsonl"
KINDS = {"triage": triage.KIND, "duplicates": duplicates.KIND}


def rows(project: Path, path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (project / path).read_text("utf-8").splitlines()]


def written(project: Path, path: str) -> Any:  # noqa: ANN401 - any YAML
    return YamlText.parse(path, (project / path).read_text("utf-8")).value


def opened(project: Path, name: str) -> Task:
    files = {LEARNT_FROM: (project / LEARNT_FROM).read_text("utf-8")}
    settings = written(project, f"policies/flows/{name}.yaml")["settings"]
    return KINDS[name].open(World(catalog_of(files), date(2026, 11, 22)), settings)


@pytest.fixture(scope="module")
def sorting(project: Path) -> Task:
    return opened(project, "triage")


def output(task: Task, given: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    found = task.baseline(given)
    assert isinstance(found, dict)
    return found


def test_there_are_tickets_enough_of_every_intent_and_no_ticket_is_both_learnt_and_asked(
    project: Path,
) -> None:
    learnt, asked = rows(project, LEARNT_FROM), rows(project, SAMPLE)
    assert min(Counter(row["intent"] for row in learnt).values()) >= 12
    assert len(learnt) + len(asked) >= 240
    assert len({row["id"] for row in learnt}) == len(learnt)
    assert not {row["body"] for row in learnt} & {row["input"]["body"] for row in asked}
    customers = {row.get("customer_id") for row in learnt} - {None}
    assert not customers & {row.get("cluster") for row in asked}
    languages = Counter(row["language"] for row in learnt)
    assert languages.keys() == {"en", "es", "fr", "pt"}


def test_the_sample_is_sorted_as_well_as_the_suite_says(project: Path, sorting: Task) -> None:
    cases = rows(project, SAMPLE)
    found = [(case["expected"], output(sorting, case["input"])) for case in cases]
    known = [(wanted, one) for wanted, one in found if wanted["intent"]]
    sure = [(wanted, one) for wanted, one in known if one["is_sure"]]
    assert len(sure) / len(known) >= 0.7
    assert sum(w["intent"] == one["intent"] for w, one in sure) / len(sure) >= 0.9
    assert sum(w["priority"] == one["priority"] for w, one in known) / len(known) >= 0.85
    unknown = [one for wanted, one in found if not wanted["intent"]]
    assert len(unknown) == 12
    assert sum(one["intent"] is None for one in unknown) >= 9
    whole = sum(wanted["intent"] == one["intent"] for wanted, one in found) / len(found)
    assert whole * 100 >= written(project, "policies/evals/triage-flow.yaml")["floor"]


def test_what_must_not_be_missed_is_not(project: Path, sorting: Task) -> None:
    for case in rows(project, MUST):
        found = output(sorting, case["input"])
        assert found["priority"] == case["expected"], (case["id"], found["reasons"])


def test_every_batch_is_linked_as_it_should(project: Path) -> None:
    task = opened(project, "duplicates")
    for case in rows(project, BATCHES):
        assert sorted(output(task, case["input"])["linked"]) == case["expected"], case["id"]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_prompt_asks_only_for_what_its_task_fills(project: Path, name: str) -> None:
    flow = written(project, f"policies/flows/{name}.yaml")
    prompt = PromptFile.model_validate(written(project, f"policies/prompts/{flow['prompt']}.yaml"))
    assert gaps_of(prompt) <= KINDS[name].fills
