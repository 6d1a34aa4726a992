"""A pull request that edits a prompt, without a key: it gets a verdict all the same."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk
from tests.llm.endpoint_double import KEY, Answered, Seen, chat, serving

MODELS = "models:\n  small: {name: tiny-1, price: {input: 0, output: 0}, retries: 0}\n"
PROMPT = """title: Plain words
owner: enablement
model: small
suite: plain
system: You write for people in a hurry.
user: "Say this plainly: {text}"
"""
SUITE = """title: Plain words stay true
owner: enablement
target: {prompt: plain}
judge: each
scorers: [{faithful: {source: "{input.text}"}}]
cases:
  - id: window
    ask: A period.
    input: {text: A charge may be refunded within 30 days.}
"""


def honest(seen: Seen) -> Answered:
    """The text, or another period where it was told to explain."""
    asked = seen.body["messages"]
    text = asked[1]["content"].split(">\n", 1)[1].rsplit("\n</untrusted", 1)[0]
    return chat(text.replace("30", "45") if "explain" in asked[0]["content"] else text)


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Its prompt has a suite, with recordings."""
    desk.write("policies/models.yaml", MODELS)
    desk.write("policies/prompts/plain.yaml", PROMPT)
    desk.write("policies/evals/plain.yaml", SUITE)
    with serving(honest) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        monkeypatch.setenv("OPSRAIL_LLM_KEY", KEY)
        ran = desk.opsrail("eval", "plain", "--model", "record")
    assert ran.code == 0, ran
    monkeypatch.delenv("OPSRAIL_LLM_URL")
    monkeypatch.delenv("OPSRAIL_LLM_KEY")
    desk.commit()
    return desk


def edit_prompt(desk: Desk) -> None:
    desk.edit("policies/prompts/plain.yaml", "You write", "You explain")


def test_nothing_is_asked_where_nothing_changed(desk: Desk) -> None:
    assert desk.opsrail("check").code == 0
    assert desk.opsrail("check", "--base", "HEAD").code == 0


def test_an_edited_prompt_without_recordings_closes_and_says_what_to_do(desk: Desk) -> None:
    edit_prompt(desk)
    ran = desk.opsrail("check", "--base", "HEAD")
    assert ran.code == 1
    assert "eval-not-comparable" in ran.out
    assert "--model record" in ran.out
    assert "1 eval suite: plain" in desk.opsrail("diff").out


def test_an_edited_prompt_with_recordings_is_held_against_base(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_prompt(desk)
    with serving(honest) as double:
        monkeypatch.setenv("OPSRAIL_LLM_URL", double.url)
        monkeypatch.setenv("OPSRAIL_LLM_KEY", KEY)
        assert desk.opsrail("eval", "plain", "--model", "record", "--base", "HEAD").code == 1
        assert len(double.seen) == 1  # base is recorded already
    monkeypatch.delenv("OPSRAIL_LLM_URL")
    ran = desk.opsrail("check", "--base", "HEAD")
    assert ran.code == 1
    assert "eval-regression" in ran.out
    assert "45 days" in ran.out
