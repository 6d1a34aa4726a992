from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tailor.golden import CASES, derived, expected

FOLDERS = sorted(CASES.iterdir())


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_pages_look_as_expected(case: Path) -> None:
    assert derived(case) == expected(case)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_every_run_writes_the_same_bytes(seed: str, project: Path) -> None:
    code = (
        "from tests.tailor.golden import *; from tests.tailor.held import synced\n"
        "for case in sorted(CASES.iterdir()): print(ascii(synced(files_of(case))))"
    )
    ran = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=project,
            env={**os.environ, "PYTHONHASHSEED": number},
            check=True,
            capture_output=True,
        ).stdout
        for number in ("0", seed)
    ]
    assert ran[0] == ran[1]
