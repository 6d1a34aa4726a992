from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from opsrail.flows.model import Misconfigured, Task, World
from opsrail.flows.schemas import problems
from opsrail.flows.tasks.duplicates import KIND
from opsrail.flows.tasks.duplicates.grouping import groups_of, nearest_pairs
from opsrail.flows.tasks.duplicates.likeness import batch_of
from opsrail.flows.tasks.duplicates.marks import Mark, marks_of, rare
from opsrail.flows.tasks.duplicates.ticket import tickets_of
from opsrail.llm.prompts import Untrusted
from tests.tailor.held import catalog_of

PATH = "policies/flows/examples/made-up.jsonl"
LOOP = "single sign-on sends us round in circles in a private window"


def opened(text: str | None = None, **changed: Any) -> Task:  # noqa: ANN401 - any setting
    files = {} if text is None else {PATH: text}
    return KIND.open(World(catalog_of(files), date(2026, 11, 22)), changed)


def ticket(name: str, body: str, at: str = "2026-11-02T08:00:00Z", **more: str) -> dict[str, str]:
    return {"id": name, "subject": "", "body": body, "at": at, **more}


def output(given: dict[str, Any], task: Task | None = None) -> dict[str, Any]:
    found = (task or opened()).baseline(given)
    assert isinstance(found, dict)
    assert problems(KIND.output, found) == ()
    return found


def linked(*tickets: dict[str, str], **more: float) -> list[str]:
    found: list[str] = output({"tickets": list(tickets), **more})["linked"]
    return found


def test_the_same_fault_in_other_words_is_one_group_with_the_oldest_first() -> None:
    found = output(
        {
            "tickets": [
                ticket("t-9", LOOP),
                ticket("t-1", f"{LOOP}, since today", at="2026-11-02T09:00:00Z"),
                ticket("t-2", "how do I close on sundays"),
            ]
        }
    )
    assert found["linked"] == ["t-9 = t-1"]
    assert found["groups"][0]["same"].startswith("They speak of “")
    assert found["pairs"][0]["ids"] == ["t-9", "t-1"]
    assert found["pairs"][0]["score"] == found["groups"][0]["score"] >= 0.5


def test_what_they_share_is_said() -> None:
    one = ticket("a", "payout PO-7781 is missing", customer_id="c-1")
    other = ticket("b", "where is payout PO-7781", customer_id="c-1")
    (group,) = output({"tickets": [one, other]})["groups"]
    assert group["same"].startswith("The same customer; they name po-7781; they speak of")
    (again,) = output({"tickets": [one, {**one, "id": "z"}]})["groups"]
    assert again["same"].startswith("The same text;")
    assert again["score"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("invoice 2231 shows a wrong total", "invoice 8809 shows a wrong total"),
        ("PO-7781 has not arrived yet", "PO-7790 has not arrived yet"),
    ],
)
def test_different_numbers_keep_apart_what_is_said_in_the_same_words(one: str, other: str) -> None:
    assert linked(ticket("a", one), ticket("b", other)) == []
    assert linked(ticket("a", one), ticket("b", one)) == ["a = b"]


@pytest.mark.parametrize(("name", "found"), [("lark_e17", ["a = b"]), ("teapot", [])])
def test_one_error_code_is_worth_more_than_one_word(name: str, found: list[str]) -> None:
    one, other = f"export stops with {name}", f"{name} stops it"
    assert linked(ticket("a", one), ticket("b", other)) == found


def test_the_same_customer_is_likelier_to_mean_the_same() -> None:
    one = ticket("a", "the export stops at noon with teapot", customer_id="c-1")
    other = ticket("b", "at noon the teapot, export blocked", customer_id="c-1")
    assert linked(one, other) == ["a = b"]
    assert linked(one, {**other, "customer_id": "c-2"}) == []


def test_tickets_further_apart_than_allowed_are_never_linked() -> None:
    pair = (ticket("a", LOOP), ticket("b", LOOP, at="2026-11-02T12:00:00+02:00"))
    assert linked(*pair, within_hours=2) == ["a = b"]  # 08:00 and 10:00 UTC
    assert linked(*pair, within_hours=1.9) == []
    assert output({"tickets": list(pair)}, opened(within_hours=1))["linked"] == []
    timeless = (ticket("a", LOOP), ticket("b", LOOP, at="yesterday"))
    assert linked(*timeless, within_hours=1) == ["a = b"]


