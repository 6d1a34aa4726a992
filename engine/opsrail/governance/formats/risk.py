"""How risk is weighed, and what it asks for."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from opsrail.governance.formats.recurring import Peak
from opsrail.governance.formats.words import Glob, Name
from opsrail.repo.formats import FileFormat
from opsrail.streams.spans import Span


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
