"""What every test stands on: a quiet machine, the real data where it is, a browser if any."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

# No deadline: how long one example takes says more about the machine than about the law.
settings.register_profile("default", deadline=None, max_examples=100)
settings.register_profile("nightly", deadline=None, max_examples=2_000)
settings.load_profile("default")


@pytest.fixture(autouse=True)
def _quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own settings reaches a test."""
    for name in [*os.environ]:
        if name.startswith(("GIT_", "GITHUB_", "OPENAI_", "OPSRAIL_")):
            monkeypatch.delenv(name)
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    fixed = {
        "COLUMNS": "100",
        "GIT_AUTHOR_DATE": "2026-01-05T09:00:00+00:00",
        "GIT_AUTHOR_EMAIL": "robin@example.com",
        "GIT_AUTHOR_NAME": "Robin Example",
        "GIT_COMMITTER_DATE": "2026-01-05T09:00:00+00:00",
        "GIT_COMMITTER_EMAIL": "robin@example.com",
        "GIT_COMMITTER_NAME": "Robin Example",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    for name, value in fixed.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of this project."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Callable[[str], Path]:
    """Finds a path in the shared real data, or skips the test and says what is missing."""

    def find(name: str) -> Path:
        path = ROOT.parent / "shared" / "data" / name
        if not path.exists():
            pytest.skip(f"real data is not on this machine: ../shared/data/{name}")
        return path

    return find


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium that looks at pages, or a skip where there is none."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip(f"no browser on this machine: looked for {', '.join(BROWSERS)}")
