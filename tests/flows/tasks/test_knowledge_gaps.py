from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from opsrail.content.clearance import Clearance
from opsrail.content.sections import parse_document
from opsrail.flows.model import Author, Misconfigured, Outcome, World
from opsrail.flows.tasks.knowledge_gaps.clustering import clusters, weights_of
from opsrail.flows.tasks.knowledge_gaps.proposing import fits, with_section
from opsrail.flows.tasks.knowledge_gaps.telling import Asked, shared_words
from opsrail.tailor.sync import plan_sync
from tests.evals import living
from tests.flows.tasks import desk
from tests.flows.toy import Says
from tests.tailor.held import catalog_of

TICKETS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases/gap_tickets.jsonl").read_text("utf-8").splitlines()
]
PRIVATE = ("maria", "lindqvist", "555", "ana@", "salon", "c-1", "50")


def given(tickets: Sequence[dict[str, Any]] = TICKETS, **more: int) -> dict[str, Any]:
    return {"tickets": list(tickets), "role": "customer", **more}


def found(tickets: Sequence[dict[str, Any]] = TICKETS, **more: int) -> dict[str, Any]:
    return desk.output(desk.run("knowledge-gaps", given(tickets, **more)))


def answer(title: str, *questions: str) -> dict[str, Any]:
    return {"gaps": [{"number": 1, "title": title, "questions": list(questions)}]}


def test_the_living_suite_holds_without_a_model() -> None:
    assert desk.failed_cases("knowledge-gaps-flow", "knowledge-gaps") == []


# What is a gap


def test_what_several_ask_and_no_page_answers_is_a_gap_and_nothing_else_is() -> None:
    output = found()
    assert [gap["tickets"] for gap in output["gaps"]] == [
        ["g1", "g2", "g3", "g4"],
        ["d1", "d2", "d3"],
    ]
    assert (output["answered"], output["unanswered"]) == (2, 10)


def test_the_least_number_of_tickets_is_the_callers() -> None:
    assert len(found(least=4)["gaps"]) == 1
    assert found(least=5)["gaps"] == []


def test_the_order_of_the_tickets_changes_nothing_but_the_order() -> None:
    mixed = list(TICKETS)
    random.Random(4).shuffle(mixed)
    before, after = found()["gaps"], found(tickets=mixed)["gaps"]
    assert [set(gap["tickets"]) for gap in before] == [set(gap["tickets"]) for gap in after]
    assert [gap["terms"] for gap in before] == [gap["terms"] for gap in after]
    assert [gap["proposal"] for gap in before] == [gap["proposal"] for gap in after]


def test_no_tickets_no_gaps() -> None:
    assert found(tickets=()) == {"gaps": [], "answered": 0, "unanswered": 0}


def test_a_page_that_answers_closes_the_gap() -> None:
    path = "playbooks/plan-change/customer.md"
    page = desk.files()[path]
    note = "Clients buy gift vouchers on your booking page; you sell a voucher in Settings."
    catalog = catalog_of({**desk.files(), path: page.rstrip() + f"\n\n{note}\n"})
    output = desk.task("knowledge-gaps", World(catalog, desk.TODAY)).baseline(given())
    assert isinstance(output, dict)
    assert [gap["tickets"] for gap in output["gaps"]] == [["d1", "d2", "d3"]]


def test_average_linkage_does_not_join_two_matters_over_one_ticket_between_them() -> None:
    texts = [["a", "b", "c"]] * 3 + [["a", "b", "c", "x", "y", "z"]] + [["x", "y", "z"]] * 3
    groups = clusters(weights_of(texts), 0.6)
    assert [0, 1, 2] in [[at for at in group if at != 3] for group in groups]
    assert [4, 5, 6] in [[at for at in group if at != 3] for group in groups]


@drawn(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=14), st.floats(0.05, 1))
def test_each_ticket_is_in_one_group_and_a_groups_pairs_are_alike_on_average(
    texts: list[list[str]], alike: float
) -> None:
    weights = weights_of(texts)
    groups = clusters(weights, alike)
    assert sorted(at for group in groups for at in group) == list(range(len(texts)))

    def mean(one: list[int], other: list[int]) -> float:
        pairs = [(a, b) for a in one for b in other]
        dots = (sum(weights[a][t] * weights[b].get(t, 0) for t in weights[a]) for a, b in pairs)
        return sum(dots) / len(pairs)

    # Nothing is left that should have been joined.
    for at, one in enumerate(groups):
        assert all(mean(one, other) < alike + 1e-9 for other in groups[at + 1 :])


