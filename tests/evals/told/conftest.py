from __future__ import annotations

import pytest

from opsrail.evals.judging.judged import Judged
from tests.evals.told.courts import judged_everything, judged_hostile


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """Suites with every verdict, judged for real, once."""
    with pytest.MonkeyPatch.context() as patch:
        _name_somebody(patch)
        return judged_everything(tmp_path_factory.mktemp("everything") / "repository")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """A suite all of whose texts are meant to do harm."""
    with pytest.MonkeyPatch.context() as patch:
        _name_somebody(patch)
        return judged_hostile(tmp_path_factory.mktemp("hostile") / "repository")


def _name_somebody(patch: pytest.MonkeyPatch) -> None:
    """Who commits: fixtures of a session run before those that quiet the machine for a test."""
    for role in ("AUTHOR", "COMMITTER"):
        patch.setenv(f"GIT_{role}_NAME", "Robin Example")
        patch.setenv(f"GIT_{role}_EMAIL", "robin@example.com")
