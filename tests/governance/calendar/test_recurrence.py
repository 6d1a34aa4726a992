"""Recurrence rules: which can be followed, and that they name the days of RFC 5545."""

from __future__ import annotations

import calendar
import time
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, example, given
from hypothesis import strategies as st

from opsrail.governance.calendar.days import _of_year, days_of
from opsrail.governance.recurrence import LONGEST, parsed, rule_fault
from tests.governance.calendar.times import rules

STARTS = st.dates(date(2015, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ("", "no part of a recurrence rule"),
        ("every friday", "no part of a recurrence rule"),
        ("RRULE:FREQ=DAILY", "no part of a recurrence rule"),
        ("FREQ=DAILY\nRDATE:20260101", "`FREQ` is one of"),
        ("FREQ=DAILY;", "no part of a recurrence rule"),
        ("FREQ=DAILY;FREQ=WEEKLY", "said twice"),
        ("BYDAY=FR", "`FREQ` is one of"),
        ("FREQ=HOURLY", "not `HOURLY`"),
        ("FREQ=MINUTELY;COUNT=3", "not `MINUTELY`"),
        ("FREQ=SECONDLY", "not `SECONDLY`"),
        ("FREQ=DAILY;BYHOUR=1,2", "the time of day is that of `from`"),
        ("FREQ=DAILY;BYSECOND=1", "the time of day is that of `from`"),
        ("FREQ=YEARLY;BYWEEKNO=52", "weeks are not told by their number"),
        ("FREQ=YEARLY;BYEASTER=0", "no part of a recurrence rule"),
        ("FREQ=DAILY;INTERVAL=0", "a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=-1", "a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=99999", "a whole number from 1"),
        ("FREQ=DAILY;INTERVAL=\u0661", "a whole number from 1"),
        ("FREQ=DAILY;COUNT=0", "a whole number from 1"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;UNTIL=tomorrow", "`UNTIL` is a time such as"),
        ("FREQ=DAILY;UNTIL=20261301", "is no day and time"),
        ("FREQ=MONTHLY;BYDAY=0FR", "is no day such as"),
        ("FREQ=MONTHLY;BYDAY=FRI", "is no day such as"),
        ("FREQ=MONTHLY;BYDAY=6FR", "never 6 days of one kind"),
        ("FREQ=YEARLY;BYMONTH=2;BYDAY=6FR", "never 6 days of one kind"),
        ("FREQ=YEARLY;BYDAY=54FR", "never 54 days of one kind"),
        ("FREQ=WEEKLY;BYDAY=1FR", "is for months and years"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "not for weeks"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "is for years"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "out of range"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "out of range"),
        ("FREQ=YEARLY;BYMONTH=-1", "out of range"),
        ("FREQ=MONTHLY;BYSETPOS=1", "chooses among days"),
        ("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1", "is for months and years"),
        ("FREQ=WEEKLY;WKST=1MO", "`WKST` is a day"),
        ("FREQ=DAILY;BYMONTH=" + "1," * LONGEST + "1", "at most"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_with_the_reason(rule: str, fault: str) -> None:
    assert fault in rule_fault(rule)


@given(rules())
@example("freq=monthly;byday=-1fr")
def test_a_rule_that_can_be_followed_has_no_fault(rule: str) -> None:
    assert rule_fault(rule) == ""


@given(st.text(max_size=60) | st.text("FREQ=DAILY;WKSTBYON,-0123456789", max_size=60))
def test_any_text_is_a_rule_or_has_a_fault(text: str) -> None:
    fault = rule_fault(text)
    if not fault:
        assert parsed(text).interval >= 1


@given(rules(ends=False), STARTS)
def test_days_are_those_that_dateutil_counts_from_the_start(rule: str, start: date) -> None:
    # dateutil wants a day to be of both sorts at once where plain and numbered ones are mixed.
    sorts = {number != 0 for _, number in parsed(rule).days}
    assume(len(sorts) < 2)
    last = start + timedelta(days=1_500)
    ours = list(days_of(parsed(rule), start, start, last))
    assume(_comes(rule, start))
    week = "" if "WKST" in rule else ";WKST=MO"
    midnight = datetime.fromisoformat(start.isoformat())
    theirs = rrulestr(f"{rule}{week};UNTIL={last:%Y%m%d}", dtstart=midnight)
    assert ours == sorted({start, *(moment.date() for moment in theirs)})


def _comes(rule: str, start: date) -> bool:
    """Whether the rule comes again and again, so that nobody iterates up to the year 9999."""
    far = start + timedelta(days=366 * 60)
    return len(list(days_of(parsed(rule), start, far - timedelta(days=366 * 45), far))) > 0


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", "8-5 8-10 8-19 8-24"),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", "8-5 8-17 8-19 8-31"),
        ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22", "9-22 10-20 11-17 12-22 1-19 2-16"),
        ("FREQ=MONTHLY;COUNT=5;BYMONTHDAY=2,15", "1997-09-02", "9-2 9-15 10-2 10-15 11-2"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=6", "1997-09-28", "9-28 10-29 11-28 12-29 1-29 2-26"),
        ("FREQ=YEARLY;INTERVAL=3;COUNT=4;BYYEARDAY=1,100,200", "1997-01-01", "1-1 4-10 7-19 1-1"),
        ("FREQ=YEARLY;BYDAY=20MO;COUNT=3", "1997-05-19", "5-19 5-18 5-17"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=4", "1997-03-13", "3-13 3-20 3-27 3-5"),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=4", "1998-02-13", "2-13 3-13 11-13 8-13"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04", "9-4 10-7 11-6"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=4", "1997-09-29",
         "9-29 10-30 11-27 12-30"),
        ("FREQ=DAILY;COUNT=5;INTERVAL=10", "1997-09-02", "9-2 9-12 9-22 10-2 10-12"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=3",
         "1996-11-05", "11-5 11-7 11-2"),
    ],
)  # fmt: skip
def test_the_examples_of_the_rfc_come_out_as_it_says(rule: str, start: str, expected: str) -> None:
    first = date.fromisoformat(start)
    found = days_of(parsed(rule), first, first, date(2010, 1, 1))
    assert " ".join(f"{day.month}-{day.day}" for day in found) == expected


@given(rules(), STARTS, st.integers(0, 900), st.integers(0, 900))
def test_a_window_shows_the_days_that_a_longer_one_shows(
    rule: str, start: date, skip: int, more: int
) -> None:
    first = start + timedelta(days=skip)
    last = first + timedelta(days=more)
    every = list(days_of(parsed(rule), start, start, last + timedelta(days=99)))
    found = list(days_of(parsed(rule), start, first, last))
    assert found == [day for day in every if first <= day <= last]
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=9999;COUNT=9999",
        "FREQ=YEARLY;INTERVAL=9999",
        "FREQ=MONTHLY;BYDAY=5MO;BYMONTH=2;INTERVAL=7;COUNT=9999",
    ],
)
def test_a_rule_that_hardly_ever_comes_makes_nobody_wait(rule: str) -> None:
    began = time.process_time()
    start = date(1970, 1, 1)
    for year in range(2000, 2020):
        list(days_of(parsed(rule), start, date(year, 1, 1), date(year + 2, 1, 1)))
    assert time.process_time() - began < 2


def test_weeks_begin_on_monday_whatever_another_part_of_the_program_says() -> None:
    rule = parsed("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO")
    days = list(days_of(rule, date(2026, 11, 1), date(2026, 11, 1), date(2026, 12, 1)))
    _of_year.cache_clear()
    calendar.setfirstweekday(calendar.SUNDAY)
    try:
        assert days == list(days_of(rule, date(2026, 11, 1), date(2026, 11, 1), date(2026, 12, 1)))
    finally:
        calendar.setfirstweekday(calendar.MONDAY)
    assert [day.day for day in days] == [1, 9, 15, 23, 29]
