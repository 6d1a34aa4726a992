"""A child process with lines in and lines out, and a limit on how long each may take."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")
"""What of our environment a program gets: no token or key that CI may have put there."""

_LONGEST: Final = 4_000_000
"""Characters of one line: more is no answer."""


class Process:
    """Runs a command in a folder. Every method is for one thread."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self._child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._child.stdout is not None
        while line := self._child.stdout.readline(_LONGEST):
            self._lines.put(line)
        self._lines.put("")

    def write(self, line: str) -> bool:
        """Send a line; False if the process is gone."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(line + "\n")
            self._child.stdin.flush()
        except (BrokenPipeError, OSError):
            return False
        return True

    def end_input(self) -> None:
        """Say that nothing more will come."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.close()
        except (BrokenPipeError, OSError):
            return  # it is gone, and what it said is still to be read

    def line(self, seconds: float) -> str | None:
        """The next line; empty when there is none any more, None when the time is over."""
        try:
            found = self._lines.get(timeout=seconds)
        except Empty:
            return None
        if not found:
            self._lines.put("")  # whoever asks again is told the same
        return found

    def status(self, seconds: float) -> int | None:
        """The exit status; None if the process goes on for longer than that."""
        try:
            return self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the process and whatever it started."""
        if self._child.poll() is None:
            try:
                os.killpg(self._child.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._child.kill()
        self._child.wait()
        self._reader.join(timeout=1)
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except (BrokenPipeError, OSError):
                    continue  # what was still to be written has no reader any more


def environment() -> Mapping[str, str]:
    """The environment of a program: the same each time, without secrets."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
