"""Freezes in words, and when they come next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsrail.governance.formats import Dated, Recurring, Weekly
from opsrail.site.freezes import length_words, next_times, span_words, when_words

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def weekly(start: str, end: str, zone: str = "UTC") -> Recurring:
    return Recurring(name="x", time_zone=zone, weekly=Weekly(**{"from": start, "until": end}))


def dated(start: str, end: str, **more: str) -> Recurring:
    dates = Dated.model_validate({"from": start, "until": end, **more})
    return Recurring(name="x", dates=dates)


def by_rule(rule: str) -> str:
    return when_words(dated("2026-01-30 18:00", "2026-02-01 12:00", rule=rule))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (weekly("Fri 17:00", "Mon 08:00"), "every week from Friday 17:00 until Monday 08:00"),
        (weekly("Fri 17:00", "Fri 17:00"), "all week long"),
        (
            dated("2026-12-23 12:00", "2027-01-02 08:00"),
            "once, from 23 December 2026, 12:00 until 2 January 2027, 08:00",
        ),
        (
            dated("2026-12-23 12:00", "2027-01-02 08:00", repeats="yearly"),
            "every year from 23 December, 12:00 until 2 January, 08:00",
        ),
        (
            dated("2026-01-31 18:00", "2026-01-31 18:45", repeats="monthly"),
            "every month on the 31st (of shorter months the last day), from 18:00, for 45 minutes",
        ),
        (
            dated("2026-01-22 18:00", "2026-01-23 18:00", repeats="weekly"),
            "every week on Thursday, from 18:00, for 1 day",
        ),
    ],
)
def test_a_freeze_says_when_it_holds_and_where(one: Recurring, words: str) -> None:
    assert when_words(one) == f"{words}, in UTC"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=DAILY;BYDAY=MO,TU", "every day on Monday and Tuesday"),
        ("FREQ=WEEKLY;INTERVAL=2", "every 2 weeks on Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,-2,22",
            "every month on the 1st, the 22nd and the 2nd day from the end",
        ),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=-2FR", "every month on the 2nd Friday from the end"),
        ("FREQ=MONTHLY;COUNT=3", "every month on the 30th, 3 times in all"),
        ("FREQ=YEARLY;BYMONTH=3,12;BYDAY=2SU", "every year in March and December on the second"),
        (
            "FREQ=YEARLY;UNTIL=20281231",
            "every year in January on the 30th, the last time by 31 Dec 2028",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1",
            "on the days of the rule `FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1`",
        ),
    ],
)
def test_a_recurrence_rule_is_told_in_words_where_words_will_do(rule: str, words: str) -> None:
    assert by_rule(rule).startswith(words)
    assert by_rule(rule).endswith(", from 18:00, for 1 day 18 hours, in UTC")


def test_the_next_two_times_begin_with_the_one_that_holds_on_the_wall_of_its_zone() -> None:
    weekend = weekly("Fri 17:00", "Mon 08:00", "Asia/Manila")
    assert [span_words(weekend, one) for one in next_times(weekend, NOW)] == [
        "Fri 20 Nov, 17:00 until Mon 23 Nov 2026, 08:00",
        "Fri 27 Nov, 17:00 until Mon 30 Nov 2026, 08:00",
    ]
    year_end = dated("2020-12-23 12:00", "2021-01-02 08:00", repeats="yearly")
    assert [span_words(year_end, one) for one in next_times(year_end, NOW)] == [
        "Wed 23 Dec 2026, 12:00 until Sat 2 Jan 2027, 08:00",
        "Thu 23 Dec 2027, 12:00 until Sun 2 Jan 2028, 08:00",
    ]


def test_what_is_over_does_not_come_again() -> None:
    assert next_times(dated("2026-10-01 00:00", "2026-11-01 00:00"), NOW) == ()


@given(
    st.timedeltas(timedelta(minutes=1), timedelta(days=900)).map(
        lambda length: length - timedelta(seconds=length.seconds % 60)
    )
)
def test_a_length_is_told_without_what_is_nought(length: timedelta) -> None:
    said = length_words(length)
    assert " 0 " not in f" {said} "
    units = {"day": 1_440, "hour": 60, "minute": 1}
    words = said.split()
    pairs = zip(words[::2], words[1::2], strict=True) if said != "no time" else ()
    minutes = sum(int(count) * units[unit.removesuffix("s")] for count, unit in pairs)
    assert minutes == length.days * 1_440 + length.seconds // 60


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 40),
    st.sampled_from(["", ";BYMONTH=2", ";BYDAY=MO", ";BYMONTHDAY=31", ";BYMONTH=2;BYMONTHDAY=30"]),
)
def test_next_times_are_ahead_and_in_order(frequency: str, interval: int, days: str) -> None:
    if frequency == "WEEKLY" and "BYMONTHDAY" in days:
        return  # RFC 5545 has no such rule
    one = dated(
        *("2026-01-30 18:00", "2026-02-01 12:00"),
        rule=f"FREQ={frequency};INTERVAL={interval}{days}",
    )
    found = next_times(one, NOW)
    assert len(found) <= 2
    assert list(found) == sorted(found)
    assert all(span.ends > NOW for span in found)
    assert when_words(one)
