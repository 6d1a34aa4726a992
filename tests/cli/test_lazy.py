from __future__ import annotations

import subprocess
import sys

import pytest

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
ASK = """
import sys
from opsrail.cli.main import run
status = run({arguments!r})
print("\\nLOADED", *sorted({{name.partition(".")[0] for name in sys.modules}}))
sys.exit(status)
"""


def loaded(*arguments: str) -> set[str]:
    """The top-level modules that a run of the command line brings in."""
    done = subprocess.run(
        (sys.executable, "-c", ASK.format(arguments=[*arguments])),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize("arguments", [("--help",), ("--version",)], ids=" ".join)
def test_help_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    found = loaded(*arguments)
    assert "click" in found
    assert not found & {*HEAVY}


def test_the_probe_sees_what_is_imported() -> None:
    assert {*HEAVY} & loaded("schema", "--help")
