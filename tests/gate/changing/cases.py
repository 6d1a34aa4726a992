"""Cases of typed changes: the desk, with what a case has `before`, and what a change lays over it.

`gone.txt` lists files that the change deletes. `python -m tests.gate.changing.cases` writes what
each is expected to look like anew. Look at the difference before it is committed: the expected
files are the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from opsrail.gate.changing import typed_changes
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change
from opsrail.governance.formats import Claim
from opsrail.tailor.catalog import Catalog
from tests.gate.told_cases import DESK, SearchedSnapshot, files_in

FOLDER = DESK.parent.parent / "changing"
CASES = sorted(FOLDER.iterdir())
CLAIMS = (
    Claim(files="policies/roles.yaml", owner="people-team"),
    Claim(files="policies/**", owner="risk-owners"),
    Claim(files="rules/**", owner="detection-team"),
)
ODD = {ord(letter): f"\\x{ord(letter):02x}" for letter in map(chr, range(32))}


def subject_of(before: Mapping[str, str], after: Mapping[str, str]) -> Subject:
    head, base = Catalog(SearchedSnapshot(after)), Catalog(SearchedSnapshot(before))
    return Subject(head, base, date(2026, 1, 5))


def changes_between(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    return typed_changes(subject_of(before, after), CLAIMS)


def sides(case: Path) -> tuple[dict[str, str], dict[str, str]]:
    """All files before and after."""
    before = files_in(DESK) | files_in(case / "before")
    after = before | files_in(case / "after")
    listed = case / "gone.txt"
    for path in listed.read_text("utf-8").split("\n") if listed.exists() else ():
        after.pop(path, None)
    return before, after


def told(changes: tuple[Change, ...]) -> str:
    """One line a change: where, what, about what, both sides, whose, whom it reaches."""
    return "".join(f"{_line(one)}\n" for one in changes)


def _line(one: Change) -> str:
    fields = (
        f"{one.path}:{one.line} {one.what}",
        one.subject,
        f"{one.old} → {one.new}".strip(),
        ", ".join(one.owners),
        ", ".join(one.roles),
    )
    weight = f"  [{one.weight}]"
    return " | ".join(fields).translate(ODD).replace("\u202e", "\\u202e").rstrip() + weight


def rewrite() -> None:
    for case in CASES:
        (case / "expected.txt").write_text(told(changes_between(*sides(case))), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
