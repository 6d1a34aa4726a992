from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.governed import HOLIDAYS, governed

HEAVY = (
    "duckdb",
    "git",
    "ibis",
    "jsonschema",
    "markdown_it",
    "mkdocs",
    "openai",
    "pydantic",
    "rich",
    "ruamel",
    "sqlite3",
)
UNASKED = ("duckdb", "ibis", "mkdocs", "numpy", "openai", "pyarrow", "rich", "scipy", "sklearn")
"""What no question about people needs: recorded streams, models, statistics, the site."""
ASK = """
import sys
from opsrail.cli.main import run
status = run({arguments!r})
print("\\nLOADED", *sorted({{name.partition(".")[0] for name in sys.modules}}))
sys.exit(status)
"""


def loaded(*arguments: str, folder: Path | None = None) -> set[str]:
    """The top-level modules that a run of the command line brings in."""
    done = subprocess.run(
        (sys.executable, "-c", ASK.format(arguments=[*arguments])),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode in {0, 1}, done.stderr
    return set(done.stdout.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    found = loaded(*arguments)
    assert "click" in found
    assert not found & {*HEAVY}


@pytest.mark.parametrize("command", ["approvals", "plan"])
def test_who_must_agree_to_words_is_told_without_anything_heavy(
    command: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = governed(desk, monkeypatch)
    author.edit(*HOLIDAYS)
    found = loaded(command, folder=author.root)
    assert "git" in found
    assert not found & {*UNASKED}


def test_the_probe_sees_what_is_imported() -> None:
    assert {*HEAVY} & loaded("schema", "--help")
