"""What people read of a flow."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from opsrail.flows.explaining import in_words
from opsrail.flows.reading import read_flows
from opsrail.repo.formats import FileFormat
from tests.flows.toy import ECHO, FLOW, PLAIN
from tests.tailor.held import HeldSnapshot


class Settings(FileFormat):
    examples: str = Field(default="", description="A file of tickets.")
    least: int = Field(default=3, description="The fewest tickets.")
    rules: tuple[str, ...] = Field(default=(), description="What decides.")


def explained(text: str) -> str:
    kinds = {"echo": replace(ECHO, settings=Settings)}
    reads = read_flows(HeldSnapshot({FLOW: text}), kinds)
    return in_words(reads["echo"], reads)


def test_settings_are_listed_with_their_value_and_what_they_mean() -> None:
    rules = ", ".join(f"a rule that is long {n}" for n in range(5))
    out = explained(f"{PLAIN}settings: {{examples: a/b.csv, rules: [{rules}]}}\n")
    assert "  examples: a/b.csv – A file of tickets." in out
    assert "  least: 3, since it is left out – The fewest tickets." in out
    assert "  rules: 5 items – What decides." in out


def test_what_it_may_do_and_who_has_to_say_yes_is_told() -> None:
    out = explained(PLAIN + "permissions: [propose-branch]\napproval: leads\n")
    assert "make a branch with a proposed edit; it is never pushed" in out
    assert "have no effect before somebody of leads says yes" in out


def test_a_flow_that_may_nothing_says_so_and_that_no_model_is_asked() -> None:
    out = " ".join(explained(PLAIN).split())
    assert "May do nothing but work on its input" in out
    assert "No model is asked: the flow has no prompt." in out


def test_parts_of_inputs_are_told_with_their_kinds() -> None:
    schema = (
        "input: {type: object, required: [text], properties: {text: {type: string,"
        " description: What to say.}, how: {enum: [loud, soft]}, parts: {type: array,"
        " items: {type: object, properties: {id: {type: [string, 'null']}}}}}}\n"
    )
    out = explained(PLAIN + schema)
    assert "  text (text): What to say.\n" in out
    assert "  how (one of loud, soft, may be left out)\n" in out
    assert "  parts (list, may be left out)\n    id (text or nothing, may be left out)\n" in out
