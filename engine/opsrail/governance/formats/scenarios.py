"""policies/governance/NAME.yaml: made-up requests, and what the policy must say of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from opsrail.content.changes import Weight
from opsrail.governance.formats.words import Name, Word
from opsrail.governance.vocabulary import TERMS
from opsrail.repo.formats import FileFormat


class ScenarioChange(FileFormat):
    """A change that a scenario makes, as a policy would see it."""

    change: Word = Field(description="A term: `money raised`.")
    file: str = Field(min_length=1)
    owner: Name | tuple[Name, ...] = ()
    reaches: Name | tuple[Name, ...] = ()
    weight: Weight = Weight.WORTH_KNOWING

    @field_validator("change")
    @classmethod
    def _is_a_term(cls, word: str) -> str:
        if word not in TERMS:
            raise ValueError(f"`{word}` is no single change, such as `money raised`")
        return word


class ScenarioReview(FileFormat):
    """What somebody says in a scenario. `saw` are the files that they saw as they are now; all of
    them if left out.
    """

    by: Name
    says: Literal["approved", "changes requested", "dismissed"] = "approved"
    at: datetime | None = Field(default=None, description="The scenario's time, if left out.")
    saw: tuple[str, ...] | None = None
    break_glass: str = Field(default="", description="The reason, if they call for it.")


class Expected(FileFormat):
    """What must come of a scenario. What is not said may be anything."""

    open: bool
    tier: int | None = None
    rules: dict[str, Literal["approved", "pending", "skipped", "error"]] = Field(
        default_factory=dict, description="Approval rule → state; several teams: the worst."
    )
    frozen_by: tuple[Name, ...] | None = None
    problem: str = Field(default="", description="Words of a reason for no that no yes mends.")


class Scenario(FileFormat):
    """One request, and what the policy must say about it."""

    name: str = Field(min_length=1)
    at: datetime
    author: Name = Field(description="Who wrote it: a person of policies/people.yaml.")
    with_: tuple[Name, ...] = Field(default=(), alias="with", description="Co-authors.")
    changes: tuple[ScenarioChange, ...] = Field(min_length=1)
    approved_by: tuple[Name, ...] = ()
    reviews: tuple[ScenarioReview, ...] = ()
    rolls_back: bool = False
    expect: Expected

    @field_validator("at")
    @classmethod
    def _has_a_zone(cls, at: datetime) -> datetime:
        if at.tzinfo is None:
            raise ValueError("say the time zone too: 2026-12-02T10:00:00Z")
        return at


class ScenariosFile(FileFormat):
    """policies/governance/NAME.yaml: what the policy must say, tried by `opsrail policy test`."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1)
