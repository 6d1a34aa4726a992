"""Times that come once or again and again: freezes and peaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from opsrail.governance.formats.words import Name, Predicate, Word, known_words
from opsrail.governance.recurrence import rule_fault
from opsrail.governance.vocabulary import ANYTHING
from opsrail.governance.zones import zone_fault
from opsrail.repo.formats import FileFormat


class Day(StrEnum):
    """A day of the week."""

    MON = "Mon"
    TUE = "Tue"
    WED = "Wed"
    THU = "Thu"
    FRI = "Fri"
    SAT = "Sat"
    SUN = "Sun"


WeekTime = Annotated[
    str,
    Field(
        pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="A day and time of every week: `Fri 17:00`.",
    ),
]
WallTime = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]$",
        description="A day and time on the wall of that time zone: `2026-12-18 17:00`.",
    ),
]
ZoneName = Annotated[str, Field(description="A time zone by its IANA name: `Europe/Lisbon`.")]


class Weekly(FileFormat):
    """A span of every week."""

    from_: WeekTime = Field(alias="from")
    until: WeekTime


class Dated(FileFormat):
    """A span between two times on the wall, once or again and again."""

    from_: WallTime = Field(alias="from")
    until: WallTime
    repeats: Literal["", "weekly", "monthly", "yearly"] = ""
    rule: str = Field(
        default="",
        description="Instead of `repeats`: a recurrence rule of RFC 5545, such as"
        " `FREQ=MONTHLY;BYDAY=-1FR`.",
    )

    @field_validator("from_", "until")
    @classmethod
    def _is_a_day(cls, text: str) -> str:
        if not 1970 <= datetime.fromisoformat(text).year < 2200:
            raise ValueError("its year is one from 1970 to 2199")
        return text

    @field_validator("rule")
    @classmethod
    def _can_be_followed(cls, text: str) -> str:
        if text and (fault := rule_fault(text)):
            raise ValueError(fault)
        return text

    @model_validator(mode="after")
    def _is_sound(self) -> Dated:
        length = datetime.fromisoformat(self.until) - datetime.fromisoformat(self.from_)
        if length <= timedelta(0):
            raise ValueError("it ends before it begins")
        if self.repeats and self.rule:
            raise ValueError("say `repeats` or `rule`, not both")
        if (self.repeats or self.rule) and length > timedelta(days=366):
            raise ValueError("what comes again lasts a year at most")
        return self


class Recurring(FileFormat):
    """A time that comes once or again and again, on the wall of one time zone."""

    name: Name
    title: str = ""
    time_zone: ZoneName = "UTC"
    weekly: Weekly | None = None
    dates: Dated | None = None

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        if fault := zone_fault(name):
            raise ValueError(fault)
        return name

    @model_validator(mode="after")
    def _says_when(self) -> Recurring:
        if (self.weekly is None) == (self.dates is None):
            raise ValueError("say either `weekly` or `dates`")
        return self


class Freeze(Recurring):
    """A time in which nothing that it covers may land."""

    covers: tuple[Word | Predicate, ...] = Field(default=(ANYTHING,), min_length=1)

    @field_validator("covers")
    @classmethod
    def _are_known(cls, words: tuple[str | Predicate, ...]) -> tuple[str | Predicate, ...]:
        return known_words(words)


class Peak(Recurring):
    """A time in which many tickets come, told as a risk and no more."""
