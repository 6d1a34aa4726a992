from __future__ import annotations

import pytest

from tests.cli.desk import Desk


def test_models_are_listed_with_price_and_prompts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no models: name some in policies/models.yaml" in desk.opsrail("model", "list").out
    desk.write(
        "policies/models.yaml",
        "models:\n  free: {name: a, price: {input: 0, output: 0}}\n  odd: {name: b}\n",
    )
    desk.write(
        "policies/prompts/plain.yaml",
        "title: Plain\nowner: desk\nmodel: free\nsystem: You write.\nuser: Say it.\n",
    )
    monkeypatch.setenv("OPSRAIL_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPSRAIL_LLM_KEY", "sk-never-shown")
    ran = desk.opsrail("model", "list")
    assert ran.code == 0
    assert "free  a  free  plain" in ran.out
    assert "odd  b  price unknown: never asked  no prompt" in ran.out
    assert "endpoint: http://127.0.0.1:9/v1" in ran.out
    assert "sk-never-shown" not in ran.out + ran.err


def test_a_broken_file_of_models_is_a_finding(desk: Desk) -> None:
    desk.write("policies/models.yaml", "models: {a: {nmae: x}}\n")
    ran = desk.opsrail("model", "list")
    assert ran.code == 1
    assert "policies/models.yaml:1:" in ran.err
