from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from opsrail.content.clearance import Clearance
from opsrail.content.facts import FactKind
from opsrail.content.statements import facts_in
from opsrail.evals.texts.plain import plain
from opsrail.flows.model import Author, Misconfigured, Outcome, World
from opsrail.flows.tasks.reply.checking import new_facts
from opsrail.flows.tasks.reply.letter import Letter, body_of, greeting, written
from tests.evals import living
from tests.flows.tasks import desk
from tests.flows.tasks.desk_tickets import TICKETS, UNSEEN, Ticket
from tests.flows.toy import Says

ELIGIBILITY = "content/sources/refunds.md#eligibility"
TIMING = "content/sources/refunds.md#timing"
REFUND = Ticket(
    "Refund",
    "Hi, you charged me 49 dollars last week and we don't use it any more. Can I get it refunded?",
    "eligibility",
)
VOUCHERS = Ticket("Gift vouchers", "Can clients buy gift vouchers on our booking page?", "")
GOOD = (
    "You can have a monthly charge back in full if you ask within 30 days of the charge. The"
    " request has to come from the account owner or an admin with the Billing right."
)


def given(ticket: Ticket = REFUND, role: str = "tier-1", name: str = "Robin") -> dict[str, Any]:
    told = {"subject": ticket.subject, "body": ticket.body}
    return {"ticket": told, "role": role, "customer_name": name}


def baseline(ticket: Ticket = REFUND, role: str = "tier-1", name: str = "Robin") -> dict[str, Any]:
    return desk.output(desk.run("reply-draft", given(ticket, role, name)))


def answer(reply: str = GOOD, *cited: str, is_answered: bool = True) -> dict[str, Any]:
    citations = list(cited or (ELIGIBILITY,))
    return {"is_answered": is_answered, "reply": reply, "citations": citations}


def faults(reply: str, *cited: str) -> Sequence[str]:
    task, asked = desk.task("reply"), given()
    drafted = task.baseline(asked)
    return task.faults(asked, task.completed(asked, drafted, answer(reply, *cited)))


def test_the_living_suite_holds_without_a_model() -> None:
    assert desk.failed_cases("reply-draft-flow", "reply-draft") == []


# Without a model


def test_the_baseline_quotes_the_section_with_its_conditions() -> None:
    output = baseline()
    assert output["is_answered"] is True
    assert "within **30 days** of the charge date" in output["reply"]
    assert "must come from the account owner" in output["reply"]
    assert output["citations"][0]["section"] == ELIGIBILITY
    assert output["reply"].startswith("Hello Robin,\n\n")


@pytest.mark.parametrize("ticket", UNSEEN)
def test_a_reply_states_only_facts_of_its_citations_and_each_quote_is_on_the_page(
    ticket: Ticket,
) -> None:
    output = baseline(ticket)
    page = {one["page"]: living.catalog().text(one["page"]) or "" for one in output["citations"]}
    known = {
        (fact.kind, fact.value)
        for one in output["citations"]
        for fact in facts_in(page[one["page"]])
    }
    for fact in facts_in(output["reply"]):
        assert fact.kind is FactKind.DEONTIC or (fact.kind, fact.value) in known
    for one in output["citations"]:
        source = " ".join(plain(page[one["page"]].replace(" | ", " ")).split())
        for line in one["quote"].replace(" | ", " ").split("\n\n"):
            first = plain(line.partition("\n")[0]).strip(" |")
            assert " ".join(first.split()) in source


@pytest.mark.parametrize("role", ["vendor-agent", "tier-1", "escalation", "team-lead"])
def test_whoever_asks_the_reply_is_the_customers_and_the_steps_are_the_agents(role: str) -> None:
    output = baseline(role=role)
    assert output["reply"] == baseline(role="customer")["reply"]
    assert {one["page"].rpartition("/")[2] for one in output["citations"]} == {"customer.md"}
    assert {one["page"].rpartition("/")[2] for one in output["for_agent"]} == {f"{role}.md"}


def test_the_agents_steps_end_where_the_agents_permissions_end() -> None:
    told = "\n".join(one["text"] for one in baseline(role="vendor-agent")["for_agent"])
    assert "stop here and escalate to **Tier 1 agent**" in told
    assert "wait for a yes" not in told


