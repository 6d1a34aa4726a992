"""Where eval suites and what decides about them stand in a repository."""

from __future__ import annotations

from typing import Final

FOLDER: Final = "policies/evals"
GATES_PATH: Final = "policies/gates.yaml"
DECISIONS_PATH: Final = "policies/evals/decisions.yaml"


def is_suite_file(path: str) -> bool:
    """Whether the file at `path` is a suite."""
    return (
        path.startswith(f"{FOLDER}/")
        and path.endswith(".yaml")
        and path.count("/") == FOLDER.count("/") + 1
        and path != DECISIONS_PATH
    )


def suite_name(path: str) -> str:
    """The name of the suite in that file."""
    return path.rsplit("/", 1)[-1].removesuffix(".yaml")


def suite_path(name: str) -> str:
    """The file of the suite of that name."""
    return f"{FOLDER}/{name}.yaml"
