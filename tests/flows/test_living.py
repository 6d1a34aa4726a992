"""The example company's own flows, with what a small real model once answered."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from opsrail.evals.formats import EvalRules
from opsrail.evals.judging.judge import Court, judge
from opsrail.evals.judging.judged import Outcome
from opsrail.evals.model import Verdict
from opsrail.evals.reading.suite import read_suite, suite_paths
from opsrail.evals.running.memory import Memory
from opsrail.flows.model import Author, World
from opsrail.flows.reading import flow_findings, flow_names, read_flow
from opsrail.flows.running import open_flows
from opsrail.flows.sides import open_equipped
from opsrail.llm.asking import open_asker
from opsrail.llm.model import Mode
from opsrail.llm.reading import read_models, recordings_in
from opsrail.llm.recordings import FOLDER, recording_fault
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.rewriting.attempt import Verdict as Taken
from opsrail.tailor.rewriting.attempt import attempt
from opsrail.tailor.rewriting.work import work
from tests.tailor.held import HeldSnapshot

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 22)
PLAYBOOK = "playbooks/refunds/playbook.yaml"


@lru_cache(maxsize=1)
def living() -> Snapshot:
    return worktree_snapshot(Repository.discover(ROOT))


def suites() -> list[str]:
    read = {path: read_suite(living(), path).suite for path in suite_paths(living())}
    return [
        path
        for path, one in read.items()
        if one and (one.target.flow or one.target.baseline or one.target.prompt)
    ]


def outcome(path: str) -> Outcome:
    catalog = Catalog(living())
    with ExitStack() as stack:
        side = open_equipped(catalog, stack, TODAY)
        return judge(Court(side, None, EvalRules(), TODAY, Memory()), [path]).outcomes[0]


def test_every_flow_can_run_and_is_held_to_account() -> None:
    assert flow_findings(living()) == ()
    for name in flow_names(living()):
        flow = read_flow(living(), name).flow
        assert flow is not None
        assert f"policies/evals/{flow.file.suite}.yaml" in living(), name


def test_every_recording_is_one() -> None:
    paths = list(living().paths(FOLDER))
    assert len(paths) > 50
    assert {
        path: fault for path in paths if (fault := recording_fault(path, living().text(path)))
    } == {}


@pytest.mark.parametrize("path", suites())
def test_every_suite_of_a_flow_passes_on_recordings_alone(path: str) -> None:
    found = outcome(path)
    assert found.verdict is Verdict.PASS, found.words
    assert not any(result.error for result in found.head.values())


def test_a_replay_gives_the_same_bytes_and_the_model_is_stopped() -> None:
    snapshot = living()
    asker = open_asker(Mode.REPLAY, read_models(snapshot)[0], recordings_in(snapshot))
    suite = read_suite(snapshot, "policies/evals/reply-draft-model.yaml").suite
    assert suite is not None
    runs = []
    for _ in range(2):
        flows = open_flows(World(Catalog(snapshot), TODAY), ("reply-draft",))
        runs.append([flows.run("reply-draft", case.input, asker) for case in suite.cases])
    first, second = (json.dumps([run.output for run in once], sort_keys=True) for once in runs)
    assert first == second
    for run in runs[0]:
        # What it said cannot be drawn from the sections it cites, so the baseline's draft stands.
        assert run.author is Author.BASELINE
        assert run.reasons


def test_its_words_for_a_section_are_refused_as_when_they_were_recorded() -> None:
    files = {
        path: living().text(path)
        for path in living().entries
        if path.endswith((".md", ".yaml", ".lock", ".json")) and not path.startswith("rules/")
    }
    section = "  - from: content/sources/refunds.md#timing\n"
    assert section in files[PLAYBOOK]
    files[PLAYBOOK] = files[PLAYBOOK].replace(
        section, f"{section}    rewrite: {{new-hire: plain-words}}\n"
    )
    catalog = Catalog(HeldSnapshot(files))
    models, _ = read_models(catalog.snapshot)
    asker = open_asker(Mode.REPLAY, models, recordings_in(catalog.snapshot))
    (found,) = attempt(work(catalog, [PageName("refunds", "new-hire")]).pending, asker)
    assert found.verdict is Taken.DECLINED
    assert any("“unless” stands here" in fault for fault in found.faults[0])
