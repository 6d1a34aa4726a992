"""`opsrail check`, `diff` and `sync` on a large repository: `python -m tests.bench check [N…]`.

N is a number of documents (10000 by default, with 1000 and 3000 before it to show what grows);
each comes with a playbook for every twenty documents, pages for six roles, and rules. The peer
is `git status` on the same tree, run in turns with what it is compared to.

Rules have tests, but no recorded history: a backtest costs by the history, not by the repository.

"Nothing changed" is a second run, which the cache answers; the first one stands beside it. The
pull request edits ten documents, syncs and commits; its check starts with no cache at all.
Another one edits one rule, which is tested and mutated.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree, rmtree

import opsrail as opsrail_package
from tests.bench.generated import Size, commit, edit, edit_rule, generate, git
from tests.bench.measuring import OPSRAIL, Ran, Row, interleaved, run, table

SIZES = (1_000, 3_000, 10_000)
ROUNDS = 5
EDITED = range(100, 110)
STATUS = ("git", "status", "--porcelain")
TODAY = "2026-01-05"
PULL_REQUEST_BUDGET = 3.0


ENGINE = "engine"
"""A copy beside the repository: an edit of the engine during the bench would empty its cache."""


def opsrail(folder: Path, *arguments: str) -> Ran:
    """One run of the command line, which has to do its work."""
    engine = str(folder.parent / ENGINE)
    ran = run((*OPSRAIL, *arguments), folder, OPSRAIL_TODAY=TODAY, PYTHONPATH=engine)
    if ran.status not in {0, 1}:
        raise RuntimeError(f"opsrail {' '.join(arguments)} ended with {ran.status}:\n{ran.out}")
    return ran


def forget(folder: Path) -> None:
    """Take the cache away."""
    rmtree(folder / ".git" / "opsrail", ignore_errors=True)


def unchanged(folder: Path) -> Iterator[Row]:
    """Check with nothing changed, the first time and after."""
    forget(folder)
    first = opsrail(folder, "check")
    times = interleaved(
        {
            "check": lambda: opsrail(folder, "check"),
            "status": lambda: run(STATUS, folder),
        },
        ROUNDS,
    )
    status = times["status"]
    yield Row("check, nothing changed", times["check"], "s", status, "git status", 2 * status + 1.0)
    yield Row("  its memory", opsrail(folder, "check").megabytes, "MB")
    yield Row("check of everything, the first time", first.seconds)
    yield Row("  its memory", first.megabytes, "MB")
    yield Row("sync, nothing to do, the first time", opsrail(folder, "sync").seconds)
    yield Row("sync, nothing to do", opsrail(folder, "sync").seconds)


def _generate_apart(folder: Path, size: Size) -> None:
    """Generate in a process of its own: what this one once held would count as its children's."""
    spawned = get_context("spawn").Process(target=generate, args=(folder, size))
    spawned.start()
    spawned.join()
    if spawned.exitcode:
        raise SystemExit("the repository could not be generated")


def pull_request(folder: Path) -> Iterator[Row]:
    """Ten documents edited: sync, commit, diff, check."""
    git(folder, "switch", "--quiet", "--create", "change")
    edit(folder, EDITED)
    yield Row("sync, ten documents edited", opsrail(folder, "sync").seconds)
    commit(folder, "Ten documents")
    ran: list[Ran] = []

    def judge() -> None:
        forget(folder)
        ran.append(opsrail(folder, "check", "--base", "main"))

    works = {
        "check": judge,
        "diff": lambda: opsrail(folder, "diff", "main"),
        "status": lambda: run(STATUS, folder),
    }
    times = interleaved(works, ROUNDS)
    name = "check --base main, ten documents, no cache"
    yield Row(name, times["check"], "s", times["status"], "git status", PULL_REQUEST_BUDGET)
    yield Row("  its memory", max(one.megabytes for one in ran), "MB")
    yield Row("diff main", times["diff"], "s", times["status"], "git status")
    git(folder, "switch", "--quiet", "--create", "rule", "main")
    edit_rule(folder, 5)
    commit(folder, "One rule")
    times = interleaved({"check": judge, "status": lambda: run(STATUS, folder)}, ROUNDS)
    name = "check --base main, one rule, no cache"
    yield Row(name, times["check"], "s", times["status"], "git status")


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Print a table for each size."""
    for documents in sizes:
        size = Size(documents, rules=documents * 3 // 10)
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "operations"
            _generate_apart(folder, size)
            package = Path(str(opsrail_package.__file__)).parent
            copytree(package, folder.parent / ENGINE / package.name)
            run(STATUS, folder)
            pages = sum(1 for _ in (folder / "playbooks").glob("*/*.md"))
            title = (
                f"{documents:,} documents, {size.playbooks} playbooks, {pages:,} pages,"
                f" 6 roles, {size.rules:,} rules; median of {ROUNDS}"
            )
            for line in table(title, [*unchanged(folder), *pull_request(folder)]):
                print(line, flush=True)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