@pytest.mark.parametrize("tickets", [[], [ticket("a", LOOP)], [ticket("a", ""), ticket("b", "")]])
def test_where_there_is_nothing_to_compare_nothing_is_linked(tickets: list[dict[str, str]]) -> None:
    assert output({"tickets": tickets}) == {"groups": [], "pairs": [], "linked": []}


def test_a_ticket_that_stands_twice_in_a_batch_is_no_duplicate_of_itself() -> None:
    assert linked(ticket("a", LOOP), ticket("a", LOOP)) == []


def test_what_an_answer_quotes_is_not_compared() -> None:
    assert linked(ticket("a", LOOP), ticket("b", f"thank you\n> {LOOP}")) == []


def test_earlier_tickets_tell_which_words_mean_little() -> None:
    usual = "".join(f'{{"body": "please help us with our account {n}"}}\n' for n in range(40))
    pair = [
        ticket("a", "please help us with our account: the printer smokes"),
        ticket("b", "please help us with our account: who signs the lease"),
    ]
    alone, knowing = opened(), opened(usual, examples=PATH)
    assert output({"tickets": pair}, alone)["linked"] == ["a = b"]
    assert output({"tickets": pair}, knowing)["linked"] == []


@pytest.mark.parametrize(
    ("changed", "route"),
    [({"threshold": 2}, ("threshold",)), ({"examples": PATH}, ("examples",))],
)
def test_settings_that_cannot_be_used_are_told_with_their_place(
    changed: dict[str, Any], route: tuple[str, ...]
) -> None:
    with pytest.raises(Misconfigured) as raised:
        opened(**changed)
    assert raised.value.route == route


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see KI-44 or ki-44", {Mark("ki", "ki-44")}),
        ("Invoice no. 2231 and invoices 2232", {Mark("invoice", "2231"), Mark("invoice", "2232")}),
        ("status 429, too_many_calls", {Mark("status", "429"), Mark("code", "too_many_calls")}),
        ("at https://a.example/p/8.", {Mark("address", "https://a.example/p/8")}),
        ("write to Ann@desk.example!", {Mark("address", "ann@desk.example")}),
        ("on 2026-11-02 at 10:30 for USD 49, in 2026", set()),
    ],
)
def test_marks_are_names_of_one_thing(text: str, found: set[Mark]) -> None:
    assert marks_of(text) == found


def test_what_many_tickets_name_is_no_mark_of_any() -> None:
    usual, own = Mark("ki", "ki-44"), Mark("invoice", "2231")
    batch = [frozenset({usual})] * 9 + [frozenset({usual, own})]
    assert rare(batch) == [frozenset()] * 9 + [frozenset({own})]


def test_a_chain_does_not_grow_into_one_group() -> None:
    near, far = 0.8, 0.1
    chain = np.array([[0, near, far], [near, 0, near - 0.01], [far, near - 0.01, 0]])
    assert groups_of(chain, 0.5) == [(0, 1)]
    assert nearest_pairs(chain, 0.5) == [(0, 1), (1, 2)]


@settings(max_examples=60)
@given(
    st.integers(2, 12).flatmap(lambda n: arrays(float, (n, n), elements=st.floats(0, 1, width=16))),
    st.sampled_from([0.2, 0.5, 0.9]),
)
def test_every_two_of_a_group_are_alike_and_no_ticket_is_in_two(
    drawn: np.ndarray[tuple[int, int], np.dtype[np.float64]], threshold: float
) -> None:
    alike = np.maximum(drawn, drawn.T)
    np.fill_diagonal(alike, 0)
    groups = groups_of(alike, threshold)
    members = [at for group in groups for at in group]
    assert len(members) == len(set(members))
    for group in groups:
        assert all(alike[pair] >= threshold - 1e-9 for pair in combinations(group, 2))
    for one, other in combinations(groups, 2):  # what could be one group is one
        assert min(alike[a, b] for a in one for b in other) < threshold + 1e-9