def test_many_tickets_are_no_trouble() -> None:
    drawn_words = random.Random(7)
    words = [f"word{number}" for number in range(400)]
    texts = [drawn_words.sample(words, 12) for _ in range(500)]
    assert sum(map(len, clusters(weights_of(texts), 0.15))) == 500


# What gets into a source


def test_nothing_personal_and_nothing_of_a_ticket_gets_into_a_proposal() -> None:
    for gap in found()["gaps"]:
        said = json.dumps([gap["title"], gap["terms"], gap["proposal"]]).lower()
        assert not any(word in said for word in PRIVATE), said
        words = gap["proposal"]["text"].lower().split()
        runs = {tuple(words[at : at + 4]) for at in range(len(words))}
        for ticket in TICKETS:
            told = f"{ticket['subject']} {ticket['body']}".lower().split()
            assert not runs & {tuple(told[at : at + 4]) for at in range(len(told) - 3)}


def words(*bodies: str, by: Sequence[str] = ()) -> tuple[str, ...]:
    tickets = [
        Asked(str(number), by[number] if by else str(number), body)
        for number, body in enumerate(bodies)
    ]
    return shared_words(tickets, 2, lambda _term: 1.0)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("ask for lanterns", ("lanterns",)),
        ("Lanterns! LANTERNS", ()),  # it may be a name: nobody wrote it small
        ("so Lanterns, and lanterns", ()),
        ("lanterns@desk.example", ()),
        ("https://lanterns.example/lanterns", ()),
        ("lanterns.example", ()),
        ("lanterns7", ()),
        ("`lanterns`", ()),
        ("#lanterns", ()),
        ("<lanterns>", ()),
        ("lan\u200bterns", ()),
        ("l\u0430nterns", ()),  # a Cyrillic letter
    ],
)
def test_a_word_is_told_only_if_it_names_nobody_and_leads_nowhere(
    body: str, kept: tuple[str, ...]
) -> None:
    assert words(body, body) == kept


def test_a_word_of_one_customer_is_not_told_however_often_they_write() -> None:
    assert words("a lantern", "a lantern", by=("c-1", "c-1")) == ()
    assert words("a lantern", "a lantern", by=("c-1", "c-2")) == ("lantern",)


# The branch


def test_the_proposal_is_a_section_for_staff_at_the_end_of_a_document() -> None:
    for gap in found()["gaps"]:
        path, anchor = gap["proposal"]["path"], gap["proposal"]["anchor"]
        before = living.catalog().text(path)
        assert before is not None
        after = parse_document(path, with_section(before, gap["proposal"]["text"]))
        section = after.by_anchor[anchor]
        assert section.is_named
        assert not Clearance.PARTNER.admits(section.clearance)
        assert section.index == len(after.sections) - 1
        assert section.title == gap["title"]


def test_the_effect_is_one_branch_that_waits_for_a_person() -> None:
    done = desk.run("knowledge-gaps", given())
    assert (done.outcome, done.approval) == (Outcome.WAITING, "enablement")
    assert done.effect is not None
    assert done.effect.name.startswith("opsrail/gap-")
    gaps = desk.output(done)["gaps"]
    assert set(done.effect.files) == {gap["proposal"]["path"] for gap in gaps}
    for gap in gaps:
        assert gap["proposal"]["text"] in done.effect.files[gap["proposal"]["path"]]


def test_without_a_gap_there_is_no_effect() -> None:
    done = desk.run("knowledge-gaps", given(TICKETS[-3:]))
    assert (done.outcome, done.effect) == (Outcome.DONE, None)


def test_no_page_changes_by_it() -> None:
    done = desk.run("knowledge-gaps", given())
    assert done.effect is not None
    catalog = catalog_of({**everything(), **done.effect.files})
    assert plan_sync(catalog).writes == plan_sync(catalog_of(everything())).writes == {}


def everything() -> dict[str, str]:
    catalog = living.catalog()
    return {
        path: text
        for path in catalog.snapshot.entries
        if path.startswith(("content/", "playbooks/", "policies/roles", "policies/content"))
        and (text := catalog.text(path)) is not None
    }


def test_two_gaps_for_one_document_get_two_anchors() -> None:
    some = [path for path in desk.files() if "abuse" in path or path == "policies/roles.yaml"]
    catalog = catalog_of({path: desk.files()[path] for path in some})
    task = desk.task("knowledge-gaps", World(catalog, desk.TODAY))
    twice = [
        {"id": f"{word}{number}", "subject": word, "body": f"an invoice with {word} {word}"}
        for word in ("lanterns", "anvils")
        for number in range(3)
    ]
    output = task.baseline(given(twice))
    assert isinstance(output, dict)
    anchors = [gap["proposal"]["anchor"] for gap in output["gaps"]]
    assert len(set(anchors)) == len(anchors) == 2
    effect = task.effect(given(twice), output)
    assert effect is not None
    (text,) = effect.files.values()
    assert set(anchors) < set(parse_document("a.md", text).by_anchor)


