"""Writes what the checks say about each case anew: `python -m tests.gate.checks.rewrite`.

Look at the difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.gate.checks.cases import CASES, said


def rewrite() -> None:
    # Some checks tell the day of a commit.
    os.environ["GIT_COMMITTER_DATE"] = "2026-01-05T09:00:00+00:00"
    for case in sorted(path.parent for path in CASES.glob("*/*/head")):
        with tempfile.TemporaryDirectory() as folder:
            text = said(case, Path(folder) / "repository")
        (case / "expected.txt").write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    rewrite()
