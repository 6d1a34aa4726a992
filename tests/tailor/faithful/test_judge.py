from __future__ import annotations

import pytest

from opsrail.tailor.faithful import Kind, Reading, judge
from opsrail.tailor.formats import Form

SOURCE = """\
## Refund a charge {#refund-a-charge}

Customers may ask for a refund within **30 days** of the charge. Annual plans are refunded pro rata.

1. Confirm that the account e-mail matches the requester.
2. Check the charge date in Billing → Invoices.
3. Refund the charge in [Billing](billing.md#refund).
4. For charges over USD 50, ask for approval in `#billing-approvals`; you must wait for a yes.
5. Reply with the macro `refund-confirmed` within 24 hours.

| Priority | First reply | Solved |
|---|---|---|
| P1 | 1 hour | 8 hours |
| P2 | 4 hours | 2 days |

Chargebacks must never be refunded by hand: open a dispute record first. A refund isn't a credit.
Only a lead may refund twice, unless the first refund failed. The desk does not undo refunds.
"""
FIRST = "{}. Confirm that the account e-mail matches the requester.\n"
SECOND = "{}. Check the charge date in Billing → Invoices.\n"
TABLE = SOURCE[SOURCE.index("| Priority") : SOURCE.index("\nChargebacks")]


def edited(old: str, new: str) -> str:
    assert old in SOURCE
    return SOURCE.replace(old, new)


WRONG = {
    "another period": ("30 days", "14 days", Kind.FACT_CHANGED),
    "another unit": ("within 24 hours", "within 24 days", Kind.FACT_CHANGED),
    "another bound": ("over USD 50", "from USD 50", Kind.FACT_CHANGED),
    "a bound left out": ("within 24 hours", "24 hours", Kind.FACT_CHANGED),
    "a fact left out": (" within **30 days** of the charge", "", Kind.FACT_LOST),
    "a fact put in": ("pro rata.", "pro rata after 3 weeks.", Kind.FACT_ADDED),
    "rows swapped": (
        "| P1 | 1 hour | 8 hours |\n| P2 | 4 hours",
        "| P1 | 4 hours | 8 hours |\n| P2 | 1 hour",
        Kind.FACT_CHANGED,
    ),
    "columns swapped": ("1 hour | 8 hours", "8 hours | 1 hour", Kind.FACT_CHANGED),
    "another handle": ("#billing-approvals", "#billing-desk", Kind.FACT_CHANGED),
    "another macro": ("`refund-confirmed`", "`refund-refused`", Kind.FACT_CHANGED),
    "must is may": ("must wait", "may wait", Kind.DEONTIC),
    "may is must": ("may ask", "must ask", Kind.DEONTIC),
    "must is can": ("you must wait for a yes", "you can wait for a yes", Kind.DEONTIC),
    "never gone": ("must never be", "must be", Kind.DEONTIC),
    "only gone": ("Only a lead may", "A lead may", Kind.DEONTIC),
    "only come": ("Annual plans are", "Only annual plans are", Kind.DEONTIC),
    "unless gone": (", unless the first refund failed", "", Kind.DEONTIC),
    "not gone": ("does not undo", "undoes", Kind.NEGATION),
    "n't gone": ("isn't a credit", "is a credit", Kind.NEGATION),
    "not come": ("are refunded pro rata", "are not refunded pro rata", Kind.NEGATION),
    "a product": ("in Billing → Invoices", "in Billing → Quillbase", Kind.ENTITY_NEW),
    "a person": ("open a dispute record", "ask Robin Example", Kind.ENTITY_NEW),
    "a step gone": (
        "1. Confirm that the account e-mail matches the requester.\n",
        "",
        Kind.OBLIGATION_LOST,
    ),
    "a rule gone": (
        "Chargebacks must never be refunded by hand: open a dispute record first. ",
        "",
        Kind.OBLIGATION_LOST,
    ),
    "a link": ("billing.md#refund", "billing.md#credit", Kind.LINK_TARGET),
    "steps swapped": (
        FIRST.format(1) + SECOND.format(2),
        SECOND.format(1) + FIRST.format(2),
        Kind.STEP_ORDER,
    ),
}


@pytest.mark.parametrize(("old", "new", "kind"), WRONG.values(), ids=WRONG)
def test_a_false_edit_is_seen_for_what_it_is(old: str, new: str, kind: Kind) -> None:
    judged = judge(SOURCE, edited(old, new))
    assert kind in {one.kind for one in judged.departures if one.is_grave}
    assert not judged.is_faithful
    assert 0 < judged.score < 1


HARMLESS = {
    "nothing": ("", ""),
    "a unit": ("24 hours", "one day"),
    "a number in words": ("1 hour", "one hour"),
    "a weaker word of the same force": ("you must wait", "you have to wait"),
    "a command for a must": ("; you must wait for a yes", " and wait for a yes"),
    "a ban said otherwise": ("must never be refunded", "must not be refunded"),
    "contracted": ("does not undo", "doesn't undo"),
    "a prefix": ("does not undo refunds", "doesn't undo refunds"),
    "a friendly sentence": ("pro rata.", "pro rata. Take your time."),
    "prose left out": ("Annual plans are refunded pro rata.", ""),
    "a link unlinked": ("[Billing](billing.md#refund)", "Billing"),
    "bold": ("24 hours", "**24 hours**"),
    "a step of two": ("requester.\n2. Check", "requester, then\n2. check"),
    "a row in words": (
        TABLE,
        "- P1: first reply 1 hour, solved 8 hours\n- P2: first reply 4 hours, solved 2 days\n",
    ),
    "one more mark": ("pro rata.", "pro rata!"),
}


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_edit_is_none(old: str, new: str) -> None:
    judged = judge(SOURCE, edited(old, new))
    assert [one.message for one in judged.departures if one.is_grave] == []
    assert judged.score == 1.0


