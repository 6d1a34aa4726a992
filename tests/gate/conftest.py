"""A guarded server, made once and copied for each test that pushes to it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.desk import TODAY, made
from tests.gate.guarded import Server, as_person, guarded


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_person("robin").items():
            patch.setenv(name, value)
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("OPSRAIL_TODAY", TODAY)
        return guarded(folder, made(folder / "desk").root).root


@pytest.fixture
def server(model_server: Path, tmp_path: Path) -> Server:
    """A server of one's own."""
    return Server(Path(shutil.copytree(model_server, tmp_path / "server.git", symlinks=True)))
