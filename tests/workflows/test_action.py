"""The action's own check, with a stand-in for the engine: outcomes, reports, outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.steps import ACTION, Ended, Runner, needs_shell, read

pytestmark = needs_shell
ENGINE = """#!/bin/sh
echo "$@" >> "$RUNNER_TEMP/engine.log"
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then echo "told" > "$2"; fi
  shift
done
echo "::error file=a.md,line=1::wrong"
exit "$OUTCOME"
"""


def check(folder: Path, outcome: int, base: str = "") -> Ended:
    engine = folder / "engine"
    engine.write_text(ENGINE, encoding="utf-8")
    engine.chmod(0o755)
    steps = read(ACTION)["runs"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "check")
    environment = {"OPSRAIL": str(engine), "BASE": base, "OUTCOME": str(outcome)}
    return Runner(folder).run(script, {}, **environment)


@pytest.mark.parametrize(("outcome", "gate"), [(0, "open"), (1, "closed")])
def test_the_gate_is_told_in_four_ways_and_ends_as_the_check_does(
    tmp_path: Path, outcome: int, gate: str
) -> None:
    ended = check(tmp_path, outcome)
    assert ended.code == outcome
    assert ended.log == "::error file=a.md,line=1::wrong\n"
    assert ended.outputs["gate"] == gate
    assert Path(ended.outputs["report"]).read_text("utf-8") == "told\n"
    assert Path(ended.outputs["sarif"]).is_file()
    assert (tmp_path / "summary").read_text("utf-8") == "told\n"


@pytest.mark.parametrize("outcome", [2, 3, 4, 130])
def test_what_is_no_verdict_leaves_no_report(tmp_path: Path, outcome: int) -> None:
    ended = check(tmp_path, outcome)
    assert (ended.code, ended.outputs) == (outcome, {})


@pytest.mark.parametrize("base", ["$(touch x)", "--output=x", "a b", "a'b", "main"])
def test_a_base_is_one_word_whatever_is_in_it(tmp_path: Path, base: str) -> None:
    check(tmp_path, 0, base)
    asked = (tmp_path / "engine.log").read_text("utf-8").splitlines()
    assert asked[0] == f"check --base={base} --format github"
    assert not (tmp_path / "x").exists()


def test_without_a_base_everything_is_judged(tmp_path: Path) -> None:
    check(tmp_path, 0)
    asked = (tmp_path / "engine.log").read_text("utf-8").splitlines()
    assert asked[0] == "check --format github"
