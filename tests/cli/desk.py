"""A small operations repository to run commands in, and what came of a run."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from opsrail.cli.main import run

CASE = Path(__file__).resolve().parent.parent / "cases" / "telling" / "desk"
TODAY = "2026-01-05"
REFUNDS = "content/sources/refunds.md"
AGENT = "playbooks/refunds/agent.md"
CUSTOMER = "playbooks/refunds/customer.md"
LEAD = "playbooks/refunds/lead.md"
LOCK = "playbooks/opsrail.lock"
WINDOW = ("30 days", "14 days")
"""The change that most tests make: the refund window."""


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Desk:
    """One repository. `opsrail` runs in this process, `process` in one of its own."""

    root: Path

    def opsrail(self, *arguments: str, folder: str = ".") -> Ran:
        out, err = io.StringIO(), io.StringIO()
        redirected = contextlib.redirect_stdout(out), contextlib.redirect_stderr(err)
        with contextlib.chdir(self.root / folder), redirected[0], redirected[1]:
            code = run(list(arguments))
        return Ran(code, out.getvalue(), err.getvalue())

    def process(self, *arguments: str, folder: str = ".", **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "opsrail", *arguments],
            cwd=self.root / folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, f"{path} has no {old}"
        self.write(path, text.replace(old, new))

    def commit(self, message: str = "A step") -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def files(self) -> dict[str, bytes]:
        """Every file of the work tree."""
        paths = (path for path in self.root.rglob("*") if path.is_file())
        inside = ((path.relative_to(self.root), path) for path in paths)
        return {str(name): path.read_bytes() for name, path in inside if name.parts[0] != ".git"}


def made(root: Path) -> Desk:
    """The miniature, synced and committed on `main`."""
    shutil.copytree(CASE, root)
    desk = Desk(root)
    desk.git("init", "--quiet", "--initial-branch=main")
    ran = desk.opsrail("sync")
    assert ran.code == 0, ran
    desk.commit("The beginning")
    return desk
