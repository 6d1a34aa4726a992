"""Cases of the checks: miniature repositories as folders, and what the checks say about them.

`tests/cases/checks/CODE/CASE/head/` is the repository, `base/` (where there is one) what it is
held against, `expected.txt` the findings as they are printed. An empty one is a silent case.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

from opsrail.findings import Finding, in_order
from opsrail.gate.registry import checks
from opsrail.gate.subject import Subject
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import Snapshot, revision_snapshot, worktree_snapshot
from opsrail.tailor.catalog import Catalog

CASES = Path(__file__).parent.parent.parent / "cases" / "checks"
TODAY = date(2026, 11, 22)


def case_folders() -> list[Path]:
    """Every case, in order."""
    return sorted(path.parent for path in CASES.glob("*/*/expected.txt"))


def name_of(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


def commit_all(root: Path) -> str:
    """Commit everything that lies in `root`, whatever it is; the commit's id."""
    if not (root / ".git").exists():
        _git(root, "init", "-q", "-b", "main")
    # Copies keep their times, so an index from before could take a new file for the old one.
    _git(root, "read-tree", "--empty")
    _git(root, "-c", "core.autocrlf=false", "add", "-A", "-f", ".")
    _git(root, "commit", "-q", "--allow-empty", "--no-gpg-sign", "-m", "A change")
    return _git(root, "rev-parse", "HEAD").strip()


def _git(root: Path, *arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=True, timeout=60)
    return ran.stdout.decode("utf-8", "surrogateescape")


def set_up(case: Path, root: Path) -> tuple[Repository, str | None, str]:
    """The case as a Git repository: its commits of base, where it has one, and of head."""
    root.mkdir()
    base = None
    if (case / "base").is_dir():
        shutil.copytree(case / "base", root, dirs_exist_ok=True)
        base = commit_all(root)
        for folder in (path for path in root.iterdir() if path.name != ".git"):
            shutil.rmtree(folder)
    shutil.copytree(case / "head", root, dirs_exist_ok=True)
    head = commit_all(root)
    return Repository.discover(root), base, head


def said(case: Path, root: Path, *, as_commit: bool = False) -> str:
    """What the checks that can raise the case's code say, one finding a line."""
    repository, base, head = set_up(case, root)
    snapshot = revision_snapshot(repository, head) if as_commit else worktree_snapshot(repository)
    before = revision_snapshot(repository, base) if base else None
    found = findings(snapshot, before, code=case.parent.name)
    repository.close()
    return "".join(f"{finding.severity}: {finding}\n" for finding in found)


def findings(
    snapshot: Snapshot, before: Snapshot | None = None, *, code: str = ""
) -> tuple[Finding, ...]:
    """Findings of the checks that can raise `code`, or of all of them."""
    subject = Subject(Catalog(snapshot), Catalog(before) if before else None, TODAY)
    chosen = (check for check in checks() if not code or code in check.codes)
    return in_order(finding for check in chosen for finding in check.run(subject))
