"""Syncs copies of a repository in child processes that are killed, each at another moment.

`python -m tests.tailor.killing TEMPLATE FOLDER` copies TEMPLATE to FOLDER/1, FOLDER/2, … and
kills the sync of copy N before its N-th change to the disk, and the next one, which recovers,
at an earlier or later one. It prints how many changes an undisturbed sync makes.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from pathlib import Path

from opsrail.repo.git import Repository
from opsrail.repo.journal import exclusive, recover, write_all
from opsrail.repo.snapshot import worktree_snapshot
from opsrail.tailor.catalog import Catalog
from opsrail.tailor.sync import SyncPlan, plan_sync

CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}
LIMIT = 500


def sync(root: Path) -> SyncPlan:
    """What `opsrail sync` does."""
    repository = Repository.discover(root)
    with exclusive(repository):
        recover(repository)
        plan = plan_sync(Catalog(worktree_snapshot(repository)))
        write_all(repository, plan.writes)
    return plan


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(root: Path, moment: int) -> None:
    """Kill this process before its `moment`-th change below `root`; one that writes out a
    file dies with half of it written."""
    left = moment
    fsync = os.fsync

    def is_due() -> bool:
        nonlocal left
        left -= 1
        return left == 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        below = bool(arguments) and str(arguments[0]).startswith(str(root))
        if (writes or event in CHANGES) and below and is_due():
            _die()

    def half(handle: int) -> None:
        if is_due():
            os.ftruncate(handle, os.fstat(handle).st_size // 2)
            _die()
        fsync(handle)

    os.fsync = half  # type: ignore[assignment]  # the journal passes a number
    sys.addaudithook(watch)


def killed(root: Path, moment: int) -> bool:
    """Sync in a child that dies at `moment`; whether it came to that."""
    child = os.fork()
    if not child:
        _arm(root, moment)
        sync(root)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"the sync in {root} failed")
    return False


def main(template: Path, folder: Path) -> None:
    moment = 1
    while moment < LIMIT:
        shutil.copytree(template, folder / str(moment), symlinks=True)
        if not killed(folder / str(moment), moment):
            break
        killed(folder / str(moment), moment * 7 % 23 + 2)
        moment += 1
    shutil.rmtree(folder / str(moment))
    sys.stdout.write(f"{moment - 1}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