def test_no_reply_holds_what_stands_only_above_the_customers_clearance() -> None:
    catalog = living.catalog()
    closed = [
        " ".join(plain(block.text).split())
        for path in catalog.source_paths
        if (document := catalog.document(path))
        for section in document.sections
        if not Clearance.PUBLIC.admits(section.clearance)
        for block in section.blocks
        if len(block.text) > 60
    ]
    assert len(closed) > 100
    for ticket in TICKETS:
        reply = " ".join(plain(baseline(ticket)["reply"]).split())
        assert not any(text in reply for text in closed), ticket.subject


def test_without_an_answer_the_reply_promises_nothing_and_says_what_was_nearest() -> None:
    output = baseline(VOUCHERS)
    assert output["is_answered"] is False
    assert output["citations"] == []
    assert facts_in(output["reply"]) == []
    assert "No section of the reader's pages answers this" in output["missing"][0]
    assert output["confidence"] < 0.5


def test_a_customer_who_serves_themselves_gets_no_agents_steps() -> None:
    assert baseline(role="customer")["for_agent"] == []


def test_a_role_that_does_not_exist_gets_no_steps() -> None:
    assert baseline(role="gardener")["for_agent"] == []


@pytest.mark.parametrize(
    "name",
    [
        "https://robin.example",
        "Robin](https://x.example)",
        "<b>Robin</b>",
        "Robin\n\nSend 500",
        "4 Robin",
        "{name}",
        "R" * 41,
        "",
    ],
)
def test_what_is_no_name_is_not_repeated(name: str) -> None:
    letter = Letter()
    if name == "Robin\n\nSend 500":
        assert "500" not in greeting(letter, name)
    assert greeting(letter, name) == letter.greeting_without_name


@pytest.mark.parametrize(
    "name", ["Robin", "Ana María", "Jean-Luc O’Neill", "  李 明 ", "J. R. Hartley"]
)
def test_a_name_is_repeated_as_it_was_written(name: str) -> None:
    assert greeting(Letter(), name) == f"Hello {' '.join(name.split())},"


def test_a_letter_gives_its_body_back_and_anything_else_is_no_letter() -> None:
    letter = Letter()
    assert body_of(letter, "Robin", written(letter, "Robin", "One.\n\nTwo.\n")) == "One.\n\nTwo."
    assert body_of(letter, "Ana", written(letter, "Robin", "One.")) is None


# With a model


def test_a_models_answer_is_taken_in_our_letter_with_its_citations_quoted() -> None:
    asker = Says([answer(GOOD, ELIGIBILITY)])
    done = desk.run("reply-draft", given(), asker)
    assert (done.author, done.outcome, done.reasons) == (Author.MODEL, Outcome.DONE, ())
    output = desk.output(done)
    assert GOOD in output["reply"]
    assert [one["section"] for one in output["citations"]] == [ELIGIBILITY]
    assert output["citations"][0]["quote"]
    assert output["for_agent"] == baseline()["for_agent"]


def test_a_model_is_shown_the_customers_pages_alone_and_the_ticket_as_a_strangers_words() -> None:
    asker = Says([answer()])
    desk.run("reply-draft", given(), asker)
    (request,) = asker.requests
    told = "\n".join(message.text for message in request.messages)
    assert "A charge may be refunded within **30 days**" in told
    assert "Till" not in told
    assert "Robin" not in told
    assert told.index("<untrusted ticket") < told.index("you charged me 49 dollars")


def test_a_model_may_find_an_answer_where_the_baseline_was_not_sure() -> None:
    pause = next(one for one in TICKETS if one.answer == "pause")
    asker = Says(
        [answer("A paused account costs USD 5 a month.", "content/sources/plan-changes.md#pause")]
    )
    assert baseline(pause)["is_answered"] is False
    done = desk.run("reply-draft", given(pause), asker)
    assert done.reasons == ()
    assert desk.output(done)["is_answered"] is True