SAID_ANEW = {
    "other words around a period": (
        "Requests must arrive within 30 days.",
        "You have to ask inside of 30 days.",
    ),
    "two rules in one": (
        "Never share the invoice with partners. Never share the contract with partners or agents.",
        "Never share the invoice or the contract with partners or agents.",
    ),
    "one rule in two": (
        "Only a lead may refund twice, and every desk must log the refund in Till.",
        "Only a lead may refund twice. Every desk must log the refund in Till.",
    ),
    "a rule as a heading and a list": (
        "The desk must not share invoices, contracts or keys with partners.",
        "The desk must never share with partners:\n\n- invoices\n- contracts\n- keys\n",
    ),
}


@pytest.mark.parametrize(("source", "derived"), SAID_ANEW.values(), ids=SAID_ANEW)
def test_what_is_said_anew_is_not_lost(source: str, derived: str) -> None:
    assert [one.message for one in judge(source, derived).departures if one.is_grave] == []


def test_a_rule_that_turned_is_told_with_what_it_was() -> None:
    (one,) = judge(SOURCE, edited("must wait", "may wait")).departures
    assert one.message == "“you must wait” in the source became “you may wait” here"


def test_swapped_values_are_two_changes_although_the_values_are_the_same() -> None:
    judged = judge("Answer P1 within 1 hour, P2 within 4 hours.",
                   "Answer P1 within 4 hours, P2 within 1 hour.")  # fmt: skip
    assert [one.kind for one in judged.departures] == [Kind.FACT_CHANGED] * 2


def test_clauses_in_another_order_are_no_change() -> None:
    judged = judge("Answer P1 within 1 hour, P2 within 4 hours.",
                   "Answer P2 within 4 hours, P1 within 1 hour.")  # fmt: skip
    assert judged.is_faithful


def test_both_quotes_and_places_are_told() -> None:
    (one,) = judge(SOURCE, edited("30 days", "14 days")).departures
    assert one.source
    assert one.derived
    assert (one.source.line, one.source.column) == (one.derived.line, one.derived.column) == (3, 41)
    assert one.message == (
        "“…within 30 days of the charge” in the source became “…within 14 days of the charge” here"
    )


def test_what_a_role_says_in_its_own_words_is_no_departure() -> None:
    source = "Ask an engineer. A customer must wait 2 days. Read `customer.md` first."
    derived = "Ask a specialist. A member must wait 2 days. Read `customer.md` first."
    own = Reading(words={"customer": "member", "engineer": "specialist"})
    assert judge(source, derived, terms=own).departures == ()


def test_short_forms_may_leave_out_steps_without_a_fact() -> None:
    source = "1. Open the ticket.\n2. Answer within 2 hours.\n"
    derived = "- Answer within 2 hours.\n"
    assert judge(source, derived, terms=Reading(form=Form.BRIEF)).is_faithful
    assert not judge(source, derived, terms=Reading(form=Form.STEPS)).is_faithful


def test_a_step_of_others_is_to_be_handed_over() -> None:
    source = "1. Refund charges over USD 50 in Till.\n2. Say so.\n"
    terms = Reading(
        hand_over=("hand over with tag `up`",),
        allowed=("escalate to", "stop here and", "Lead", "within 2 hours"),
        taken_over=frozenset({1}),
    )
    handed = (
        "- [ ] Charges over USD 50, stop here and escalate to **Lead**: hand over with tag `up`,"
        " within 2 hours.\n- [ ] Say so.\n"
    )
    assert judge(source, handed, terms=terms).departures == ()
    (kept,) = judge(source, source, terms=terms).departures
    assert kept.kind is Kind.OBLIGATION_LOST
    (wrong,) = judge(source, handed.replace("USD 50", "USD 500"), terms=terms).departures
    assert wrong.kind is Kind.FACT_CHANGED


def test_a_table_of_facts_must_quote_the_sentence_beside_it() -> None:
    source = "Refunds take 5 days."
    table = "| Fact | As the source says it |\n|---|---|\n| 5 days | Refunds take 5 days. |\n"
    terms = Reading(form=Form.FACTS)
    assert judge(source, table, terms=terms).departures == ()
    (wrong,) = judge(source, table.replace("| 5 days", "| 3 days"), terms=terms).departures
    assert wrong.kind is Kind.FACT_CHANGED


def test_links_are_compared_from_where_they_stand() -> None:
    terms = Reading(source_at="content/sources/a.md", derived_at="playbooks/one/lead.md")
    source = "See [the rules](b.md#rules) and [below](#end).\n"
    right = "See [the rules](../../content/sources/b.md#rules) and [below](#end).\n"
    assert judge(source, right, terms=terms).departures == ()
    (wrong,) = judge(source, right.replace("b.md", "c.md"), terms=terms).departures
    assert wrong.kind is Kind.LINK_TARGET


def test_nothing_is_faithful_to_nothing() -> None:
    assert judge("", "").score == 1.0
    assert judge("Answer within 2 hours.", "").score == 0.0
    assert not judge("", "Answer within 2 hours.").is_faithful
