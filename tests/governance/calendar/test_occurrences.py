"""When freezes hold, on walls whose clocks are put forward and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from opsrail.governance.calendar import holds_at, next_after, occurrences
from opsrail.governance.formats import Freeze
from tests.governance.calendar.times import dated, weekly

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def spans(one: Freeze, start: str, end: str) -> list[str]:
    """What overlaps, as `begins/ends` in UTC, to the minute."""
    found = occurrences(one, at(start), at(end))
    return [f"{span.begins:%Y-%m-%dT%H:%M}/{span.ends:%Y-%m-%dT%H:%M}" for span in found]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_weekend_wraps_around_the_end_of_the_week() -> None:
    weekend = weekly("Fri 17:00", "Mon 08:00")
    assert spans(weekend, "2026-11-02T08:00", "2026-11-09T00:00") == [
        "2026-11-06T17:00/2026-11-09T08:00"
    ]


def test_a_weekend_keeps_its_wall_times_when_summer_ends() -> None:
    weekend = weekly("Fri 17:00", "Mon 08:00", "Europe/Lisbon")
    assert spans(weekend, "2026-10-20", "2026-11-04") == [
        "2026-10-23T16:00/2026-10-26T08:00",
        "2026-10-30T17:00/2026-11-02T08:00",
    ]


def test_the_beginning_counts_and_the_end_does_not() -> None:
    noon = dated("2026-03-01 12:00", "2026-03-01 13:00")
    assert holds_at(noon, at("2026-03-01T12:00")) is not None
    assert holds_at(noon, at("2026-03-01T13:00")) is None
    assert spans(noon, "2026-03-01T11:00", "2026-03-01T12:00") == []
    assert spans(noon, "2026-03-01T13:00", "2026-03-01T14:00") == []


def test_a_week_from_a_time_until_the_same_time_is_the_whole_week() -> None:
    always = weekly("Wed 09:00", "Wed 09:00", "America/New_York")
    instants = (LONG_AGO + timedelta(hours=1_009 * number) for number in range(100))
    assert all(holds_at(always, instant) for instant in instants)


def test_a_time_that_comes_twice_begins_at_the_earlier_and_ends_at_the_later() -> None:
    # In New York the clocks show 01:30 at 05:30 and at 06:30 UTC on 1 November 2026.
    from_then = dated("2026-11-01 01:30", "2026-11-01 04:00", "America/New_York")
    until_then = dated("2026-10-31 22:00", "2026-11-01 01:30", "America/New_York")
    assert spans(from_then, "2026-10-01", "2026-12-01") == ["2026-11-01T05:30/2026-11-01T09:00"]
    assert spans(until_then, "2026-10-01", "2026-12-01") == ["2026-11-01T02:00/2026-11-01T06:30"]


def test_a_time_that_never_comes_begins_as_early_and_ends_as_late_as_can_be_meant() -> None:
    # In New York no clock shows 02:30 on 8 March 2026: 01:59 is followed by 03:00.
    from_then = dated("2026-03-08 02:30", "2026-03-08 05:00", "America/New_York")
    until_then = dated("2026-03-07 22:00", "2026-03-08 02:30", "America/New_York")
    assert spans(from_then, "2026-03-01", "2026-04-01") == ["2026-03-08T06:30/2026-03-08T09:00"]
    assert spans(until_then, "2026-03-01", "2026-04-01") == ["2026-03-08T03:00/2026-03-08T07:30"]


def test_a_span_wholly_within_the_hour_that_is_left_out_still_holds() -> None:
    lost = dated("2026-03-08 02:10", "2026-03-08 02:20", "America/New_York")
    assert spans(lost, "2026-03-01", "2026-04-01") == ["2026-03-08T06:10/2026-03-08T07:20"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Kathmandu", "2026-07-01T03:15/2026-07-01T04:15"),
        ("Australia/Lord_Howe", "2026-06-30T22:30/2026-06-30T23:30"),
        ("America/St_Johns", "2026-07-01T11:30/2026-07-01T12:30"),
        ("Pacific/Kiritimati", "2026-06-30T19:00/2026-06-30T20:00"),
    ],
)
def test_zones_may_be_off_by_odd_minutes_and_whole_days(zone: str, expected: str) -> None:
    assert spans(
        dated("2026-07-01 09:00", "2026-07-01 10:00", zone), "2026-06-20", "2026-07-10"
    ) == [expected]


def test_a_day_that_a_zone_leaves_out_is_frozen_with_its_neighbours() -> None:
    # Samoa had no 30 December 2011.
    lost = dated("2011-12-30 09:00", "2011-12-30 10:00", "Pacific/Apia")
    assert spans(lost, "2011-12-01", "2012-02-01") == ["2011-12-29T19:00/2011-12-30T20:00"]


def test_a_freeze_of_the_31st_is_one_of_every_month() -> None:
    month_end = dated("2026-01-31 17:00", "2026-02-01 08:00", repeats="monthly")
    found = spans(month_end, "2027-01-15", "2027-07-15")
    assert [span[5:10] for span in found] == ["01-31", "02-28", "03-31", "04-30", "05-31", "06-30"]


def test_a_rule_of_the_31st_leaves_out_months_without_one() -> None:
    strict = dated("2026-01-31 17:00", "2026-02-01 08:00", rule="FREQ=MONTHLY")
    found = spans(strict, "2027-01-15", "2027-07-15")
    assert [span[5:10] for span in found] == ["01-31", "03-31", "05-31"]


def test_a_freeze_of_29_february_is_one_of_every_year() -> None:
    leap = dated("2024-02-29 00:00", "2024-03-01 00:00", repeats="yearly")
    found = spans(leap, "2024-01-01", "2029-01-01")
    assert [span[:10] for span in found] == [
        "2024-02-29",
        "2025-02-28",
        "2026-02-28",
        "2027-02-28",
        "2028-02-29",
    ]


def test_a_freeze_over_new_year_comes_every_year_and_not_before_it_was_said() -> None:
    holidays = dated("2026-12-18 17:00", "2027-01-04 08:00", repeats="yearly")
    assert spans(holidays, "2020-01-01", "2028-06-01") == [
        "2026-12-18T17:00/2027-01-04T08:00",
        "2027-12-18T17:00/2028-01-04T08:00",
    ]


def test_a_rule_may_name_the_last_friday_of_each_month() -> None:
    closing = dated("2026-11-27 12:00", "2026-11-27 18:00", rule="FREQ=MONTHLY;BYDAY=-1FR")
    found = spans(closing, "2026-11-01", "2027-03-01")
    assert [span[:10] for span in found] == ["2026-11-27", "2026-12-25", "2027-01-29", "2027-02-26"]


def test_what_is_written_holds_even_if_the_rule_names_other_days() -> None:
    odd = dated("2026-11-03 12:00", "2026-11-03 18:00", rule="FREQ=MONTHLY;BYDAY=-1FR;COUNT=3")
    found = spans(odd, "2026-01-01", "2028-01-01")
    assert [span[:10] for span in found] == ["2026-11-03", "2026-11-27", "2026-12-25"]


def test_what_is_written_holds_even_if_the_rule_ended_before() -> None:
    over = dated("2026-11-03 12:00", "2026-11-03 18:00", rule="FREQ=DAILY;UNTIL=20200101")
    assert spans(over, "2026-01-01", "2028-01-01") == ["2026-11-03T12:00/2026-11-03T18:00"]


def test_plain_days_and_numbered_days_may_stand_in_one_rule() -> None:
    mixed = dated("2026-11-02 12:00", "2026-11-02 18:00", rule="FREQ=MONTHLY;BYDAY=MO,-1FR")
    found = spans(mixed, "2026-11-01", "2026-12-01")
    assert [span[8:10] for span in found] == ["02", "09", "16", "23", "27", "30"]


@pytest.mark.parametrize(
    ("until", "days"),
    [
        ("20261103", ["01", "02", "03"]),
        ("20261103T010000", ["01", "02", "03"]),
        ("20261103T005900", ["01", "02"]),
        # 01:00 in Kathmandu is 19:15 UTC of the day before.
        ("20261102T191500Z", ["01", "02", "03"]),
        ("20261102T191400Z", ["01", "02"]),
    ],
)
def test_a_rule_ends_with_the_time_that_it_names(until: str, days: list[str]) -> None:
    one = dated(
        "2026-11-01 01:00", "2026-11-01 02:00", "Asia/Kathmandu", rule=f"FREQ=DAILY;UNTIL={until}"
    )
    local = [
        holds_at(one, datetime(2026, 10, 31, 19, 30, tzinfo=UTC) + timedelta(days=number))
        for number in range(9)
    ]
    assert [f"{number + 1:02}" for number, span in enumerate(local) if span] == days


def test_the_next_time_begins_after_now_even_if_one_holds() -> None:
    weekend = weekly("Fri 17:00", "Mon 08:00")
    found = next_after(weekend, at("2026-11-06T17:00"))
    assert found is not None
    assert found.begins == at("2026-11-13T17:00")


def test_what_never_comes_again_has_no_next_time() -> None:
    assert next_after(dated("2026-01-01 00:00", "2026-01-02 00:00"), at("2026-06-01")) is None
    over = dated("2026-01-01 00:00", "2026-01-02 00:00", rule="FREQ=DAILY;UNTIL=20260301")
    assert next_after(over, at("2026-06-01")) is None


def test_the_next_time_is_looked_for_two_years_ahead_at_most() -> None:
    far = dated("2030-01-01 00:00", "2030-01-02 00:00")
    assert next_after(far, at("2027-12-01")) is None
    assert next_after(far, at("2028-02-01")) is not None


def test_two_years_ahead_are_the_same_from_every_time_zone() -> None:
    # New York is on winter time at this instant, and on summer time 731 days later.
    instant, there = at("2026-11-01T12:00"), ZoneInfo("America/New_York")
    edge = dated("2028-11-01 11:30", "2028-11-01 13:00")
    found = next_after(edge, instant.astimezone(there))
    assert found == next_after(edge, instant)
    assert found is not None


def test_of_several_that_hold_the_one_that_ends_last_is_told() -> None:
    month = dated("2026-01-01 00:00", "2026-02-10 00:00", repeats="monthly")
    found = holds_at(month, at("2026-03-05"))
    assert found is not None
    assert found.ends == at("2026-04-10")


def test_an_instant_has_a_time_zone() -> None:
    naive = datetime.fromisoformat("2026-01-01T12:00")
    with pytest.raises(ValueError, match="time zone"):
        holds_at(weekly("Mon 00:00", "Tue 00:00"), naive)
    with pytest.raises(ValueError, match="time zone"):
        next_after(weekly("Mon 00:00", "Tue 00:00"), naive)


def test_instants_far_from_any_policy_hold_nothing() -> None:
    always = weekly("Mon 00:00", "Mon 00:00")
    earliest, latest = at("0001-01-01"), at("9999-12-31T23:59:59.999999")
    assert holds_at(always, earliest) is holds_at(always, latest) is None
    assert next_after(always, latest) is None


@pytest.mark.parametrize("zone", ["localtime", "Factory", "../etc/localtime", "europe/lisbon", ""])
def test_a_zone_is_one_that_every_machine_knows(zone: str) -> None:
    with pytest.raises(ValidationError, match="is no time zone"):
        weekly("Fri 17:00", "Mon 08:00", zone)


@pytest.mark.parametrize(
    ("begins", "ends", "rule", "message"),
    [
        ("1969-12-31 00:00", "1970-01-02 00:00", "", "1970 to 2199"),
        ("2199-12-31 00:00", "2200-01-01 00:00", "", "1970 to 2199"),
        ("2026-02-30 00:00", "2026-03-02 00:00", "", "day"),
        ("2026-02-03 00:00", "2026-02-03T00:00", "", "ends before"),
        ("2026-01-01 00:00", "2027-01-03 00:00", "FREQ=DAILY", "lasts a year at most"),
        ("2026-01-01 00:00", "2026-01-03 00:00", "FREQ=HOURLY", "`FREQ` is one of"),
    ],
)
def test_times_that_cannot_be_followed_are_refused(
    begins: str, ends: str, rule: str, message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        dated(begins, ends, rule=rule)
