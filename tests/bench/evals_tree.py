"""A process with all its children: how long it took, and the most memory they held together.

What the kernel counts for a finished process is that of its largest child alone; here the
resident memory of the whole tree is added up while it runs. Linux only, as /proc is.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import Final

from tests.bench.measuring import Ran

EVERY: Final = 0.02
"""Seconds between two looks."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_PROC: Final = Path("/proc")


def run_tree(arguments: Sequence[str], folder: Path, **environment: str) -> Ran:
    """Run a command once. Its memory is the peak of the sum over its process tree, in MB."""
    begin = perf_counter()
    with (
        TemporaryFile() as kept,
        subprocess.Popen(
            arguments,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=kept,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        most = _peak(process)
        seconds = perf_counter() - begin
        kept.seek(0)
        out = kept.read().decode(errors="replace")
    return Ran(seconds, most / 2**20, process.returncode, out)


def _peak(process: subprocess.Popen[bytes]) -> int:
    """Bytes, looked at until it ends."""
    most = 0
    ended = threading.Event()

    def wait() -> None:
        process.wait()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    while not ended.wait(EVERY):
        most = max(most, sum(_resident(number) for number in _tree(process.pid)))
    return most


def _tree(root: int) -> Iterator[int]:
    yield root
    tasks = _PROC / str(root) / "task"
    for task in _listed(tasks):
        for child in _read(task / "children").split():
            yield from _tree(int(child))


def _listed(folder: Path) -> list[Path]:
    try:
        return [*folder.iterdir()]
    except OSError:
        return []  # it has ended meanwhile


def _resident(number: int) -> int:
    fields = _read(_PROC / str(number) / "statm").split()
    return int(fields[1]) * _PAGE if fields else 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""  # as above
