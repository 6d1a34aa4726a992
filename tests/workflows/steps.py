"""Steps of our workflows, run as GitHub's runner would, with a stand-in for its command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTION = ROOT / "action.yml"
GH = Path(__file__).resolve().parent / "gh.py"
needs_shell = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("jq")),
    reason="bash or jq, which GitHub's runners have, is not on this machine",
)


def read(path: Path) -> dict[str, Any]:
    """A workflow. `on` is a word here, as in YAML 1.2."""
    content: dict[str, Any] = YAML(typ="safe", pure=True).load(path)
    return content


def workflow(name: str) -> dict[str, Any]:
    return read(ROOT / ".github" / "workflows" / f"{name}.yml")


def step(name: str, job: str, title: str) -> dict[str, Any]:
    steps = workflow(name)["jobs"][job]["steps"]
    found: dict[str, Any] = next(one for one in steps if one.get("name") == title)
    return found


@dataclass(frozen=True)
class Ended:
    """How a step ended: its code, what it printed, its outputs, and what GitHub was asked."""

    code: int
    log: str
    outputs: dict[str, str]
    asked: list[tuple[str, dict[str, Any]]]

    @property
    def changes(self) -> list[tuple[str, dict[str, Any]]]:
        """What it asked GitHub to change."""
        return [one for one in self.asked if not one[0].startswith("GET ")]


@dataclass(frozen=True)
class Runner:
    """A machine with nothing on it but a folder for temporary files, and GitHub's answers.

    Steps run in `checkout`, or beside the temporary files where nothing was checked out.
    """

    temp: Path
    checkout: Path | None = None

    def run(self, script: str, answers: dict[str, Any], **environment: str) -> Ended:
        tools = self.temp / "tools"
        tools.mkdir(exist_ok=True)
        gh = tools / "gh"
        gh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{GH}" "$@"\n', encoding="utf-8")
        gh.chmod(0o755)
        output, asked = self.temp / "output", self.temp / "asked.jsonl"
        for place in (output, asked, self.temp / "summary"):
            place.write_text("", encoding="utf-8")
        (self.temp / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.checkout or self.temp,
            env={
                "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(self.temp),
                "GH_ANSWERS": str(self.temp),
                "GITHUB_OUTPUT": str(output),
                "GITHUB_REPOSITORY": "larkspindle/desk",
                "GITHUB_RUN_ID": "99",
                "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
                "RUNNER_TEMP": str(self.temp),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        lines = output.read_text("utf-8").splitlines()
        return Ended(
            done.returncode,
            done.stdout + done.stderr,
            dict(line.split("=", 1) for line in lines),
            [tuple(json.loads(line)) for line in asked.read_text("utf-8").splitlines()],
        )
