"""One small repository, made once and copied for each test that changes it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.cli.desk import TODAY, Desk, made


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSRAIL_TODAY", TODAY)


@pytest.fixture(scope="session")
def model_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "Robin Example")
            patch.setenv(f"GIT_{name}_EMAIL", "robin@example.com")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        return made(tmp_path_factory.mktemp("model") / "desk").root


@pytest.fixture
def desk(model_desk: Path, tmp_path: Path) -> Desk:
    """A repository of one's own, in step and committed."""
    return Desk(Path(shutil.copytree(model_desk, tmp_path / "desk", symlinks=True)))
