"""What a run of promises loads: a page that is asked for texts needs no mathematics."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evals.judging.courts import case, page, suite
from tests.evals.repositories import commit

HEAVY = {"duckdb", "ibis", "numpy", "pyarrow", "scipy"}
RUN = """\
import json, sys
from opsrail.cli.main import run
code = run(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@pytest.mark.parametrize(
    "command",
    [
        ("eval", "desk", "--no-cache"),
        ("eval", "desk", "--base", "HEAD~1"),
        ("eval", "desk", "--format", "json"),
        ("eval", "list"),
        ("check", "--base", "HEAD~1", "--no-cache"),
    ],
    ids=" ".join,
)
def test_promises_load_nothing_heavy(tmp_path: Path, command: tuple[str, ...]) -> None:
    asked = [case(0, "yes 0"), case(1, "yes 1", ", must_pass: true")]
    commit(tmp_path, {**suite("desk", "floor: 50\n", asked), **page("yes 0", "yes 1")})
    commit(tmp_path, page("yes 0", "yes 1", "more"))
    ran = subprocess.run(
        (sys.executable, "-c", RUN, *command),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    code, loaded = json.loads(ran.stdout.splitlines()[-1])
    assert code in {0, 1}, ran.stdout
    assert HEAVY.isdisjoint(loaded)
    assert "pydantic" in loaded