def test_a_model_that_sees_no_answer_gives_the_holding_reply() -> None:
    done = desk.run("reply-draft", given(), Says([answer("", is_answered=False)]))
    output = desk.output(done)
    assert done.author is Author.MODEL
    assert output["is_answered"] is False
    assert output["reply"] == baseline(VOUCHERS)["reply"]


def test_no_model_is_asked_where_nothing_comes_near() -> None:
    asker = Says([answer()])
    done = desk.run("reply-draft", given(Ticket("Fax", "Do you sell hedgehogs?", "")), asker)
    assert asker.requests == []
    assert done.author is Author.BASELINE


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ("You can have it back within 60 days of the charge.", "60 days"),
        ("Within 13 months of the charge a monthly plan is refunded in full.", "13 months"),
        ("Refunds over USD 500 are decided by a lead.", "USD 500"),
        ("A charge may not be refunded within 30 days of the charge date.", "may not"),
        ("Write to boss@evil.example.", "boss@evil.example"),
        ("See https://evil.example/refund.", "https://evil.example/refund"),
        ("Run `curl -O x`.", "curl"),
        ("Ask Marius Vandermeer for it.", "Vandermeer"),
        ("", "says nothing"),
    ],
)
def test_what_its_sections_do_not_say_is_a_fault(reply: str, said: str) -> None:
    assert faults(GOOD) == ()
    assert any(said in fault for fault in faults(reply, ELIGIBILITY)), faults(reply, ELIGIBILITY)


def test_a_fact_needs_the_section_that_has_it_among_the_citations() -> None:
    text = "On cards it takes 5 to 10 business days until it shows on the statement."
    assert faults(text, ELIGIBILITY)
    assert faults(text, ELIGIBILITY, TIMING) == ()


def test_a_section_that_it_was_not_given_cannot_be_cited() -> None:
    found = faults(GOOD, ELIGIBILITY, "content/sources/refunds.md#approval-bands")
    assert found == ("“content/sources/refunds.md#approval-bands” is none of the given sections.",)


def test_a_sentence_of_a_closed_section_is_a_fault_though_it_states_no_fact() -> None:
    closed = "Work one charge at a time: a request for three charges is three refunds"
    assert any("may not see" in fault for fault in faults(closed, ELIGIBILITY)), faults(closed)


def test_a_model_that_is_wrong_twice_leaves_the_baseline() -> None:
    asker = Says([answer("You have 60 days."), answer("See https://evil.example.")])
    done = desk.run("reply-draft", given(), asker)
    assert len(asker.requests) == 2
    assert "60 days" in asker.requests[1].messages[-1].text
    assert done.author is Author.BASELINE
    assert desk.output(done) == baseline()
    assert any("evil.example" in reason for reason in done.reasons)


# Settings


def test_a_reader_that_is_no_role_is_refused_at_its_place() -> None:
    with pytest.raises(Misconfigured, match="gardener") as refused:
        desk.task("reply", reader="gardener")
    assert refused.value.route == ("reader",)


def test_a_setting_that_there_is_not_is_refused() -> None:
    with pytest.raises(Misconfigured):
        desk.task("reply", treshold=0.4)


def test_another_reader_gets_that_readers_pages() -> None:
    task = desk.task("reply", reader="vendor-agent")
    output = task.baseline(given(Ticket("USD 79", "How do I refund a charge in Till?", "")))
    assert isinstance(output, dict)
    assert {one["page"].rpartition("/")[2] for one in output["citations"]} == {"vendor-agent.md"}


def test_a_section_closed_a_moment_ago_is_neither_quoted_nor_cited() -> None:
    closed = desk.changed("content/sources/refunds.md", ("{#timing", "{#timing clearance=staff"))
    task = desk.task("reply", World(closed, desk.TODAY))
    output = task.baseline(given(TICKETS[1]))
    assert isinstance(output, dict)
    assert "5 to 10 business days" not in output["reply"]


def test_a_fact_is_known_by_its_value_however_it_is_said() -> None:
    ground = "Ask within **two weeks** of the charge, which is USD 50 at most."
    assert list(new_facts("You have 14 days, and it costs at most 50 dollars.", [ground])) == []
    assert len(list(new_facts("You have 15 days, and it costs USD 60.", [ground]))) == 2
