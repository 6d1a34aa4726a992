"""A real support handbook's history, and its replay as if opsrail had been there all along.

The bundle holds a real department's Markdown and every change made to it. `overlay/` adds what it
never had: three roles, and playbooks that draw from its support folder.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from opsrail.gate.diff_formats import as_json, as_markdown, as_text
from opsrail.gate.pipeline import Verdict, judge
from opsrail.gate.subject import Subject
from opsrail.gate.telling import Told, tell
from opsrail.repo.git import Repository
from opsrail.repo.journal import write_all
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import SyncPlan, plan_sync

BUNDLE = "handbook/technical-success.bundle"
OVERLAY = Path(__file__).parent / "overlay"
SUPPORT = "content/departments/technical-success/support"
TODAY = date(2026, 1, 5)

SHARED = frozenset(
    f"{SUPPORT}/process/{name}.md"
    for name in (
        "case-transitions",
        "known-issues",
        "permanently_deleting_user_data",
        "releases",
        "support-prioritization",
        "support-workflow",
    )
)
"""Documents that a vendor's people may read. The handbook knows no clearance, so these get one."""
FRONT = b"---\nclearance: partner\n---\n"

_GIT = (
    "git",
    *("-c", "user.name=Robin Example"),
    *("-c", "user.email=robin@example.com"),
    *("-c", "commit.gpgsign=false"),
    *("-c", "gc.auto=0"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One real commit after its turn: what sync did, what diff told, what check found."""

    number: int
    original: str
    revision: str
    plan: SyncPlan
    told: Told | None
    verdict: Verdict | None


def git(folder: Path, *arguments: str) -> str:
    """Run Git as a user would, quietly; what it printed."""
    done = subprocess.run((*_GIT, *arguments), cwd=folder, check=True, capture_output=True)
    return done.stdout.decode().strip()


def clone(bundle: Path, folder: Path) -> Repository:
    """The handbook's own repository, unpacked into `folder`."""
    git(folder.parent, "clone", "--quiet", "--no-checkout", str(bundle), str(folder))
    return Repository.discover(folder)


def snapshots(handbook: Repository) -> Iterator[Snapshot]:
    """The handbook at every commit, oldest first."""
    for revision in handbook.history(None, handbook.resolve("HEAD")):
        yield revision_snapshot(handbook, revision)


class Replay:
    """A scratch repository that lives through the handbook's history."""

    def __init__(self, handbook: Repository, folder: Path) -> None:
        shutil.copytree(OVERLAY, folder)
        git(folder, "init", "--quiet", "--initial-branch=main")
        self.scratch = Repository.discover(folder)
        self.handbook = handbook
        self._before: Snapshot | None = None
        self._revision = ""
        self._number = 0

    @property
    def folder(self) -> Path:
        """The work tree."""
        return self.scratch.root

    def steps(self, scope: str = "content") -> Iterator[Step]:
        """The commits that touch `scope`, each in its turn; the others' changes come along with
        the next one. Between two steps the work tree is the caller's to edit."""
        *_, last = every = list(snapshots(self.handbook))
        for before, snapshot in pairwise([Snapshot(self.handbook, None, ()), *every]):
            self._number += 1
            touched = snapshot.changed(before)
            if snapshot is not last and not any(path.startswith(scope) for path in touched):
                continue
            try:
                yield self._step(snapshot)
            except Exception as error:
                error.add_note(f"at commit {self._number} of the handbook, {snapshot.revision}")
                raise

    def _step(self, snapshot: Snapshot) -> Step:
        self.take(snapshot, self._before)
        self._before = snapshot
        plan = self.sync()
        before, self._revision = self._revision, self._commit()
        told = verdict = None
        if before:
            head, base = (
                Catalog(revision_snapshot(self.scratch, found))
                for found in (self._revision, before)
            )
            told = tell(Subject(head, base, TODAY))
            for render in (as_text, as_markdown, as_json):
                assert render(told)
            verdict = judge(self.scratch, TODAY, base=before, head=self._revision, use_cache=False)
        return Step(self._number, str(snapshot.revision), self._revision, plan, told, verdict)

    def take(self, snapshot: Snapshot, before: Snapshot | None) -> None:
        """Put the handbook's content at one commit into the work tree."""
        changed = snapshot.changed(before) if before else frozenset(snapshot.entries)
        for path in sorted(changed):
            place = self.folder / path
            if path not in snapshot:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes((FRONT if path in SHARED else b"") + snapshot.read(path))

    def sync(self) -> SyncPlan:
        """Bring every page up to date, as `opsrail sync` does."""
        plan = plan_sync(Catalog(worktree_snapshot(self.scratch)))
        write_all(self.scratch, plan.writes)
        return plan

    def _commit(self) -> str:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "-m", f"Commit {self._number}")
        return self.scratch.resolve("HEAD")


def derived_files(folder: Path) -> dict[str, str]:
    """Everything that sync writes, by path: pages, their generated forms, the lock."""
    written = (folder / "playbooks").rglob("*")
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(written)
        if path.suffix in {".md", ".lock"}
    }
