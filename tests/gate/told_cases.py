"""Cases of a told diff: the desk, with what a case has `before`, and what a change lays over it.

`python -m tests.gate.told_cases` writes what each is expected to look like anew. Look at the
difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from opsrail.gate.diff_formats import as_json, as_markdown, as_text
from opsrail.gate.subject import Subject
from opsrail.gate.telling import Told, tell
from opsrail.tailor.catalog import Catalog
from tests.tailor.held import HeldSnapshot

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "telling"
DESK = FOLDER / "desk"
CASES = sorted(path for path in FOLDER.iterdir() if path != DESK)
EXPECTED = {"diff.txt": as_text, "diff.md": as_markdown, "diff.json": as_json}


class SearchedSnapshot(HeldSnapshot):
    """Files in memory that can be searched as Git would."""

    def mentioning(self, words: Iterable[str], folder: str) -> frozenset[str]:
        wanted = [word.encode("utf-8", "surrogateescape") for word in words]
        found = (p for p, text in self._files.items() if any(word in text for word in wanted))
        return frozenset(path for path in found if path.startswith(f"{folder}/"))


def files_in(folder: Path) -> dict[str, str]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}


def told_between(before: Mapping[str, str], after: Mapping[str, str]) -> Told:
    head, start = Catalog(SearchedSnapshot(after)), Catalog(SearchedSnapshot(before))
    return tell(Subject(head, start, date(2026, 1, 5)))


def told(case: Path) -> Told:
    before = files_in(DESK) | files_in(case / "before")
    return told_between(before, before | files_in(case / "after"))


def rewrite() -> None:
    for case in CASES:
        for name, render in EXPECTED.items():
            (case / name).write_text(render(told(case)), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
