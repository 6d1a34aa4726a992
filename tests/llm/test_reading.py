"""Models and prompts are read from files, and what is wrong is told at its place."""

from __future__ import annotations

import pytest

from opsrail.llm.reading import prompt_path, read_models, read_prompt, recordings_in
from tests.tailor.held import HeldSnapshot

MODELS = """\
models:
  small: {name: model-1, price: {input: 0.1, output: 0.4}}
  own: {name: llama, price: {input: 0, output: 0}, api: responses}
"""
PROMPT = """\
title: Sort a ticket
owner: tier-1
model: small
system: You sort tickets of {company}.
user: |
  Sort this ticket:
  {ticket}
"""


def snapshot(**files: str) -> HeldSnapshot:
    paths = {"models": "policies/models.yaml", "prompt": prompt_path("triage")}
    return HeldSnapshot({paths[name]: text for name, text in files.items()})


def test_models_are_known_by_name() -> None:
    models, findings = read_models(snapshot(models=MODELS))
    assert findings == ()
    assert list(models) == ["small", "own"]
    assert models["small"].price is not None
    assert models["small"].price.output == 0.4


def test_without_a_file_there_are_no_models_and_nothing_is_wrong() -> None:
    assert read_models(snapshot()) == ({}, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("models: {small: {name: m, address: 'https://x.example'}}", "1:27: schema: the key"),
        ("models: {Small: {name: m}}", "1:10: schema:"),
        ("models: {}", "1:9: schema:"),
        ("models: {small: {name: m, price: {input: -1, output: 1}}}", "1:42: schema:"),
        ("models: [", "1:10: yaml-syntax"),
    ],
)
def test_what_is_wrong_with_models_is_told_at_its_place(text: str, told: str) -> None:
    models, findings = read_models(snapshot(models=text))
    assert models == {}
    assert str(findings[0]).startswith(f"policies/models.yaml:{told}")


def test_a_prompt_has_its_model_and_its_gaps() -> None:
    prompt, findings = read_prompt(snapshot(models=MODELS, prompt=PROMPT), "triage")
    assert findings == ()
    assert prompt is not None
    assert (prompt.name, prompt.path) == ("triage", "policies/prompts/triage.yaml")
    assert prompt.model.name == "model-1"
    assert prompt.gaps == {"company", "ticket"}


def test_a_prompt_that_is_not_there_is_none_and_its_user_says_so() -> None:
    assert read_prompt(snapshot(models=MODELS), "triage") == (None, ())


@pytest.mark.parametrize("models", [{}, {"models": MODELS.replace("small", "large")}])
def test_a_model_that_does_not_exist_is_told_where_it_is_named(models: dict[str, str]) -> None:
    prompt, (finding,) = read_prompt(snapshot(prompt=PROMPT, **models), "triage")
    assert prompt is None
    assert str(finding).startswith("policies/prompts/triage.yaml:3:8: prompt-broken: there is no")
    assert ("`large`, `own`" if models else "add it") in finding.hint or models


def test_models_that_cannot_be_read_are_what_is_wrong_with_a_prompt() -> None:
    _, (finding,) = read_prompt(snapshot(models="models: 3", prompt=PROMPT), "triage")
    assert finding.location.path == "policies/models.yaml"


@pytest.mark.parametrize("text", ["title: x", "- x", "a: [", PROMPT + "model: own\n"])
def test_a_broken_prompt_is_told(text: str) -> None:
    prompt, findings = read_prompt(snapshot(models=MODELS, prompt=text), "triage")
    assert prompt is None
    assert {finding.location.path for finding in findings} == {"policies/prompts/triage.yaml"}


def test_the_digest_covers_prompt_and_model_and_no_comment() -> None:
    def digest(models: str, prompt: str) -> str:
        found, _ = read_prompt(snapshot(models=models, prompt=prompt), "triage")
        assert found is not None
        return found.digest

    same = digest(MODELS, PROMPT)
    assert digest(f"# Ours.\n{MODELS}", f"# Theirs.\n{PROMPT}") == same
    assert digest(MODELS.replace("model-1", "model-2"), PROMPT) != same
    assert digest(MODELS, PROMPT.replace("Sort this", "Judge this")) != same


def test_recordings_of_a_snapshot_are_found_by_path() -> None:
    files = HeldSnapshot({"policies/recordings/a/b.json": "{}\n"})
    recordings = recordings_in(files)
    assert recordings("policies/recordings/a/b.json") == "{}\n"
    assert recordings("policies/recordings/a/c.json") is None


def test_a_recording_that_is_no_text_is_damaged_and_not_missing() -> None:
    files = HeldSnapshot({"policies/recordings/a/b.json": "\0"})
    assert recordings_in(files)("policies/recordings/a/b.json") == ""
