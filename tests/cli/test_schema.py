from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest

from opsrail.gate.formats import FORMATS
from opsrail.repo.schemas import export
from tests.cli.desk import Desk

KINDS = sorted(FORMATS)


def test_the_kinds_are_listed(desk: Desk) -> None:
    assert desk.opsrail("schema").out.split() == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed(desk: Desk, kind: str) -> None:
    schema = json.loads(desk.opsrail("schema", kind).out)
    assert schema["title"] == f"opsrail {kind}"


def test_all_are_written_for_editors(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "a" / "schemas"
    ran = desk.opsrail("schema", "--write", str(folder))
    assert ran.out == f"{len(KINDS)} schemas written to {folder}\n"
    assert {p.name: p.read_text("utf-8") for p in folder.iterdir()} == {
        f"{kind}.schema.json": text for kind, text in export(FORMATS).items()
    }


def test_the_committed_schemas_are_in_step_with_the_models(desk: Desk) -> None:
    ran = desk.opsrail("schema", "--check")
    assert (ran.code, ran.out) == (0, "")


def test_a_schema_that_is_behind_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.opsrail("schema", "--write", str(tmp_path / "schemas"))
    (tmp_path / "schemas/roles.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "schemas/source.schema.json").unlink()
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    ran = desk.opsrail("schema", "--check")
    assert ran.code == 1
    assert [line.split()[3] for line in ran.out.splitlines()] == ["roles", "source"]


def test_an_unknown_kind_is_a_usage_error(desk: Desk) -> None:
    assert desk.opsrail("schema", "rolls").code == 2
