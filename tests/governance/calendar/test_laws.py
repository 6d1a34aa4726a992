"""What holds for every freeze at every instant."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from opsrail.governance.calendar import holds_at, next_after, occurrences
from opsrail.governance.formats import Day, Freeze
from tests.governance.calendar.times import INSTANTS, WEEKLIES, ZONES, freeze, freezes

STRETCHES = st.timedeltas(timedelta(0), timedelta(days=500))
LONGEST_JUMP = timedelta(hours=25)


@given(freezes(), INSTANTS)
def test_it_holds_at_an_instant_if_an_occurrence_has_it(one: Freeze, instant: datetime) -> None:
    found = holds_at(one, instant)
    near = list(occurrences(one, instant - timedelta(days=40), instant + timedelta(days=40)))
    having = [span for span in near if span.begins <= instant < span.ends]
    assert (found is not None) == bool(having)
    if found is not None:
        assert found in having
        assert found.ends == max(span.ends for span in having)


@given(freezes(), INSTANTS, STRETCHES)
def test_occurrences_overlap_the_stretch_in_order_each_once(
    one: Freeze, start: datetime, length: timedelta
) -> None:
    found = list(occurrences(one, start, start + length))
    assert found == sorted(set(found))
    for span in found:
        assert span.begins < span.ends
        assert span.begins < start + length
        assert start < span.ends
        assert span.begins.tzinfo is UTC


@given(freezes(), INSTANTS, STRETCHES, STRETCHES)
def test_two_stretches_show_what_the_whole_shows(
    one: Freeze, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    parts = {*occurrences(one, start, middle), *occurrences(one, middle, end)}
    assert sorted(parts) == list(occurrences(one, start, end))


@given(freezes(), INSTANTS)
def test_the_next_time_is_the_first_that_begins_after_the_instant(
    one: Freeze, instant: datetime
) -> None:
    found = next_after(one, instant)
    coming = [
        span
        for span in occurrences(one, instant, instant + timedelta(days=731))
        if span.begins > instant
    ]
    assert found == min(coming, default=None)


@given(WEEKLIES, st.sampled_from(ZONES), INSTANTS)
def test_what_the_wall_shows_as_frozen_is_frozen(
    span: dict[str, str], zone: str, instant: datetime
) -> None:
    one = freeze(time_zone=zone, weekly=span)
    if _shows(span, zone, instant):
        assert holds_at(one, instant) is not None


@given(WEEKLIES, st.sampled_from(ZONES), INSTANTS)
def test_what_is_frozen_is_shown_by_the_wall_but_where_clocks_change(
    span: dict[str, str], zone: str, instant: datetime
) -> None:
    one = freeze(time_zone=zone, weekly=span)
    where = ZoneInfo(zone)
    offsets = {
        instant.astimezone(where).utcoffset()
        for instant in (instant - LONGEST_JUMP, instant, instant + LONGEST_JUMP)
    }
    if len(offsets) == 1 and holds_at(one, instant) is not None:
        assert _shows(span, zone, instant)


@given(freezes(), INSTANTS)
def test_the_time_zone_of_the_machine_does_not_matter(one: Freeze, instant: datetime) -> None:
    found = []
    for zone in ("UTC", "America/St_Johns", "Pacific/Kiritimati"):
        with machine_in(zone):
            found.append((holds_at(one, instant), next_after(one, instant)))
    assert found[0] == found[1] == found[2]


@given(freezes(), INSTANTS, st.sampled_from(ZONES))
def test_it_does_not_matter_in_which_zone_an_instant_is_told(
    one: Freeze, instant: datetime, zone: str
) -> None:
    told = instant.astimezone(ZoneInfo(zone))
    assert holds_at(one, told) == holds_at(one, instant)
    assert next_after(one, told) == next_after(one, instant)


def _shows(span: dict[str, str], zone: str, instant: datetime) -> bool:
    """Whether the clock on the wall shows a time of the weekly span."""
    wall = instant.astimezone(ZoneInfo(zone))
    now = (wall.weekday(), f"{wall:%H:%M}")
    begins, ends = (
        (list(Day).index(Day(text[:3])), text[4:]) for text in (span["from"], span["until"])
    )
    if begins < ends:
        return begins <= now < ends
    return now >= begins or now < ends


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """This process as if on a machine in that time zone."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
