"""Hypothesis strategies: freezes of every sort, and instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from opsrail.governance.formats import Day, Freeze

ZONES = (
    "UTC",
    "Europe/Lisbon",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
)
FIRST = datetime.fromisoformat("2009-01-01")
LAST = datetime.fromisoformat("2030-01-01")
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def freeze(name: str = "quiet", /, **said: object) -> Freeze:
    """A freeze as a policy says it."""
    return Freeze.model_validate({"name": name, **said})


def dated(begins: str, ends: str, zone: str = "UTC", **said: str) -> Freeze:
    """A freeze between two times on the wall."""
    return freeze(time_zone=zone, dates={"from": begins, "until": ends, **said})


def weekly(begins: str, ends: str, zone: str = "UTC") -> Freeze:
    """A freeze of every week."""
    return freeze(time_zone=zone, weekly={"from": begins, "until": ends})


_CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
_WEEK_TIMES = st.builds("{} {}".format, st.sampled_from(list(Day)), _CLOCKS)
WEEKLIES = st.fixed_dictionaries({"from": _WEEK_TIMES, "until": _WEEK_TIMES})


def _numbers(least: int, most: int, *, below: bool = True) -> st.SearchStrategy[str]:
    negative = [st.integers(-most, -least)] if below else []
    one = st.one_of(st.integers(least, most), *negative)
    return st.lists(one, min_size=1, max_size=3).map(lambda some: ",".join(map(str, some)))


_WEEKDAYS = st.lists(st.sampled_from("MO TU WE TH FR SA SU".split()), min_size=1, max_size=3)
_WHICH = st.sampled_from(["", "1", "2", "-1", "5", "-2", "+3"])
_NUMBERED = st.lists(
    st.builds("{}{}".format, _WHICH, st.sampled_from("MO WE FR SU".split())),
    min_size=1,
    max_size=3,
).map(",".join)


@st.composite
def rules(draw: st.DrawFn, *, ends: bool = True) -> str:
    """A rule that can be followed."""
    frequency = draw(st.sampled_from("YEARLY MONTHLY WEEKLY DAILY".split()))
    parts = {"FREQ": st.just(frequency), "INTERVAL": st.integers(1, 5).map(str)}
    optional = {"BYMONTH": _numbers(1, 12, below=False)}
    optional["WKST"] = st.sampled_from(["MO", "SU", "TH"])
    optional["BYDAY"] = _WEEKDAYS.map(",".join)
    if frequency in {"YEARLY", "MONTHLY"}:
        optional["BYDAY"] = _NUMBERED
    if frequency != "WEEKLY":
        optional["BYMONTHDAY"] = _numbers(1, 31)
    if frequency == "YEARLY":
        optional["BYYEARDAY"] = _numbers(1, 366)
    said = draw(st.fixed_dictionaries(parts, optional=optional))
    if {"BYDAY", "BYMONTHDAY"} & said.keys() and frequency in {"YEARLY", "MONTHLY"}:
        said |= draw(st.fixed_dictionaries({}, optional={"BYSETPOS": _numbers(1, 3)}))
    if ends:
        said |= draw(
            st.sampled_from(
                [{}, {"COUNT": "7"}, {"UNTIL": "20270101"}, {"UNTIL": "20200101T000000Z"}]
            )
        )
    return ";".join(f"{name}={value}" for name, value in said.items())


@st.composite
def dates(draw: st.DrawFn) -> dict[str, str]:
    """A span once or again and again, of an hour up to some weeks."""
    begins = draw(st.datetimes(FIRST, LAST))
    begins = begins.replace(second=0, microsecond=0)
    ends = begins + timedelta(hours=draw(st.integers(1, 800)))
    said = {"from": f"{begins:%Y-%m-%d %H:%M}", "until": f"{ends:%Y-%m-%d %H:%M}"}
    again: st.SearchStrategy[dict[str, str]] = st.one_of(
        st.just({}),
        st.sampled_from(["weekly", "monthly", "yearly"]).map(lambda word: {"repeats": word}),
        rules().map(lambda rule: {"rule": rule}),
    )
    return said | draw(again)


@st.composite
def freezes(draw: st.DrawFn, /, name: str = "quiet", **said: object) -> Freeze:
    """A freeze of any sort."""
    when = draw(
        st.one_of(
            WEEKLIES.map(lambda span: {"weekly": span}), dates().map(lambda span: {"dates": span})
        )
    )
    return freeze(name, **said, **when, time_zone=draw(st.sampled_from(ZONES)))
