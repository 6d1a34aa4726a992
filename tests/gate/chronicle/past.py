"""A small repository with a past, and plans that say yes to what a branch of it holds."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from opsrail.findings import Location
from opsrail.gate.changing import shares_between, typed_changes
from opsrail.gate.chronicle.artifact import find_artifact
from opsrail.gate.chronicle.blame import blame
from opsrail.gate.chronicle.history import Wanted, history
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Entry, Holding
from opsrail.gate.plan.model import Impact, Plan, Proof, TakeBack
from opsrail.gate.subject import Subject
from opsrail.governance.changes import ChangeSet
from opsrail.governance.model import Approval, Decision, RuleOutcome, RuleState
from opsrail.governance.request import Request
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import revision_snapshot
from opsrail.tailor.catalog import Catalog

REFUNDS = "content/sources/refunds.md"
TITLE = "Refund window 14 days"
TODAY = date(2026, 12, 1)
TEN = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
USER = {
    "GIT_AUTHOR_NAME": "Maya Lind",
    "GIT_AUTHOR_EMAIL": "maya@example.com",
    "GIT_COMMITTER_NAME": "Maya Lind",
    "GIT_COMMITTER_EMAIL": "maya@example.com",
}


def refunds(days: int = 30, limit: int = 50, *, more: str = "") -> str:
    """A document with a few facts."""
    return (
        "---\ntitle: Refunds\nowner: billing-support\n---\n\n"
        "# Refunds\n\nHow we refund.\n\n"
        "## Refund a charge {#refund-a-charge}\n\n"
        f"Customers may ask for a refund within {days} days of the charge.\n\n"
        f"1. Refund charges up to USD {limit} yourself.\n"
        "2. Reply within 24 hours.\n\n"
        f"## Partial refunds\n\nNever refund more than 80 % of a plan.\n{more}"
    )


class Past:
    """A repository on `main`, made landing by landing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch=main")
        self.repository = Repository.discover(folder)

    def git(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            check=True,
            capture_output=True,
            env={**os.environ, **environment},
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, text: str | None) -> None:
        place = self.folder / path
        if text is None:
            place.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def commit(self, message: str, day: str = "2026-01-05", author: str = "Robin Example") -> str:
        self.git("add", "--all")
        stamp = f"{day}T09:00:00+00:00"
        self.git(
            "commit",
            "--quiet",
            "--allow-empty",
            "--cleanup=verbatim",
            "--message",
            message,
            GIT_AUTHOR_NAME=author,
            GIT_AUTHOR_DATE=stamp,
            GIT_COMMITTER_DATE=stamp,
        )
        return self.git("rev-parse", "HEAD")

    def land_file(self, path: str, text: str | None, message: str, day: str) -> str:
        """One file changed in one commit on the branch that is checked out."""
        self.write(path, text)
        return self.commit(message, day)

    def merge(self, branch: str, message: str, day: str) -> str:
        """A merge commit, as a forge makes it."""
        stamp = f"{day}T12:00:00+00:00"
        self.git(
            *("merge", "--quiet", "--no-ff", "--message", message, branch),
            GIT_AUTHOR_NAME="Maya Lind",
            GIT_COMMITTER_NAME="GitHub",
            GIT_COMMITTER_EMAIL="noreply@github.com",
            GIT_AUTHOR_DATE=stamp,
            GIT_COMMITTER_DATE=stamp,
        )
        return self.git("rev-parse", "HEAD")

    def state(self) -> dict[str, bytes]:
        """Everything that a refusal may not touch: refs, HEAD, the index, the work tree."""
        refs = self.git("for-each-ref").encode()
        kept = {"HEAD", "index", "packed-refs"}
        files = {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
            and (".git" not in path.parts[len(self.folder.parts) :] or path.name in kept)
        }
        return {"refs": refs, **files}

    # What is asked of it

    def catalog(self, revision: str = "HEAD") -> Catalog:
        return Catalog(revision_snapshot(self.repository, self.repository.resolve(revision)))

    def log(self, name: str, **wanted: object) -> list[Entry]:
        head = self.repository.resolve("HEAD")
        asked = replace(Wanted(head), **wanted)  # type: ignore[arg-type]  # a test says which
        found = find_artifact(self.catalog(), name)
        return list(history(Landings(self.repository), found, asked, TODAY))

    def blame(self, name: str) -> tuple[Holding, ...]:
        catalog = self.catalog()
        return blame(Landings(self.repository), catalog, find_artifact(catalog, name))

    def plan(self, base: str, head: str, *, title: str = TITLE, number: str = "") -> Plan:
        """An open plan for what differs between two commits."""
        before, after = self.repository.resolve(base), self.repository.resolve(head)
        start = self.repository.merge_base(before, after)
        subject = Subject(self.catalog(after), self.catalog(start), TODAY)
        return Plan(
            request=Request(number=number, title=title, head=after),
            change=ChangeSet(
                start,
                after,
                typed_changes(subject, ()),
                shares_between(self.repository, start, after),
            ),
            decision=Decision(is_open=True, tier=2, title="Money", outcomes=(RISK_OWNERS, NOBODY)),
            risk=None,
            impact=Impact(),
            proofs=(Proof("refund-suite", 120, 120), Proof("faithful", 27, 27, is_reported=True)),
            findings=(),
            back=TakeBack(is_clean=True, words="clean"),
            policy=before,
        )


PLACE = Location("policies/governance.yaml", 3)
RISK_OWNERS = RuleOutcome(
    "money", PLACE, RuleState.APPROVED, ("risk-owners",), 1, (Approval("ana", TEN),)
)
NOBODY = RuleOutcome("wording", PLACE, RuleState.SKIPPED, ("support-leads",), 1)


def described(entry: Entry) -> list[str]:
    """An entry's changes in a line each."""
    return [f"{one.change.subject}: {one.change.describe()}" for one in entry.happenings]


def words(holdings: Iterable[Holding]) -> dict[str, str]:
    """What holds → the subject of the landing that brought it."""
    return {one.words: one.landing.subject for one in holdings}