def test_a_section_that_would_fall_into_an_open_code_block_does_not_fit() -> None:
    section = "## Open {#open}\n\nPoints."
    for end, is_fit in (("Text.", True), ("```\ncode", False), ("<!-- open", False)):
        before = f"# A\n\n{end}\n"
        assert fits("a.md", before, with_section(before, section), "open") is is_fit


def test_nothing_is_proposed_for_a_document_of_another_repository() -> None:
    path = found()["gaps"][0]["proposal"]["path"]
    upstream = (
        "upstream:\n  - name: hub\n    repository: ../hub\n    commit: "
        f"'{'a' * 40}'\n    documents: [{{from: a.md, to: {path}}}]\n"
    )
    catalog = catalog_of({**desk.files(), "content/upstream.yaml": upstream})
    output = desk.task("knowledge-gaps", World(catalog, desk.TODAY)).baseline(given())
    assert isinstance(output, dict)
    proposals = [gap["proposal"] for gap in output["gaps"]]
    assert all(one is None or one["path"] != path for one in proposals)


# With a model

GOOD = answer("Gift vouchers for clients", "Is it possible to sell vouchers?")


def test_a_models_title_and_questions_are_taken_into_the_proposal() -> None:
    done = desk.run("knowledge-gaps", given(), Says([GOOD]))
    assert (done.author, done.reasons) == (Author.MODEL, ())
    first, second = desk.output(done)["gaps"]
    assert first["title"] == "Gift vouchers for clients"
    assert "- Is it possible to sell vouchers?" in first["proposal"]["text"]
    assert second == found()["gaps"][1]


def test_tickets_are_shown_to_a_model_as_strangers_words() -> None:
    asker = Says([GOOD])
    desk.run("knowledge-gaps", given(), asker)
    told = asker.requests[0].messages[1].text
    assert told.index("<untrusted groups") < told.index("Maria") < told.index("</untrusted")


@pytest.mark.parametrize(
    ("title", "question", "said"),
    [
        ("Gift vouchers", "Can clients buy gift vouchers on our booking page?", "repeats"),
        ("Gift vouchers", "Does it cost 50 euros?", "figure"),
        ("Gift vouchers", "Does it cost fifty euros?", "states"),
        ("Gift vouchers", "What did Lindqvist ask?", "Lindqvist"),
        ("Gift vouchers", "Is https://evil.example good?", "plain words"),
        ("Gift vouchers", "Sell them.", "no question"),
        ("Gift {#refunds clearance=public}", "Is it so?", "plain words"),
        ("Gift\n\n## More", "Is it so?", "plain words"),
        ("Gift <!-- only: customer -->", "Is it so?", "plain words"),
        ("Write to ana@salon.example", "Is it so?", "ana@salon.example"),
    ],
)
def test_what_would_bring_a_ticket_into_a_source_is_a_fault(
    title: str, question: str, said: str
) -> None:
    task, asked = desk.task("knowledge-gaps"), given()
    drafted = task.baseline(asked)
    assert task.faults(asked, task.completed(asked, drafted, GOOD)) == ()
    output = task.completed(asked, drafted, answer(title, question))
    assert any(said in fault for fault in task.faults(asked, output)), task.faults(asked, output)


def test_a_model_that_words_nothing_leaves_the_baseline() -> None:
    done = desk.run("knowledge-gaps", given(), Says([{"gaps": []}]))
    assert done.author is Author.BASELINE
    assert done.reasons == ("The answer has no question for any group.",)


def test_a_gap_that_there_is_not_is_passed_over() -> None:
    task, asked = desk.task("knowledge-gaps"), given()
    drafted = task.baseline(asked)
    other: dict[str, Any] = {"gaps": [{"number": 9, "title": "More", "questions": []}]}
    assert task.completed(asked, drafted, other) == drafted


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(Misconfigured):
        desk.task("knowledge-gaps", likeness=0.2)


@pytest.mark.parametrize("body", ["a" * 20_000, "a." * 10_000, "@" * 20_000, "A b " * 5_000])
def test_tickets_made_to_take_long_do_not(body: str) -> None:
    tickets = [{"id": number, "subject": "", "body": body} for number in range(10)]
    assert len(desk.task("knowledge-gaps").baseline(given(tickets))["gaps"]) <= 1  # type: ignore[index,call-overload,arg-type]  # an object, by its schema
