"""Writes what the checks say about each case anew: `python -m tests.gate.checks.rewrite`.

Look at the difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.gate.checks.cases import CASES, said


def rewrite() -> None:
    for case in sorted(path.parent for path in CASES.glob("*/*/head")):
        with tempfile.TemporaryDirectory() as folder:
            text = said(case, Path(folder) / "repository")
        (case / "expected.txt").write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    rewrite()
