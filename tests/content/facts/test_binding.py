from __future__ import annotations

import pytest

from opsrail.content.facts import find_facts


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("no more than 5 seats", "<="),
        ("more than 5 seats", ">"),
        ("not more than 5 seats", "<="),
        ("no less than 5 seats", ">="),
        ("less than 5 seats", "<"),
        ("must not exceed 5 seats", "<="),
        ("exceeds 5 seats", ">"),
        ("5 seats", ""),
        ("5 or more seats", ">="),
        ("5+ seats", ">="),
        ("≤ 5 seats", "<="),
        ("> 5 seats", ">"),
        ("&gt; 5 seats", ">"),
        ("about 5 seats", "~"),
        ("exactly 5 seats", "="),
        ("bigger than 5 MB", ">"),
        ("no bigger than 5 MB", "<="),
        ("never fewer than 5 seats", ">="),
        ("inside of 5 days", "<="),
        ("within 5 days", "<="),
        ("90+ days", ">="),
        ("30 or fewer days", "<="),
        ("by 2 Nov", "<="),
        ("before 2 Nov", "<"),
        ("v1.19 or later", ">="),
    ],
)
def test_comparator(text: str, comparator: str) -> None:
    assert find_facts(text)[-1].comparator == comparator


def test_a_quote_mark_at_the_start_of_a_line_is_no_comparator() -> None:
    (fact,) = find_facts("> we wait\n> 5 days")
    assert fact.comparator == ""


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("a 14-day refund window", "refund window"),
        ("14 days of the charge", "charge"),
        ("14 days before the renewal", "before renewal"),
        ("14 days after the renewal", "renewal"),
        ("100 requests per minute", "requests per minute"),
        ("100 requests/s", "requests per second"),
        ("USD 10 per seat per month", "seat per month"),
        ("US: 5 days", "us"),
        ("the refund window is 14 days", "refund window"),
        ("P1 tickets get 4 hours", "p1 tickets"),
        ("you must wait", "wait"),
        ("Backups are kept for 35 days", "backups kept"),
        ("Tickets can be restored for 35 days", "tickets restored"),
        ("tier 2 must not refund", "tier 2 refund"),
        ("1 hour (vendors)", "vendors"),
        ("within one month (30 days)", ""),
        ("1 000 requests/min", "requests per minute"),
        ("14 days", ""),
    ],
)
def test_noun(text: str, noun: str) -> None:
    assert find_facts(text)[-1].noun == noun
