"""Writes the lock: run.txt for using opsrail, dev.txt for working on it, spark.txt for those who
evaluate rules on Spark, local-model.txt for a small model on this machine. Run by `make lock`.

The lock holds names, versions, hashes and markers, and nothing about where a package comes
from: whoever installs decides that, through their own pip settings.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEADER = "# Written by `make lock` from pyproject.toml; do not edit.\n"
ROOT = Path(__file__).resolve().parent.parent
OPTIONS = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)


def write_lock(name: str, group: str, extra: list[str]) -> None:
    """Resolve the project with one dependency group into `requirements/NAME.txt`."""
    compile_lock(name, ["pyproject.toml", f"--group={group}", *extra])


def compile_lock(name: str, sources: list[str]) -> None:
    """Resolve what the sources ask for into `requirements/NAME.txt`."""
    target = f"requirements/{name}.txt"
    tool = [sys.executable, "-m", "uv", "pip", "compile"]
    command = [*tool, *OPTIONS, f"--output-file={target}", *sources]
    # The listing is also printed, which --quiet does not stop.
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    path = ROOT / target
    path.write_text(HEADER + path.read_text(encoding="utf-8"), encoding="utf-8")


def main(upgrade: list[str]) -> None:
    """Write all files; dev.txt and spark.txt keep to the versions that run.txt chose."""
    write_lock("run", "build", upgrade)
    same = [*upgrade, "--constraints=requirements/run.txt"]
    write_lock("dev", "dev", same)
    write_lock("spark", "build", [*same, "--extra=spark"])
    # The model's package also asks for an engine that is compiled for twenty minutes.
    compile_lock("local-model", ["--group=local-model", "--no-deps", *upgrade])


if __name__ == "__main__":
    main(sys.argv[1:])
