"""What our workflows promise about trust, as laws over their text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.steps import ACTION, ROOT, WORKFLOWS, read, workflow

PIN = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
WRITES = {"write", "write-all"}
STRANGERS = ("opsrail", "ci")
"""Workflows that run what a pull request brings along."""


def shown(path: Path) -> str:
    return path.stem


def jobs(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = read(path)["jobs"]
    return found


def steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in jobs(path).items():
        for step in job.get("steps", ()):
            yield name, step


def writes(job: dict[str, Any]) -> bool:
    return bool(WRITES & set(job.get("permissions", {}).values()))


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=shown)
def test_every_action_is_pinned_by_commit_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (.+)", path.read_text("utf-8"))
    assert used
    for one in used:
        assert one.startswith("./") or PIN.fullmatch(one), one


def test_one_version_of_an_action_is_used_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in (*WORKFLOWS, ACTION):
        for name, pin in re.findall(r"uses: ([\w.-]+/[\w./-]+)@(.+)", path.read_text("utf-8")):
            pins.setdefault(name, set()).add(pin)
    assert [name for name, found in pins.items() if len(found) > 1] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_nothing_is_permitted_unless_a_job_says_so(path: Path) -> None:
    content = read(path)
    assert content["permissions"] == {}
    for name, job in content["jobs"].items():
        assert "permissions" in job, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_every_job_that_runs_has_a_limit_of_time(path: Path) -> None:
    for name, job in jobs(path).items():
        assert "uses" in job or 1 <= job["timeout-minutes"] <= 60, name


@pytest.mark.parametrize("path", [*WORKFLOWS, ACTION], ids=shown)
def test_values_reach_scripts_through_the_environment_only(path: Path) -> None:
    content = read(path)
    every = [step for _, step in steps(path)] if "jobs" in content else content["runs"]["steps"]
    assert [step["run"] for step in every if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    for _, step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_no_job_that_can_write_has_a_checkout_or_runs_the_engine(path: Path) -> None:
    """A token that can write never meets what a pull request brings along, or even our engine."""
    for name, job in jobs(path).items():
        if not writes(job) or "uses" in job:
            continue
        for step in job["steps"]:
            used = step.get("uses", "")
            assert not used.startswith(("actions/checkout@", "./")), name
            assert "OPSRAIL" not in step.get("env", {}), name
            assert not re.search(r"\bgit\b|\bpython", step.get("run", "")), name


@pytest.mark.parametrize("name", STRANGERS)
def test_where_strangers_run_there_are_no_secrets(name: str) -> None:
    text = (ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8")
    assert "secrets." not in text
    assert "github.token" not in text
    for job in jobs(ROOT / ".github" / "workflows" / f"{name}.yml").values():
        has_code = any(step.get("uses", "").startswith("actions/checkout") for step in job["steps"])
        if has_code:
            assert job["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_only_workflows_without_rights_start_on_a_pull_request(path: Path) -> None:
    events = read(path)["on"]
    assert "pull_request_target" not in events
    if "pull_request" in events:
        assert path.stem in STRANGERS


def test_the_head_is_checked_out_by_strangers_only() -> None:
    for path in WORKFLOWS:
        for _, step in steps(path):
            ref = step.get("with", {}).get("ref", "")
            if path.stem not in STRANGERS and step.get("uses", "").startswith("actions/checkout"):
                assert ref in {"", "${{ github.event.repository.default_branch }}"}, path.name


def test_the_engine_that_judges_executes_nothing_of_the_head() -> None:
    text = (ROOT / ".github" / "workflows" / "opsrail-judge.yml").read_text("utf-8")
    plans = re.findall(r'"\$OPSRAIL" plan (.+)', text)
    assert len(plans) == 1
    assert "--programs never" in plans[0]
    assert "git checkout" not in text
    assert "git worktree" not in text


def test_our_check_runs_name_is_no_jobs_name() -> None:
    """Or a job would be taken for the verdict."""
    for path in WORKFLOWS:
        for key, job in jobs(path).items():
            assert "opsrail" not in {key, job.get("name")}, path.name


@pytest.mark.parametrize("path", WORKFLOWS, ids=shown)
def test_scripts_stop_where_something_in_a_pipe_fails(path: Path) -> None:
    piped = [step for _, step in steps(path) if re.search(r"[^|]\|[^|]", step.get("run", ""))]
    if piped:
        assert read(path)["defaults"]["run"]["shell"] == "bash"


def test_a_merge_queue_and_reviews_are_listened_to() -> None:
    assert {"pull_request", "pull_request_review", "merge_group"} <= set(workflow("opsrail")["on"])
    plan = workflow("opsrail-plan")["on"]["workflow_run"]
    assert plan["workflows"] == [workflow("opsrail")["name"]]
