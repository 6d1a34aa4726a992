from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from opsrail.flows.model import Misconfigured, Task, World
from opsrail.flows.schemas import problems
from opsrail.flows.tasks.triage import KIND
from opsrail.llm.prompts import Untrusted
from tests.tailor.held import catalog_of

PATH = "policies/flows/examples/made-up.jsonl"
RULES = [
    {
        "priority": "P1",
        "because": "Another client's record was shown",
        "when": {"words": ["wrong client*", "another … record"], "without": ["music record*"]},
    },
    {"priority": "P2", "because": "House waits least", "when": {"plan": ["house"]}},
    {"priority": "P4", "because": "It is a question", "when": {"intent": ["hours"]}},
]
SETTINGS: Mapping[str, Any] = {
    "examples": PATH,
    "sure": 0.8,
    "intents": {"hours": {"about": "When the shop is open."}},
    "priorities": RULES,
}


def examples() -> str:
    """A small world: money, hours, signing in. Each told in a dozen ways."""
    told = {
        "refund": ("refund my money {0}", "billing", "P3", "negative"),
        "hours": ("when do you open on {0}", "calendar", "P4", "neutral"),
        "locked": ("locked out, password {0} refused", "access", "P3", "negative"),
    }
    ends = "today monday quickly please now again friday noon soon twice early late".split()
    rows = [
        {
            "subject": intent if number % 2 else "help",
            "body": text.format(end),
            "intent": intent,
            "area": area,
            "priority": priority,
            "sentiment": sentiment,
        }
        for intent, (text, area, priority, sentiment) in told.items()
        for number, end in enumerate(ends)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows)


def opened(text: str | None = None, **changed: Any) -> Task:  # noqa: ANN401 - any setting
    files = {PATH: examples() if text is None else text}
    world = World(catalog_of(files), date(2026, 11, 22))
    return KIND.open(world, {**SETTINGS, **changed})


def ticket(body: str, **more: str) -> dict[str, str]:
    return {"subject": "", "body": body, **more}


def output(task: Task, given: Mapping[str, Any]) -> dict[str, Any]:
    found = task.baseline(given)
    assert isinstance(found, dict)
    assert problems(KIND.output, found) == ()
    return found


@pytest.fixture(scope="module")
def task() -> Task:
    return opened()


def test_a_ticket_like_the_examples_is_sorted_and_the_words_that_told_are_said(task: Task) -> None:
    found = output(task, ticket("Please refund my money, it was too much"))
    assert (found["intent"], found["area"], found["is_sure"]) == ("refund", "billing", True)
    assert found["sentiment"] == "negative"
    assert next(iter(found["confidence"])) == "refund"
    assert "refund" in found["reasons"][0]
    assert "“money”" in found["reasons"][0]


def test_a_ticket_about_something_else_is_left_to_a_person(task: Task) -> None:
    found = output(task, ticket("Lanterns for Iceland, a hundred"))
    assert (found["intent"], found["is_sure"]) == (None, False)
    assert "A person has to sort it" in found["reasons"][0]


def test_an_area_is_told_where_its_intents_are_likely_enough_together() -> None:
    rows = [json.loads(line) for line in examples().splitlines()]
    twins = [{**row, "intent": "refund-b"} for row in rows if row["intent"] == "refund"]
    text = "".join(json.dumps(row) + "\n" for row in [*rows, *twins])
    found = output(opened(text, threshold=0.6), ticket("refund my money today"))
    assert (found["intent"], found["area"]) == (None, "billing")
    assert "It belongs to billing all the same" in found["reasons"][1]


def test_a_threshold_by_hand_is_what_counts(task: Task) -> None:
    given = ticket("when do you open on monday")
    assert output(task, given)["is_sure"]
    assert not output(opened(threshold=1.0), given)["is_sure"]


@pytest.mark.parametrize(
    ("given", "priority", "said"),
    [
        (ticket("I see the wrong client's notes", plan="house"), "P1", "it says “wrong client*”"),
        (ticket("another dog owner's record opens"), "P1", "“another … record”"),
        (ticket("another music record of my refund money today"), "P3", "no rule fits it"),
        (ticket("refund my money today", plan="House"), "P2", "House waits least"),
        (ticket("when do you open on friday"), "P4", "It is a question"),
        (ticket("refund my money today"), "P3", "as tickets like it have"),
    ],
)
def test_the_first_rule_that_fits_gives_the_priority_and_else_the_examples_do(
    task: Task, given: dict[str, str], priority: str, said: str
) -> None:
    found = output(task, given)
    assert found["priority"] == priority
    assert any(said in reason for reason in found["reasons"])


def test_a_default_priority_takes_the_place_of_what_the_examples_say() -> None:
    found = output(opened(otherwise="P4"), ticket("refund my money today"))
    assert found["priority"] == "P4"
    assert "P4, since no rule fits it." in found["reasons"]


def test_without_sentiments_in_the_examples_none_is_told() -> None:
    text = examples().replace('"sentiment"', '"mood"')
    assert output(opened(text), ticket("refund my money"))["sentiment"] is None


@pytest.mark.parametrize("body", ["", "???", "\n\n", "> refund my money today", "🙂🙂"])
def test_a_ticket_without_words_of_its_own_is_left_open(task: Task, body: str) -> None:
    found = output(task, ticket(body))
    assert (found["intent"], found["confidence"]) == (None, {})
    assert found["reasons"][0] == "There are no words in it."


def test_the_same_examples_give_the_same_answers_also_in_many_threads() -> None:
    given = [ticket(f"refund my money {word} open") for word in "today monday noon".split()] * 8
    one, other = opened(), opened()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one.baseline, given)) == [other.baseline(each) for each in given]


