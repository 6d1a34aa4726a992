"""policies/governance.yaml: who must agree to what, and when nothing lands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from opsrail.governance.formats.recurring import Freeze
from opsrail.governance.formats.risk import RiskPolicy
from opsrail.governance.formats.words import Claim, Name, Part, Predicate, Word, known_words
from opsrail.repo.formats import FileFormat
from opsrail.streams.spans import Span


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
        return known_words(words)


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
    strangers: Literal["told", "refused"] = Field(
        default="told",
        description="What becomes of a change with a commit by somebody whom policies/people.yaml"
        " does not know: without knowing them, nobody can tell whose yes is their own.",
    )
    risk: RiskPolicy = RiskPolicy()
