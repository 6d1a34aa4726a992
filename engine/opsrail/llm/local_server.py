"""The program that serves a local model: a process of its own, which can be ended for sure.

Inside our own process a server would wait for ever for a caller that keeps a connection open.
Started by `serving`: it reads its settings as one line of JSON from standard input, answers with
one line, and ends when standard input does, also when the program that started it was killed.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

_LOOPBACK = "127.0.0.1"
_QUIET = -1


def main() -> None:
    """Serve until standard input ends."""
    settings = json.loads(sys.stdin.readline())
    try:
        server = _started(settings)
    except RuntimeError as error:
        _say({"fault": str(error)})
        os._exit(1)
    _say({"address": server.listening_address})
    sys.stdin.read()
    os._exit(0)  # at once: an orderly end would wait for callers


def _started(settings: dict[str, Any]) -> Any:  # noqa: ANN401 - the library has no types
    import xllamacpp  # type: ignore[import-untyped]  # published without types

    parameters = xllamacpp.CommonParams()
    parameters.model.path = settings["gguf"]
    parameters.n_ctx = settings["context"]
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = settings["threads"]
    parameters.cpuparams_batch.n_threads = settings["threads"]
    parameters.hostnames = [_LOOPBACK]
    parameters.port = settings["port"]
    parameters.api_keys = [settings["key"]]
    parameters.verbosity = _QUIET
    return xllamacpp.Server(parameters)


def _say(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
