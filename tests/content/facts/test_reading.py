from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.facts import FactKind, find_facts

PIECES = (
    "within 30 days", "**14 days**", "`code`", "``", "`", "$5k", "USD 50", "15 %", "[a](b c", "](",
    "https://example.com/%257D", "a@b.example", "#chan-nel", "@maya", "must not", "do not", "may",
    "May 4", "9:00–17:00 CET", "Mon–Fri", "24/7", "P1", "v3.2.1", "between 5 and 10 minutes", "one",
    "<!--", "-->", "<a href=", ">", "{{", "}}", "{%", "```", "~~~", "\n", " ", ".", ",",
    ":", "EU", "for", "the charge", "\\", "&gt;", "&amp;", "1,000", "1h30m", "é", "\x00", "\ufeff",
    "١٢",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).map(" ".join)


@given(TEXTS | st.text(max_size=300))
def test_facts_lie_in_the_text_in_order_and_apart(text: str) -> None:
    end = 0
    for fact in find_facts(text):
        assert end <= fact.start < fact.end <= len(text)
        assert text[fact.start : fact.end].strip()
        assert fact.value
        assert fact.text
        end = fact.end


@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert find_facts(text) == find_facts(text)


@given(st.integers(1, 99), st.sampled_from(["days", "hours", "seats", "%", "dollars"]))
def test_emphasis_and_soft_wraps_change_nothing(number: int, unit: str) -> None:
    plain = f"Members have at most {number} {unit} for the first try"
    wrapped = f"Members have at\nmost **{number}\n{unit}** for\nthe first _try_"
    assert [f.key for f in find_facts(wrapped)] == [f.key for f in find_facts(plain)]
    assert len(find_facts(plain)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "```\nwithin 30 days you must pay USD 50\n```",
        "~~~\nwithin 30 days\n",
        "<!-- within 30 days -->",
        '<span title="30 days">',
        "[words](path/30-days.md)",
        "{{ max_30_days }} {% if 30 > 20 %}",
    ],
)
def test_nothing_is_found_in_what_is_no_prose(text: str) -> None:
    assert find_facts(text) == ()


def test_prose_after_a_closed_fence_counts() -> None:
    (fact,) = find_facts("```\n5 days\n```\nWait 6 days.")
    assert (fact.kind, fact.value) == (FactKind.DURATION, "6 days")


def test_an_unclosed_comment_hides_nothing() -> None:
    assert [fact.value for fact in find_facts("<!-- wait 6 days")] == ["6 days"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ask within **30 days** of the charge.", "within 30 days of the charge"),
        ("For charges over USD 50, ask.", "charges over USD 50"),
        ("Accounts younger than 7 days wait.", "Accounts younger than 7 days"),
        ("The refund window is 14 days.", "refund window is 14 days"),
        ("Wait, so you must not\nreply today.", "you must not reply"),
        ("Wait between 5 and 10 minutes.", "Wait between 5 and 10 minutes"),
        ("Use [30 days](terms.md) of cover.", "30 days of cover"),
    ],
)
def test_text_is_what_a_person_would_quote(text: str, said: str) -> None:
    assert find_facts(text)[0].text == said


SEEDS = (
    "1", "1,", "1.", "1-", "1 ", " ", "a", "a ", "`", "``` ", "` `` ", "*", "_", "<", "<a ", "<!--",
    "[", "](", "](a", "![", "{{", "{", "@", "a@", "a.", "a@a.", "#a", "&", "\\", "~", "~~~\n", ">",
    "\n", "\n>", "https://", "https://a(", "www.", "$", "$1", "one ", "twenty-", "must ", "may ",
    "do not ", "within ", "within the ", "at least ", "30 days ", "30 days of the charge ", "May ",
    "9:00-", "1h", "-", "+1 ", "per ", "per day ", "of ", "not more than ", "\x00", "é", "1/",
    "P1 ", "aaaa@", "#a-", "x_", "1,000,", "between 1 and ", "half ", "Mon–", "2 Nov ", "never ",
)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_time_grows_with_length_only(seed: str) -> None:
    """Ten times the text takes about ten times as long; quadratic work, a hundred times."""
    short, long = (_seconds(seed * (size // len(seed))) for size in (10_000, 100_000))
    assert long < 30 * short + 0.3


def _seconds(text: str) -> float:
    begin = perf_counter()
    find_facts(text)
    return perf_counter() - begin


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Agents may refund.", "may"),
        ("May we refund?", "may"),
        ("# Who May Refund", "may"),
        ("Ask Oda. May agents refund?", "may"),
        ("Theresa May opened it.", None),
        ("Mail Ms. May.", None),
    ],
)
def test_may_is_also_a_surname(text: str, value: str | None) -> None:
    assert [fact.value for fact in find_facts(text)] == ([value] if value else [])


@pytest.mark.parametrize(
    "text",
    [
        "Each of the two is right.",
        "Those three are fine.",
        "Dial extension 12 for help.",
        "The iPhone 15 behaves.",
        "Calls cover one in ten.",
    ],
)
def test_a_number_that_counts_nothing(text: str) -> None:
    assert not [fact for fact in find_facts(text) if fact.value in {"1", "2", "3", "12", "15"}]


def test_digits_inside_a_name_are_no_number() -> None:
    assert find_facts("utf8 b64 x2 k8s MP3 SHA256") == ()
