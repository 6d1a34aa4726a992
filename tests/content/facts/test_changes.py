from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.facts import FactChange, FactKind, find_facts, moved_between, moved_facts

CLAUSES = (
    "Refund within 14 days of the charge", "Refund within 30 days of the charge",
    "EU: 14 days", "US: 30 days", "charges over USD 50", "charges over USD 80", "tier 1 may refund",
    "tier 2 must not refund", "keep 90% of calls", "use `macro-a`", "at least 5 seats", "by Friday",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(CLAUSES), max_size=6).map(". ".join)
OPPOSITE = {"raised": "lowered", "lowered": "raised", "added": "removed", "removed": "added"}


def between(old: str, new: str) -> tuple[FactChange, ...]:
    return moved_facts(find_facts(old), find_facts(new))


@given(TEXTS)
def test_nothing_moved_against_itself(text: str) -> None:
    assert between(text, text) == ()


@given(st.permutations(CLAUSES), st.permutations(CLAUSES))
def test_order_does_not_matter(one: list[str], other: list[str]) -> None:
    assert between(". ".join(one), ". ".join(other)) == ()


@given(TEXTS, TEXTS)
def test_reversing_turns_every_change_around(old: str, new: str) -> None:
    there = sorted((c.kind, OPPOSITE.get(c.direction, c.direction)) for c in between(old, new))
    back = sorted((c.kind, c.direction) for c in between(new, old))
    assert there == back


@given(TEXTS, TEXTS)
def test_changes_account_for_every_fact(old: str, new: str) -> None:
    before, after = find_facts(old), find_facts(new)
    changes = moved_facts(before, after)
    gone = [c.old for c in changes if c.old is not None]
    come = [c.new for c in changes if c.new is not None]
    kept = sorted(f.key for f in before if not any(f is g for g in gone))
    assert kept == sorted(f.key for f in after if not any(f is c for c in come))
    assert all(c.old is None or c.new is None or c.old.kind == c.new.kind for c in changes)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Answer within 14 days.", "Answer within two weeks."),
        ("Answer within 14 days.", "Answer within a fortnight."),
        ("Answer within 15 minutes.", "Answer within fifteen min."),
        ("Answer in at most 15 minutes.", "Answer in no more than 15m."),
        ("Allow 1,000 seats.", "Allow 1k seats."),
        ("Allow 1,000 seats.", "Allow 1 000 seats."),
        ("Allow 10 per minute.", "Allow 10/min."),
        ("Charges over $50 wait.", "Charges over 50 dollars wait."),
        ("Charges over USD 50 wait.", "Charges above USD 50.00 wait."),
        ("Keep 15 % of calls.", "Keep fifteen percent of calls."),
        ("Agents must not guess.", "Agents mustn't guess."),
        ("Agents must not guess.", "Agents shall not guess."),
        ("By 2 November 2026.", "By 2026-11-02."),
        ("From 9am to 5pm.", "From 09:00–17:00."),
        ("Post in #billing.", "Post in `#billing`."),
        ("See https://Example.com/a/.", "See [it](https://example.com/a)."),
    ],
)
def test_a_paraphrase_is_no_change(one: str, other: str) -> None:
    assert between(one, other) == ()


@pytest.mark.parametrize(
    ("old", "new", "described", "direction"),
    [
        (
            "Refund within **30 days** of the charge.", "Refund within 14 days of the charge.",
            "within 30 days of the charge  →  within 14 days of the charge", "lowered",
        ),
        (
            "For charges over USD 50, ask.", "For charges over USD 80, ask.",
            "charges over USD 50  →  charges over USD 80", "raised",
        ),
        ("Agents must reply.", "Agents should reply.", "Agents must reply  →  Agents should reply",
         "changed"),
        ("Be kind.", "Be kind. Never argue.", "added: Never argue", "added"),
        ("Refund it unless asked twice.", "Refund it.", "removed: unless asked", "removed"),
        ("Take 5 business days.", "Take 4 days.", "5 business days  →  4 days", "changed"),
        ("The fee is USD 5.", "The fee is EUR 9.", "fee is USD 5  →  fee is EUR 9", "changed"),
        ("The limit is 5 MB.", "The limit is 9 GB.", "limit is 5 MB  →  limit is 9 GB", "changed"),
    ],
)  # fmt: skip
def test_one_change_in_words(old: str, new: str, described: str, direction: str) -> None:
    (change,) = between(old, new)
    assert (change.describe(), change.direction) == (described, direction)


