"""A command that answers all cases in one run: JSON lines in, JSON lines out."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from opsrail.evals.model import Answer, Json
from opsrail.evals.working.process import Process


def ask_command(
    folder: Path, command: Sequence[str], asked: Sequence[Mapping[str, Json]], seconds: float
) -> tuple[Answer, ...]:
    """The answer to each of these, in their order.

    The command writes `{"id": …, "repeat": …, "output": …}` for each line it was given, in any
    order; `repeat` may be left out where each is asked once. It has `seconds` to each answer,
    counted from the one before. `python` is the Python that runs the engine.
    """
    line = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    try:
        process = Process(line, folder)
    except OSError as error:
        return (Answer(error=f"{command[0]} cannot be started: {error.strerror}"),) * len(asked)
    # A program may answer before it has read everything: both directions flow at once.
    writer = threading.Thread(target=_write, args=(process, asked), daemon=True)
    writer.start()
    try:
        found, why = _answers(process, len(asked), seconds)
    finally:
        process.stop()
        writer.join(timeout=1)
    missing = Answer(error=why or "gave no answer to this case")
    return tuple(found.get((str(one["id"]), _number(one)), missing) for one in asked)


def _write(process: Process, asked: Sequence[Mapping[str, Json]]) -> None:
    for one in asked:
        if not process.write(json.dumps(one)):
            return
    process.end_input()


def _answers(
    process: Process, wanted: int, seconds: float
) -> tuple[dict[tuple[str, int], Answer], str]:
    """The answers by case and repeat, and why there are no more."""
    found: dict[tuple[str, int], Answer] = {}
    while len(found) < wanted:
        began = time.monotonic()
        line = process.line(seconds)
        took = time.monotonic() - began
        if line is None:
            return found, f"gave no answer within {seconds:g} seconds"
        if not line:
            status = process.status(seconds)
            return found, f"ended with status {status} before it answered" if status else ""
        reply = _reply(line)
        if reply is None:
            return found, f"wrote a line that is no answer: {line.strip()[:80]}"
        error = str(reply["error"]) if "error" in reply else ""
        found[str(reply["id"]), _number(reply)] = Answer(reply.get("output"), took, error)
    return found, ""


def _reply(line: str) -> dict[str, Json] | None:
    try:
        reply = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    return reply if isinstance(reply, dict) and "id" in reply else None


def _number(one: Mapping[str, Json]) -> int:
    repeat = one.get("repeat", 0)
    return repeat if isinstance(repeat, int) else 0