def test_columns_may_be_called_otherwise_and_a_table_will_do() -> None:
    rows = [json.loads(line) for line in examples().splitlines()]
    table = "text,topic\n" + "".join(f'"{row["body"]}",{row["intent"]}\n' for row in rows)
    path = "policies/flows/examples/made-up.csv"
    world = World(catalog_of({path: table}), date(2026, 11, 22))
    columns = {"body": "text", "intent": "topic"}
    task = KIND.open(world, {"examples": path, "columns": columns, "sure": 0.8, "otherwise": "P3"})
    found = output(task, ticket("when do you open on monday"))
    assert (found["intent"], found["area"], found["sentiment"]) == ("hours", None, None)


@pytest.mark.parametrize(
    ("text", "changed", "route", "said"),
    [
        (None, {"examples": "policies/none.csv"}, ("examples",), "not in the repository"),
        ("{oops\n", {}, ("examples",), "line 1 of"),
        ("[1]\n", {}, ("examples",), "no JSON object"),
        ("\n", {}, ("examples",), "no text to learn from"),
        (None, {"columns": {"body": "words", "subject": "no"}}, ("columns",), "no text to learn"),
        (None, {"columns": {"intent": "topic"}}, ("columns",), "0 intents"),
        (None, {"intents": {"holiday": {}}}, ("intents", "holiday"), "no example has the intent"),
        (None, {"order": ["P1", "P2", "P4"]}, ("order",), "has the priority P3"),
        (None, {"columns": {"priority": "none"}}, ("otherwise",), "no example has a priority"),
        (
            None,
            {"priorities": [{"priority": "P1", "because": "x", "when": {"words": ["…"]}}]},
            ("priorities", 0, "when", "words"),
            "no word to look for",
        ),
        (
            None,
            {"priorities": [{"priority": "P9", "because": "x", "when": {}}]},
            (),
            "does not have the priority P9",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_told_with_their_place(
    text: str | None, changed: dict[str, Any], route: tuple[str | int, ...], said: str
) -> None:
    with pytest.raises(Misconfigured, match=said) as raised:
        opened(text, **changed)
    assert raised.value.route == route


@pytest.mark.parametrize(
    "table", ['body,intent\n"a,b\n', "body,intent\na\n", "body,intent\na,b,c\n"]
)
def test_a_table_that_is_none_is_told_with_its_line(table: str) -> None:
    path = "policies/flows/examples/made-up.csv"
    world = World(catalog_of({path: table}), date(2026, 11, 22))
    with pytest.raises(Misconfigured, match="line 2 of"):
        KIND.open(world, {**SETTINGS, "examples": path})


def test_a_model_is_asked_only_where_the_examples_leave_it_open(task: Task) -> None:
    clear, open_ = (
        ticket("refund my money today"),
        ticket("Lanterns for Iceland, a hundred", plan="house"),
    )
    assert task.filling(clear, task.baseline(clear)) is None
    filling = task.filling(open_, task.baseline(open_))
    assert filling is not None
    assert filling.keys() == KIND.fills
    assert isinstance(filling["ticket"], Untrusted)
    assert "Iceland" in filling["ticket"].text
    assert "- hours: When the shop is open." in str(filling["intents"])
    always = opened(ask="always")
    assert always.filling(clear, always.baseline(clear)) is not None


def completed(task: Task, given: Mapping[str, Any], **answer: str | None) -> dict[str, Any]:
    whole = {
        "intent": None,
        "priority": "P3",
        "sentiment": "neutral",
        "why": "It says so.",
        **answer,
    }
    assert problems(KIND.answer, whole) == ()
    found = task.completed(given, task.baseline(given), whole)
    assert isinstance(found, dict)
    assert problems(KIND.output, found) == ()
    return found


def test_a_models_intent_is_sure_only_where_the_examples_lean_the_same_way() -> None:
    task = opened(threshold=1.0)
    given = ticket("refund my money today")
    agreed = completed(task, given, intent="refund")
    assert (agreed["intent"], agreed["area"], agreed["is_sure"]) == ("refund", "billing", True)
    other = completed(task, given, intent="hours")
    assert (other["intent"], other["area"], other["is_sure"]) == ("hours", "calendar", False)
    assert not completed(task, given)["is_sure"]
    assert completed(task, given, intent="None", sentiment=" null ") == completed(
        task, given, sentiment=None
    )
    assert agreed["reasons"][0] == "A model took it for refund."


@pytest.mark.parametrize(
    ("body", "said", "priority"),
    [
        ("I see the wrong client's notes", "P4", "P1"),  # a rule is never lowered
        ("when do you open on friday", "P1", "P1"),  # and may be raised
        ("Lanterns for Iceland", "P2", "P2"),  # without a rule the model decides
    ],
)
def test_a_model_makes_more_urgent_than_a_rule_never_less(
    task: Task, body: str, said: str, priority: str
) -> None:
    found = completed(task, ticket(body), intent="hours" if "open" in body else None, priority=said)
    assert found["priority"] == priority
    assert task.faults(ticket(body), found) == []


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({"intent": "lanterns"}, "there is no intent “lanterns”"),
        ({"priority": "P0"}, "there is no priority “P0”"),
        ({"sentiment": "furious"}, "there is no sentiment “furious”"),
    ],
)
def test_a_name_that_the_flow_does_not_know_is_a_fault(
    task: Task, answer: dict[str, str], fault: str
) -> None:
    given = ticket("Lanterns for Iceland")
    (said,) = task.faults(given, completed(task, given, **answer))
    assert said.startswith(fault)


def test_knowing_the_kinds_loads_no_heavy_library() -> None:
    program = (
        "import sys; import opsrail.flows.tasks.triage, opsrail.flows.tasks.duplicates;"
        "print({'numpy', 'scipy', 'sklearn'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
