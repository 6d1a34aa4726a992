"""A bare repository that guards its main branch, and people who push to it from clones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from opsrail.gate.guarding import NONE, Guard, Refusal, Update
from opsrail.repo.git import Repository
from tests.cli.desk import Desk, Ran

NOW = "2026-01-07T10:00:00Z"
"""A Wednesday."""

POLICY = """\
owners: [{files: "**", owner: desk}]
approvals:
  owners: {from: owners}
  money: {from: [money]}
tiers:
  - {tier: 2, title: Money, when: [money raised], needs: [owners, money]}
  - {tier: 1, title: Who decides, when: [{kind: governance}], needs: [owners, money]}
  - {tier: 0, title: The rest, when: [anything], needs: [owners]}
freezes:
  - name: weekend
    weekly:
      from: Fri 17:00
      until: Mon 08:00
rollbacks: {needs: [owners]}
break_glass: {from: [desk, money]}
"""
PEOPLE = """\
people:
  robin: {name: Robin Example, emails: [robin@example.com]}
  ada: {name: Ada Example, emails: [ada@example.com]}
  ben: {name: Ben Example, emails: [ben@example.com]}
  cleo: {name: Cleo Example, emails: [cleo@example.com]}
groups:
  desk: {members: [robin, ada]}
  billing-support: {members: [robin, ben]}
  money: {members: [cleo, robin]}
"""


def address(person: str) -> str:
    return f"{person}@example.com"


def as_person(person: str) -> Mapping[str, str]:
    """The environment in which Git knows this person."""
    return {
        f"GIT_{part}_{what}": value
        for part in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", person.title()), ("EMAIL", address(person)))
    }


@dataclass(frozen=True)
class Server:
    """A bare repository; `guards` says what it would refuse, without a process of its own."""

    root: Path

    def clone(self, person: str) -> Clone:
        place = self.root.parent / person
        if not place.is_dir():
            subprocess.run(["git", "clone", "-q", str(self.root), str(place)], check=True)
        return Clone(place)

    def ref(self, name: str) -> str:
        done = subprocess.run(
            ["git", "rev-parse", "-q", "--verify", name],
            cwd=self.root,
            check=False,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def set_ref(self, name: str, target: str) -> None:
        subprocess.run(["git", "update-ref", name, target], cwd=self.root, check=True)

    def install_hook(self) -> None:
        hook = self.root / "hooks" / "pre-receive"
        command = f"{sys.executable} -m opsrail hook pre-receive --branch main"
        hook.write_text(f"#!/bin/sh\nexec {command}\n")
        hook.chmod(0o755)

    def refusal(
        self, ref: str, new: str, *, pusher: str, now: str = NOW, old: str | None = None
    ) -> Refusal | None:
        """What the guard says to a push of an object that is here already."""
        was = (self.ref(ref) or NONE) if old is None else old
        repository = Repository.bare(self.root)
        try:
            guard = Guard(repository, ("main",), address(pusher), datetime.fromisoformat(now))
            return next(iter(guard.judge([Update(was, new, ref)])), None)
        finally:
            repository.close()


@dataclass(frozen=True)
class Clone(Desk):
    """Somebody's clone, in a folder that is named for them."""

    @property
    def person(self) -> str:
        return self.root.name

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **as_person(self.person)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def push(self, *refs: str, now: str = NOW, pusher: str | None = None) -> Ran:
        """Push; the server knows this person by their id, or takes them for somebody else."""
        done = subprocess.run(
            ["git", "push", "origin", *refs],
            cwd=self.root,
            check=False,
            capture_output=True,
            text=True,
            env={
                **os.environ,
                "OPSRAIL_PUSHER": self.person if pusher is None else pusher,
                "OPSRAIL_NOW": now,
            },
        )
        told = [line for line in done.stderr.splitlines() if line.startswith("remote:")]
        words = "\n".join(line.removeprefix("remote:").strip() for line in told)
        return Ran(done.returncode, words, done.stderr)


def guarded(folder: Path, model: Path) -> Server:
    """A server with the miniature desk and a policy on its main branch."""
    desk = Desk(Path(shutil.copytree(model, folder / "beginning", symlinks=True)))
    desk.write("policies/governance.yaml", POLICY)
    desk.write("policies/people.yaml", PEOPLE)
    desk.commit("Who must agree")
    server = Server(folder / "server.git")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(server.root)], check=True)
    desk.git("push", "-q", str(server.root), "main")
    return server