BODIES = st.lists(
    st.lists(st.sampled_from("loop sign KI-44 KI-45 invoice app blue".split()), max_size=5).map(
        " ".join
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(BODIES, st.randoms(use_true_random=False))
def test_the_order_of_a_batch_changes_nothing(bodies: list[str], dice: Any) -> None:  # noqa: ANN401 - Hypothesis's own kind of dice
    tickets = [ticket(f"t-{at}", body) for at, body in enumerate(bodies)]
    shuffled = list(tickets)
    dice.shuffle(shuffled)
    assert output({"tickets": tickets}) == output({"tickets": shuffled})


@settings(max_examples=40)
@given(BODIES)
def test_likeness_is_between_0_and_1_and_the_same_both_ways(bodies: list[str]) -> None:
    tickets = tickets_of({"tickets": [ticket(f"t-{at}", f"x {b}") for at, b in enumerate(bodies)]})
    if len(tickets) > 1:
        alike = batch_of(tickets, (), None).alike
        assert ((alike >= 0) & (alike <= 1)).all()
        assert (alike == alike.T).all()


def test_two_thousand_tickets_are_one_batch() -> None:
    many = [
        ticket(f"t-{at:04}", f"{'abcdefghij'[at % 10] * 4} number{at // 2}", customer_id="c")
        for at in range(2_000)
    ]
    given_ = {"tickets": many}
    assert problems(KIND.input, given_) == ()
    found = output(given_)
    assert len(found["pairs"]) <= 2_000
    too_many = {"tickets": [*many, ticket("z", "z")]}
    assert problems(KIND.input, too_many) != ()


BATCH = {
    "tickets": [
        *(ticket(f"l-{at}", f"{LOOP} {word}") for at, word in enumerate(["today", "now", "again"])),
        *(
            ticket(f"r-{at}", f"rounding error, one cent off {word}")
            for at, word in enumerate("ab")
        ),
    ]
}


def judged(*groups: list[str], task: Task | None = None) -> tuple[dict[str, Any], list[str]]:
    task = task or opened()
    answer = {"groups": [{"ids": ids, "why": "The same fault."} for ids in groups]}
    assert problems(KIND.answer, answer) == ()
    found = task.completed(BATCH, task.baseline(BATCH), answer)
    assert isinstance(found, dict)
    assert problems(KIND.output, found) == ()
    return found, list(task.faults(BATCH, found))


def test_a_model_sees_the_groups_alone_and_nothing_where_there_are_none() -> None:
    task = opened()
    filling = task.filling(BATCH, task.baseline(BATCH))
    assert filling is not None
    assert filling.keys() == KIND.fills
    assert filling["count"] == "2"
    assert isinstance(filling["groups"], Untrusted)
    assert "ticket l-0" in filling["groups"].text
    alone = {"tickets": [ticket("a", LOOP), ticket("b", "blue")]}
    assert task.filling(alone, task.baseline(alone)) is None


def test_a_model_may_confirm_split_and_drop_groups() -> None:
    found, faults = judged(["l-2", "l-0"], ["r-0", "r-1"])
    assert faults == []
    assert sorted(found["linked"]) == ["l-0 = l-2", "r-0 = r-1"]
    assert all(not {"l-1"} & set(pair["ids"]) for pair in found["pairs"])
    found, faults = judged(["r-0", "r-1"])
    assert (found["linked"], faults) == (["r-0 = r-1"], [])


@pytest.mark.parametrize(
    ("groups", "fault"),
    [
        ([["l-0", "x-1"]], "there is no ticket x-1"),
        ([["l-0", "r-0"]], "were not proposed as one group"),
        ([["l-0", "l-1"], ["l-1", "l-2"]], "stands in two places"),
        ([["l-0", "l-0"]], "stands in two places"),
    ],
)
def test_a_model_cannot_make_up_tickets_or_groups(groups: list[list[str]], fault: str) -> None:
    faults = judged(*groups)[1]
    assert any(fault in one for one in faults), faults


def test_groups_that_a_model_did_not_see_stay_as_they_are() -> None:
    task = opened(most_asked=1)
    shown = task.baseline(BATCH)
    assert isinstance(shown, dict)
    first, second = shown["linked"]
    found, faults = judged(task=task)
    assert (found["linked"], faults) == ([second], [])
    assert first not in found["linked"]
