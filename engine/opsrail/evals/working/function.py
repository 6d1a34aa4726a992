"""A function of the repository, called in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Final, Self

from opsrail.evals.model import Answer, Json
from opsrail.evals.working.process import Process

_WORKER: Final = Path(__file__).with_name("worker.py")
_STARTING: Final = 60.0
"""Seconds that loading the file may take."""
_PATIENCE: Final = 3
"""So many cases in a row may go without an answer; the others are then not asked."""


class Function:
    """`FILE:FUNCTION` in a folder. It starts when first called, and anew after it hung."""

    def __init__(self, folder: Path, name: str, seconds: float) -> None:
        self._folder = folder
        self._file, _, self._name = name.rpartition(":")
        self._seconds = seconds
        self._process: Process | None = None
        self._unanswered = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()

    def call(self, *arguments: Json) -> Answer:
        """What the function returns. What goes wrong is the answer's error."""
        if not (self._folder / self._file).is_file():
            return Answer(error=f"there is no file {self._file}")
        if self._unanswered >= _PATIENCE:
            return Answer(error=f"was not asked, since {_PATIENCE} cases before got no answer")
        process = self._process or self._started()
        if process is None:
            self._unanswered += 1
            return Answer(error=f"{self._file} was not loaded within {_STARTING:g} seconds")
        began = time.monotonic()
        process.write(json.dumps({"arguments": arguments}))
        line = process.line(self._seconds)
        took = time.monotonic() - began
        is_answered = line is not None and line.endswith("\n")
        self._unanswered = 0 if is_answered else self._unanswered + 1
        if line is None:
            self.close()
            return Answer(seconds=took, error=f"gave no answer within {self._seconds:g} seconds")
        if not line.endswith("\n"):
            self.close()
            return Answer(seconds=took, error="ended without an answer")
        return _answer(line, took)

    def _started(self) -> Process | None:
        """The process once it has loaded the file; None if that takes too long."""
        command = [sys.executable, "-P", str(_WORKER), self._file, self._name]
        self._process = process = Process(command, self._folder)
        if process.line(_STARTING) is None:
            self.close()
            return None
        return process


def _answer(line: str, took: float) -> Answer:
    try:
        reply = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        return Answer(seconds=took, error="wrote something else than its answer")
    if "error" in reply:
        return Answer(seconds=took, error=str(reply["error"]))
    return Answer(reply.get("output"), took)
