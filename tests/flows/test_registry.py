"""The registry of kinds of tasks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from opsrail.flows.registry import kinds, kinds_in
from opsrail.flows.schemas import schema_fault
from tests.flows.toy import ECHO

LEAN = """
import sys
from opsrail.flows.reading import flow_findings
from opsrail.flows.registry import kinds
kinds()
heavy = {"numpy", "scipy", "sklearn", "openai", "starlette", "uvicorn"} & set(sys.modules)
print(sorted(heavy))
"""


def test_every_kind_of_the_engine_can_be_used() -> None:
    for name, kind in kinds().items():
        assert kind.name == name
        assert kind.about
        assert schema_fault(kind.input) == ""


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> str:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "some_task.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_kinds_are_found_by_walking_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "from tests.flows.test_registry import SOME_TASK as KIND\n"
    assert list(kinds_in(package(tmp_path, monkeypatch, "good_tasks", text))) == ["some-task"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no KIND"),
        ("KIND = 5", "has no KIND"),
        ("from tests.flows.toy import ECHO as KIND", "named echo, and its file some-task"),
        ("from tests.flows.test_registry import UNKNOWN as KIND", "there is no permission fly"),
        ("from tests.flows.test_registry import WRONG as KIND", "answer: this is no JSON Schema"),
    ],
)
def test_a_broken_kind_is_an_error_of_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    name = f"tasks_{abs(hash(text))}"
    with pytest.raises(TypeError, match=said):
        kinds_in(package(tmp_path, monkeypatch, name, text))


def test_reading_flows_brings_in_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", LEAN], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SOME_TASK = replace(ECHO, name="some-task")
UNKNOWN = replace(SOME_TASK, needs=frozenset({"fly"}))
WRONG = replace(SOME_TASK, answer={"type": "thing"})
