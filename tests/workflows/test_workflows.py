"""What linters of GitHub's workflows say about ours, without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.steps import ACTION, ROOT, WORKFLOWS

TOOLS = Path(sys.executable).parent
NPM = ROOT / "tests" / "forges" / "npm"
LINTER = Path(__file__).resolve().parent / "actionlint.mjs"
STARTED = ROOT / "engine/opsrail/starter/dot-github/actions/opsrail/action.yml"
"""The action that a new operations repository gets; its workflows are ours."""
needs_actionlint = pytest.mark.skipif(
    not shutil.which("node") or not (NPM / "node_modules" / "@tktco" / "node-actionlint").is_dir(),
    reason="actionlint is not installed: it needs node, and `npm ci` in tests/forges/npm",
)
PINNED = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"


def zizmor(*places: Path) -> subprocess.CompletedProcess[str]:
    options = ("--offline", "--no-progress", "--persona=auditor", "--color=never")
    return subprocess.run(
        [TOOLS / "zizmor", *options, *places], cwd=ROOT, capture_output=True, text=True, check=False
    )


def schema_errors(schema: str, *places: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", schema, *places],
        capture_output=True,
        text=True,
        check=False,
    )


def actionlint(*places: Path) -> list[str]:
    done = subprocess.run(
        ["node", LINTER, NPM, *places], capture_output=True, text=True, check=True
    )
    found: list[str] = json.loads(done.stdout)
    return found


def broken(folder: Path, text: str) -> Path:
    place = folder / ".github" / "workflows" / "broken.yml"
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    return place


def test_zizmor_finds_nothing_even_as_an_auditor() -> None:
    done = zizmor(*WORKFLOWS, ACTION, STARTED)
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout


def test_zizmor_would_find_text_of_a_stranger_in_a_script(tmp_path: Path) -> None:
    title = "${{ github.event.pull_request.title }}"
    place = broken(
        tmp_path,
        "name: x\non: pull_request\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n"
        f'    steps:\n      - run: echo "{title}"\n',
    )
    done = zizmor(place)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_workflows_and_action_fit_the_published_schemas() -> None:
    for schema, places in (
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", [ACTION, STARTED]),
    ):
        done = schema_errors(schema, *places)
        assert done.returncode == 0, done.stdout


def test_the_schemas_would_find_a_misspelt_key(tmp_path: Path) -> None:
    place = broken(
        tmp_path, "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    step: [{run: 'true'}]\n"
    )
    assert schema_errors("vendor.github-workflows", place).returncode != 0


@needs_actionlint
def test_actionlint_finds_nothing() -> None:
    assert actionlint(*WORKFLOWS) == []


@needs_actionlint
def test_actionlint_would_find_an_output_that_is_not_there(tmp_path: Path) -> None:
    place = broken(
        tmp_path,
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"
        f"      - uses: {PINNED}\n      - run: echo ${{{{ steps.nope.outputs.x }}}}\n",
    )
    assert any("nope" in line for line in actionlint(place))
