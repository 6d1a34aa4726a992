"""The file formats of governance: policies/governance.yaml, policies/people.yaml, scenarios and
mitigations. Their JSON Schemas are exported from here.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from opsrail.content.changes import Weight
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import ANYTHING, NOUNS, TERMS, terms_of
from opsrail.repo.formats import FileFormat
from opsrail.streams.spans import Span

Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Lower-case letters, digits and dashes, for example `risk-owners`.",
    ),
]
Glob = Annotated[
    str,
    Field(
        min_length=1,
        description="Files, from the repository's root: `content/sources/*.md`; `**` goes down"
        " any number of folders.",
    ),
]
Word = Annotated[
    str,
    Field(
        description="A term such as `money raised`, a noun for all its directions, or `anything`.",
        json_schema_extra={"enum": [ANYTHING, *NOUNS, *TERMS]},
    ),
]
OWNERS = "owners"
"""In an approval rule: whoever answers for what changed."""


class Part(StrEnum):
    """What somebody had in a change. Who had it does not count as an approver."""

    AUTHOR = "author"
    CO_AUTHORS = "co-authors"
    COMMITTERS = "committers"
    LAST_PUSHER = "last-pusher"


class Claim(FileFormat):
    """Which team answers for files that do not name an owner themselves."""

    files: Glob
    owner: Name


class Predicate(FileFormat):
    """Which changes are meant. Everything that is said here must fit; what is not said fits all."""

    change: Word | tuple[Word, ...] = ANYTHING
    kind: ArtifactKind | tuple[ArtifactKind, ...] = ()
    files: Glob | tuple[Glob, ...] = ()
    owner: Name | tuple[Name, ...] = ()
    weight: Weight | tuple[Weight, ...] = ()
    reaches: Name | tuple[Name, ...] = Field(
        default=(), description="Roles: a page of one of them holds what changed."
    )

    @field_validator("change")
    @classmethod
    def _is_known(cls, words: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for word in (words,) if isinstance(words, str) else words:
            if not terms_of(word):
                raise ValueError(f"`{word}` is no change that anybody knows")
        return words


class Tier(FileFormat):
    """How grave a change is, and which rules it needs for that."""

    tier: int = Field(ge=0, le=9, description="0 for the lightest.")
    title: str = Field(min_length=1)
    when: tuple[Word | Predicate, ...] = Field(
        min_length=1, description="A change belongs to the tier if one of these fits it."
    )
    needs: tuple[Name, ...] = Field(
        min_length=1,
        description="Approval rules. Where nobody is needed, a rule of count 0 says so.",
    )

    @field_validator("when")
    @classmethod
    def _are_known(cls, words: tuple[str | Predicate, ...]) -> tuple[str | Predicate, ...]:
        for word in words:
            if isinstance(word, str) and not terms_of(word):
                raise ValueError(f"`{word}` is no change that anybody knows")
        return words


class ApprovalRule(FileFormat):
    """How many people of which groups must agree, and who does not count."""

    title: str = ""
    from_: Literal["owners"] | tuple[Name, ...] = Field(
        alias="from",
        description="Groups; or `owners`: each team that answers for something that changed.",
    )
    count: int = Field(default=1, ge=0, le=20, description="For `owners`: so many of each team.")
    distinct_from: tuple[Part, ...] = Field(
        default=tuple(Part), description="Whose approval does not count. All of them, if left out."
    )


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
        pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([01]\d|2[0-3]):[0-5]\d$",
        description="A day and time of every week: `Fri 17:00`.",
    ),
]
WallTime = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}[T ]([01]\d|2[0-3]):[0-5]\d$",
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
        datetime.fromisoformat(text)
        return text

    @model_validator(mode="after")
    def _is_sound(self) -> Dated:
        if self.until.replace(" ", "T") <= self.from_.replace(" ", "T"):
            raise ValueError("it ends before it begins")
        if self.repeats and self.rule:
            raise ValueError("say `repeats` or `rule`, not both")
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
        if name not in available_timezones():
            raise ValueError(f"`{name}` is no time zone")
        return name

    @model_validator(mode="after")
    def _says_when(self) -> Recurring:
        if (self.weekly is None) == (self.dates is None):
            raise ValueError("say either `weekly` or `dates`")
        return self


class Freeze(Recurring):
    """A time in which nothing that it covers may land."""

    covers: tuple[Word | Predicate, ...] = Field(default=(ANYTHING,), min_length=1)


class Peak(Recurring):
    """A time in which many tickets come, told as a risk and no more."""


class Rollbacks(FileFormat):
    """What holds for a request that is proved to take a landed change back."""

    freezes: Literal["hold", "exempt"] = "exempt"
    needs: tuple[Name, ...] = Field(
        default=(), description="Approval rules instead of those of its tiers; none: those stay."
    )


class BreakGlass(FileFormat):
    """Landing in an emergency against approvals and freezes. Proofs still count."""

    from_: tuple[Name, ...] = Field(alias="from", min_length=1, description="Groups.")
    count: int = Field(default=2, ge=2, le=10, description="How many different people.")
    valid_for: Span = "4h"
    review_within: Span = Field(default="7d", description="Until when somebody looks at it.")
    distinct_from: tuple[Part, ...] = tuple(Part)


class RiskLevel(StrEnum):
    """How much a factor, or a change, weighs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low: also the points that a factor adds."""
        return list(RiskLevel).index(self)


class Demand(FileFormat):
    """What a change of some risk needs at the least, whatever its tier says."""

    needs: tuple[Name, ...] = ()
    stages: int = Field(default=1, ge=1, le=10, description="Rings that it goes out in.")


class Limits(FileFormat):
    """Where a figure begins to weigh."""

    medium: float = Field(ge=0)
    high: float = Field(ge=0)

    @model_validator(mode="after")
    def _rise(self) -> Limits:
        if self.high < self.medium:
            raise ValueError("`high` begins below `medium`")
        return self


class Volume(FileFormat):
    """Which tickets a playbook or flow is for, so that tickets an hour can be counted."""

    files: Glob
    stream: Name = "tickets"
    field: str = Field(description="The column that says what a record is about.")
    values: tuple[str, ...] = Field(min_length=1, description="Values or globs.")
    events: dict[str, str] = Field(
        default_factory=dict, description="Only records with these values: `event_type: created`."
    )


class RiskPolicy(FileFormat):
    """How risk is weighed. Each factor adds 0 (low), 1 (medium) or 2 points (high)."""

    people: Limits = Limits(medium=25, high=100)
    vendors: Limits = Limits(medium=1, high=50)
    tickets_an_hour: Limits = Limits(medium=5, high=25)
    volumes: tuple[Volume, ...] = ()
    score: Limits = Field(
        default=Limits(medium=3, high=6), description="Points from which the whole is medium, high."
    )
    peaks: tuple[Peak, ...] = ()
    lookahead: Span = Field(
        default="48h", description="How far a freeze or peak ahead is looked for."
    )
    demands: dict[RiskLevel, Demand] = Field(default_factory=dict)
    mitigate: RiskLevel = Field(
        default=RiskLevel.HIGH,
        description="A factor that weighs so much needs a mitigation on file.",
    )


class GovernanceFile(FileFormat):
    """policies/governance.yaml: who must agree to what, and when nothing lands."""

    owners: tuple[Claim, ...] = Field(
        default=(), description="For files that name no owner: the first that fits decides."
    )
    approvals: dict[Name, ApprovalRule] = Field(min_length=1)
    tiers: tuple[Tier, ...] = Field(
        min_length=1, description="From the gravest down: the first that fits a change is its tier."
    )
    freezes: tuple[Freeze, ...] = ()
    rollbacks: Rollbacks = Rollbacks()
    break_glass: BreakGlass | None = None
    risk: RiskPolicy = RiskPolicy()

    @model_validator(mode="after")
    def _hangs_together(self) -> GovernanceFile:
        ranks = [tier.tier for tier in self.tiers]
        if ranks != sorted(ranks, reverse=True) or len(set(ranks)) < len(ranks):
            raise ValueError("tiers stand from the gravest down, each number once")
        named = {name for tier in self.tiers for name in tier.needs}
        named |= set(self.rollbacks.needs)
        named |= {name for demand in self.risk.demands.values() for name in demand.needs}
        if unknown := sorted(named - self.approvals.keys()):
            raise ValueError(f"there is no approval rule `{unknown[0]}`")
        names = [freeze.name for freeze in self.freezes]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"there are two freezes `{twice[0]}`")
        return self


class Person(FileFormat):
    """Somebody, and how they are known."""

    name: str = Field(min_length=1)
    emails: tuple[str, ...] = ()
    logins: tuple[str, ...] = Field(default=(), description="Names on the forge.")


class Group(FileFormat):
    """People who may speak for something."""

    title: str = ""
    members: tuple[Name, ...] = ()


class PeopleFile(FileFormat):
    """policies/people.yaml: who there is, and which groups they are in."""

    people: dict[Name, Person] = Field(default_factory=dict)
    groups: dict[Name, Group] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _hangs_together(self) -> PeopleFile:
        for name, group in self.groups.items():
            if unknown := [one for one in group.members if one not in self.people]:
                raise ValueError(f"`{unknown[0]}` in the group {name} is nobody in `people`")
        known: dict[str, str] = {}
        for who, person in self.people.items():
            for alias in (who, *person.emails, *person.logins):
                if known.setdefault(alias.casefold(), who) != who:
                    raise ValueError(f"`{alias}` is both {known[alias.casefold()]} and {who}")
        return self


class MitigationEntry(FileFormat):
    """What is done about a risk of some files, and by whom."""

    factor: str = Field(min_length=1, description="A factor of risk, as the plan names it.")
    files: Glob
    what: str = Field(min_length=10)
    owner: Name
    until: date


class MitigationsFile(FileFormat):
    """policies/mitigations.yaml: what is done about the risks that are known."""

    mitigations: tuple[MitigationEntry, ...] = ()


def spread(values: Any) -> tuple[Any, ...]:  # noqa: ANN401 - one value of any kind, or several
    """What may be written as one value or as a list, as a tuple."""
    return values if isinstance(values, tuple) else (values,)