@pytest.mark.parametrize(
    ("old", "new", "directions"),
    [
        ("14 days for EU, 30 days for US", "30 days for EU, 14 days for US", ["raised", "lowered"]),
        ("EU: 14 days; US: 30 days", "EU: 30 days; US: 14 days", ["raised", "lowered"]),
        (
            "EU accounts have 14 days, US accounts have 30 days.",
            "EU accounts have 30 days, US accounts have 14 days.",
            ["raised", "lowered"],
        ),
        (
            "Reply within 4 hours, resolve within 8 hours.",
            "Reply within 8 hours, resolve within 4 hours.",
            ["raised", "lowered"],
        ),
        ("1 hour (P1), 4 hours (P2)", "4 hours (P1), 1 hour (P2)", ["raised", "lowered"]),
        (
            "Chats are kept for 35 days. Calls are kept for 90 days.",
            "Chats are kept for 90 days. Calls are kept for 35 days.",
            ["raised", "lowered"],
        ),
        ("EU: `a`; US: `b`", "EU: `b`; US: `a`", ["changed", "changed"]),
        (
            "Agents may refund; vendors may not refund.",
            "Vendors may refund; agents may not refund.",
            ["changed", "changed"],
        ),
        ("Tell them 7 days before renewal.", "Tell them 7 days after renewal.", ["changed"]),
        ("Reply within 15 minutes.", "Reply after 15 minutes.", ["changed"]),
    ],
)  # fmt: skip
def test_a_swap_is_seen(old: str, new: str, directions: list[str]) -> None:
    assert [change.direction for change in between(old, new)] == directions


def test_unrelated_deontic_words_stay_apart() -> None:
    changes = between("You must wait.", "Only leads refund.")
    assert {change.direction for change in changes} == {"removed", "added"}


def test_unlike_facts_are_paired_only_when_as_many_went_as_came() -> None:
    raised = between("It takes 2 hours, then 3 hours.", "It takes 4 hours, then 5 hours.")
    assert [change.direction for change in raised] == ["raised", "raised"]
    apart = between("Pay in, say, 2 hours.", "Skip it, say 9 days, or rather 8 days.")
    assert {change.direction for change in apart} == {"removed", "added"}


def test_a_change_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="old or a new"):
        FactChange(None, None)


def test_the_kind_is_that_of_the_side_there_is() -> None:
    (change,) = between("", "Wait 5 days.")
    assert change.kind is FactKind.DURATION


def told(*passages: tuple[str, str]) -> list[str]:
    read = ((find_facts(old), find_facts(new)) for old, new in passages)
    return [change.describe() for change in moved_between(read)]


def test_what_changed_within_a_passage_belongs_together() -> None:
    passages = (("Ask in #triage.", "Ask in #product."), ("Tell #news.", "Tell #desk."))
    assert set(told(*passages)) == {"#triage  →  #product", "#news  →  #desk"}


def test_a_fact_that_went_to_another_passage_did_not_move() -> None:
    assert told(("Ask in #triage.", "Ask."), ("Wait 5 days.", "Wait 5 days in #triage.")) == []


def test_several_names_are_not_paired_by_their_order_alone() -> None:
    changes = between("Ask in #triage or #news.", "Tell #desk or #floor.")
    assert {change.direction for change in changes} == {"added", "removed"}


@given(TEXTS, TEXTS)
def test_one_passage_is_the_whole_text(old: str, new: str) -> None:
    assert moved_between([(find_facts(old), find_facts(new))]) == between(old, new)


def test_what_went_from_one_row_to_another_changed_for_both() -> None:
    rows = (("P0 | 2 hours", "P0 | 4 hours"), ("P1 | 4 hours", "P1 | 6 hours"))
    changes = moved_between((), rows=((find_facts(old), find_facts(new)) for old, new in rows))
    durations = [change for change in changes if change.kind is FactKind.DURATION]
    assert [change.direction for change in durations] == ["raised", "raised"]
