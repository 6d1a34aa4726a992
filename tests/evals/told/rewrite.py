"""Writes the goldens anew: `python -m tests.evals.told.rewrite`.

Look at the difference before it is committed: the expected files are the product.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.evals.told.courts import judged_everything, judged_hostile
from tests.evals.told.goldens import FOLDER, told


def rewrite() -> None:
    for role in ("AUTHOR", "COMMITTER"):
        os.environ[f"GIT_{role}_NAME"] = "Robin Example"
        os.environ[f"GIT_{role}_EMAIL"] = "robin@example.com"
    with TemporaryDirectory() as folder:
        everything = judged_everything(Path(folder) / "everything")
        hostile = judged_hostile(Path(folder) / "hostile")
        FOLDER.mkdir(exist_ok=True)
        for name, text in told(everything, hostile).items():
            (FOLDER / name).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    rewrite()
