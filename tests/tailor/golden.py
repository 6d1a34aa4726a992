"""Derived pages of the cases in tests/cases/tailor.

`python -m tests.tailor.golden` writes the expected pages anew: look at the difference first.
"""

from __future__ import annotations

from pathlib import Path

from tests.tailor.held import pages_of, synced

CASES = Path(__file__).parents[1] / "cases" / "tailor"


def files_of(case: Path) -> dict[str, str]:
    return {
        path.relative_to(case).as_posix(): path.read_text("utf-8")
        for folder in ("content", "playbooks", "policies")
        for path in sorted((case / folder).rglob("*"))
        if path.is_file()
    }


def expected(case: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((case / "expected").iterdir())}


def derived(case: Path) -> dict[str, str]:
    pages = pages_of(synced(files_of(case)))
    return {path.removeprefix("playbooks/").replace("/", "--"): pages[path] for path in pages}


if __name__ == "__main__":
    for folder in sorted(CASES.iterdir()):
        (folder / "expected").mkdir(exist_ok=True)
        for name, text in derived(folder).items():
            (folder / "expected" / name).write_text(text, "utf-8")
