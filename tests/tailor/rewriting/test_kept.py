"""Faults of a small model that the judge of facts and rules does not see, as they came up."""

from __future__ import annotations

import pytest

from opsrail.tailor.rewriting.kept import losses

ITEMS = "- Ask the depot of the last scan.\n- Look on its shelves.\n- Tell the customer."


def test_the_same_in_plainer_words_is_kept() -> None:
    text = "Customers are able to initiate conversations for help via several methods."
    assert not list(losses(text, "Customers can begin conversations for help by many methods."))
    assert not list(losses(ITEMS, ITEMS.replace("Look on its", "Search the")))


@pytest.mark.parametrize(
    ("text", "answer", "said"),
    [
        (ITEMS, f"{ITEMS}\n- Thank you for your hard work!", "3 of the kind “item”"),
        (ITEMS, ITEMS.rsplit("\n", 1)[0], "3 of the kind “item”, and the answer 2"),
        ("Run this:\n\n```\nhelm uninstall till\n```", "Run this:", "helm uninstall till"),
        ("Run this:\n\n```\nrm a\n```", "Run this:\n\n```\nrm b\n```", "“rm a” is gone, or"),
        ("Use the macro `refund-done` then.", "Use the macro then.", "“refund-done” is gone"),
        ("See [the list](a.md#b) of names.", "See the list of names.", "a.md#b is gone"),
        (
            "It holds the data with the exception of the insights data.",
            "It holds the data, including the insights data.",
            "an exception is gone: “exception”",
        ),
        ("Cards take ten days.", "Cards take ten days unless it was closed.", "came in: “unless”"),
        (
            "Cancel in Settings → Billing → Cancel, up to the last minute.",
            "Cancel in Settings → Billing, up to the last minute.",
            "the way “Settings → Billing → Cancel” is gone",
        ),
        (
            "The account is kept read-only for 90 days so that you can export, then deleted.",
            "The account is kept read-only for 90 days.",
            "is not said any more",
        ),
        ("Only leads approve it.", "Leads approve it.", "“only” is gone"),
        ("Close the ticket if the bank agrees.", "Close the ticket, the bank agrees.", "condition"),
        ("The tool shows each parcel.", "The tool does not show each parcel.", "a denial came in"),
        (
            "Guidelines for logs will be linked in the macro of engineers.",
            "The text is now rewritten in plain sentences.",
            "is not said any more",
        ),
        (
            "Discuss the plans for the next week with them.",
            "Discuss the plans for the next week with them. Thank you for your dedicated work.",
            "“Thank you for your dedicated work” is not what the text says",
        ),
    ],
)
def test_what_is_gone_or_came_in_is_found(text: str, answer: str, said: str) -> None:
    found = list(losses(text, answer))
    assert any(said in one for one in found), found


def test_no_text_departs_from_itself() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    text = f"Only once **a** card, if `x`, is [gone](b.md).\n\n{ITEMS}\n\n{table}"
    assert not list(losses(text, text))
