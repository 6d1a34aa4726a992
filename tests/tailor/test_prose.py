"""Rewriting a source's text for a reader: comments, links, words, conditions."""

from __future__ import annotations

import pytest

from opsrail.tailor.prose import leading_condition, with_links, with_words, without_comments
from tests.tailor.held import synced


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Refund it. <!-- ask Ana first -->", "Refund it."),
        ("a <!-- one\ntwo --> b", "a b"),
        ("a <!-- never closed, and\n\n## Secret\n\nall of it", "a"),
        ("write `<!-- needs: x -->` behind a step", "write `<!-- needs: x -->` behind a step"),
        ("```\n<!-- kept -->\n```", "```\n<!-- kept -->\n```"),
    ],
)
def test_comments_are_for_authors(text: str, left: str) -> None:
    assert without_comments(text) == left


def test_what_an_unclosed_comment_swallowed_reaches_no_page() -> None:
    source = (
        "# Refunds {#r clearance=public}\n\nSay yes.\n\n<!-- draft\n\n"
        "## Fraud {clearance=restricted}\n\nzebra\n"
    )
    files = synced(
        {
            "policies/roles.yaml": "roles:\n  customer: {title: Customer, clearance: public}\n",
            "playbooks/p/playbook.yaml": "title: P\nowner: o\nsections:\n"
            "  - {from: content/sources/r.md#r, form: {customer: full}}\n",
            "content/sources/r.md": source,
        }
    )
    assert "Say yes." in files["playbooks/p/customer.md"]
    assert "zebra" not in "".join(text for path, text in files.items() if path.startswith("play"))


WORDS = {"customer": "account member", "agent": "helper"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ask the customer.", "Ask the account member."),
        ("Customers may ask.", "Account members may ask."),
        ("A customer and an agent.", "An account member and a helper."),
        ("`customer` stays, customer-facing too", "`customer` stays, customer-facing too"),
        ("[the customer](customer.md#customer)", "[the account member](customer.md#customer)"),
        ("write to customer@example.com", "write to customer@example.com"),
        ("see https://example.com/customer now", "see https://example.com/customer now"),
        ("## The customer {#customer}", "## The account member {#customer}"),
        ("post in #customer or ask @customer", "post in #customer or ask @customer"),
    ],
)
def test_a_role_reads_its_own_words(text: str, said: str) -> None:
    assert with_words(text, WORDS) == said


def moved(target: str) -> str | None:
    return None if target == "secret.md" else f"../{target}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("see [it](a.md#b)", "see [it](../a.md#b)"),
        ("see [it](<a b.md>)", "see [it](<../a b.md>)"),
        ("see [it](secret.md) now", "see it now"),
        ("![plan](plan.png)", "![plan](../plan.png)"),
        ("see [it][ref] and [ref]", "see [it](../r.md) and [ref](../r.md)"),
        ("see [unknown] and [x]", "see [unknown] and [x]"),
        ("`[it](a.md)` is code", "`[it](a.md)` is code"),
        ("[`code`](a.md)", "[`code`](../a.md)"),
        ('[it](a.md "A title")', '[it](../a.md "A title")'),
    ],
)
def test_links_lead_from_the_page_to_where_they_led(text: str, said: str) -> None:
    assert with_links(text, {"REF": "r.md"}, moved) == said


@pytest.mark.parametrize(
    ("step", "condition"),
    [
        ("For charges over USD 1,000, ask a lead.", "For charges over USD 1,000"),
        ("If `a, b` is shown, stop.", "If `a, b` is shown"),
        ("**When** it is late, wait.", "**When** it is late"),
        ("Refund the charge, then reply.", ""),
        ("For everyone", ""),
        ("Format the disk, if asked.", ""),
    ],
)
def test_a_step_may_name_its_case_first(step: str, condition: str) -> None:
    assert leading_condition(step) == condition
