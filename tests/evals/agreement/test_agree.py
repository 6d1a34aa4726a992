"""`opsrail eval agree`: what it prints, what it records, and how it ends."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from opsrail.cli.eval.agree import command
from opsrail.findings import CannotWork
from tests.evals.agreement.doubles import JUDGE, JUDGE_PATH, as_people_do, desk, recordings
from tests.evals.repositories import commit, git, write
from tests.llm.endpoint_double import KEY, Answered, Seen, chat, serving


@dataclass(frozen=True)
class Ran:
    code: int
    out: str


def agree(folder: Path, *arguments: str) -> Ran:
    """Run the command there; what it raises for `main` to tell is raised."""
    with contextlib.chdir(folder):
        ran = CliRunner().invoke(command, arguments, standalone_mode=False)
    if ran.exception is not None:
        raise ran.exception
    return Ran(ran.return_value, ran.output)


def test_a_judge_that_agrees_may_gate(tmp_path: Path) -> None:
    files = desk()
    commit(tmp_path, {**files, **recordings(files, as_people_do)})
    ran = agree(tmp_path)
    assert ran.code == 0
    assert ran.out.splitlines()[1].split() == (
        "tone 60 100 % 1.00 0.86 to 1.00 1.00 on 20 0.60 may gate".split()
    )
    assert git(tmp_path, "status", "--short") == ""
    assert agree(tmp_path, "tone").out == ran.out


def test_a_judge_that_differs_closes_and_shows_where(tmp_path: Path) -> None:
    files = desk()
    commit(tmp_path, {**files, **recordings(files, lambda _answer: "good")})
    ran = agree(tmp_path)
    assert ran.code == 1
    assert "below what it states" in ran.out
    assert "a0: people poor, judge good" in ran.out
    assert "and 28 more" in ran.out


def test_without_recordings_it_says_how_to_make_them(tmp_path: Path) -> None:
    commit(tmp_path, desk())
    ran = agree(tmp_path)
    assert ran.code == 1
    assert "not measured" in ran.out
    assert "`opsrail eval agree tone --model record`" in ran.out


def test_what_a_model_says_does_not_reach_the_terminal_as_commands(tmp_path: Path) -> None:
    files = desk()
    saying = recordings(files, lambda _answer: "good")
    nasty = {path: text.replace("so it seems", "\\\\u001b[2J") for path, text in saying.items()}
    commit(tmp_path, {**files, **nasty})
    ran = agree(tmp_path)
    assert "people poor, judge good" in ran.out
    assert "\x1b" not in ran.out


def test_a_judge_that_cannot_be_asked_is_said_to_be_so(tmp_path: Path) -> None:
    commit(tmp_path, {"content/a.md": "# A\n"})
    with pytest.raises(CannotWork, match="there are no judges"):
        agree(tmp_path)
    write(tmp_path, {**desk(), JUDGE_PATH: JUDGE.replace("0.6", "0.1")})
    with pytest.raises(CannotWork, match=r"the judge tone cannot be used: .*tone\.yaml:8"):
        agree(tmp_path)
    with pytest.raises(click.UsageError, match=r"There is no judge kind\. There are: tone\."):
        agree(tmp_path, "kind")


def test_asking_a_model_needs_an_endpoint(tmp_path: Path) -> None:
    commit(tmp_path, desk())
    with pytest.raises(CannotWork, match="no endpoint is set"):
        agree(tmp_path, "--model", "record")


def _labels(seen: Seen) -> Answered:
    """As people do, of an answer as it stands in what was sent."""
    text = seen.body["messages"][-1]["content"]
    said = text.partition("<untrusted answer")[2]
    return chat(json.dumps({"reason": "so it seems", "label": as_people_do(said)}))


def test_what_was_recorded_once_answers_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, desk())
    with serving(_labels) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        monkeypatch.setenv("OPSRAIL_LLM_KEY", KEY)
        recorded = agree(tmp_path, "--model", "record")
        assert len(double.seen) == 60
        assert agree(tmp_path, "--model", "record") == recorded
        assert len(double.seen) == 60
    assert recorded.code == 0
    made = sorted((tmp_path / "policies/recordings/judge-tone").iterdir())
    assert len(made) == 60
    assert not any(KEY in path.read_text("utf-8") for path in made)
    monkeypatch.delenv("OPSRAIL_LLM_URL")
    assert agree(tmp_path) == recorded


def test_a_budget_that_is_too_small_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(tmp_path, desk())
    with serving(_labels) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        monkeypatch.setenv("OPSRAIL_LLM_KEY", KEY)
        ran = agree(tmp_path, "--model", "live", "--budget", "0")
        assert double.seen == []
    assert ran.code == 1
    assert "not measured" in ran.out
    assert "budget" in ran.out
