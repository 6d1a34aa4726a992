"""The process in which a function of the repository runs: `python worker.py FILE FUNCTION`.

It stands alone, so that it starts fast and the function meets nothing of the engine. One JSON
object a line comes in and one goes out: {"output": …} or {"error": …}. What the function prints
goes to the error stream, where it cannot be mistaken for an answer.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from typing import Any


def main(file: str, name: str) -> int:
    """Answer every line until there is none."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    function, fault = _loaded(file, name)
    replies.write("{}\n")  # from now on, time is counted for the answer
    replies.flush()
    for line in sys.stdin:
        reply = {"error": fault} if function is None else _called(function, json.loads(line))
        replies.write(_text(reply) + "\n")
        replies.flush()
    return 0


def _loaded(file: str, name: str) -> tuple[Callable[..., Any] | None, str]:
    sys.path.insert(0, os.path.dirname(os.path.abspath(file)))  # noqa: PTH100, PTH120 - starts without pathlib
    spec = importlib.util.spec_from_file_location("evaluated", file)
    if spec is None or spec.loader is None:
        return None, f"{file} is no Python file"
    module = importlib.util.module_from_spec(spec)
    sys.modules["evaluated"] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # noqa: BLE001 - whatever it raises is told, SystemExit too
        return None, f"{file} cannot be loaded: {_told(error, file)}"
    function = getattr(module, name, None)
    if not callable(function):
        return None, f"{file} has no function {name}"
    return function, ""


def _called(function: Callable[..., Any], asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"output": function(*asked["arguments"][: _most(function)])}
    except BaseException as error:  # noqa: BLE001 - as above
        file = function.__code__.co_filename if hasattr(function, "__code__") else ""
        return {"error": f"raised {_told(error, file)}"}


def _most(function: Callable[..., Any]) -> int | None:
    """How many arguments the function takes; None where that is not known, or any number.

    A function need not ask for the number of the repeat, or for the case behind an answer.
    """
    try:
        kinds = [one.kind for one in inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return None
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return None
    named = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD}
    return sum(kind in named for kind in kinds)


def _text(reply: dict[str, Any]) -> str:
    try:
        # NaN passes through: it is found, and told, where scores are read.
        return json.dumps(reply)
    except (TypeError, ValueError, RecursionError) as error:
        return json.dumps({"error": f"what it returned is no JSON: {error}"})


def _told(error: BaseException, file: str) -> str:
    """The error in one line, with the line of the function's own file where it came up."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    where = f" (line {lines[-1]})" if lines else ""
    said = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}{f': {said}' if said else ''}{where}"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
