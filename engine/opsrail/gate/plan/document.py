"""The plan for programs: the layout of its JSON, from which its schema is made.

Keys always stand in this order, lists are sorted, times are in ISO 8601. Halves of surrogate
pairs, of which names of files may be made, are written out (backslash, u, four digits).
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from opsrail.repo.formats import FileFormat

VERSION: Final = 1
"""Grows when a key changes its meaning."""

Time = Annotated[str, Field(description="ISO 8601, with its offset.")]
Index = Annotated[int, Field(ge=0, description="A place in `changes`, from 0.")]


class PlaceEntry(FileFormat):
    """A place in a file; lines and columns count from 1."""

    path: str
    line: int
    column: int


class RequestEntry(FileFormat):
    """What asks to land."""

    number: str
    title: str
    author: str
    last_pusher: str
    target: str
    head: str
    url: str
    rolls_back: str = Field(description="The landed commit that it is proved to take back.")


class TierEntry(FileFormat):
    """One tier, and which changes are in it."""

    tier: int
    changes: tuple[Index, ...]


class ApprovalEntry(FileFormat):
    """One person's yes."""

    person: str
    at: Time


class DiscountedEntry(FileFormat):
    """A yes that does not count, and why."""

    person: str
    why: str


class RuleEntry(FileFormat):
    """One approval rule, for one team where it asks owners."""

    rule: str
    place: PlaceEntry
    state: Literal["approved", "pending", "skipped", "error"]
    groups: tuple[str, ...]
    needed: int
    missing: int
    given: tuple[ApprovalEntry, ...]
    discounted: tuple[DiscountedEntry, ...]
    candidates: tuple[str, ...]
    changes: tuple[Index, ...]
    problem: str


class WantedEntry(FileFormat):
    """People who are still wanted; rules that ask the same people are told once."""

    groups: tuple[str, ...]
    missing: int
    candidates: tuple[str, ...]
    rules: tuple[str, ...]


class FreezeEntry(FileFormat):
    """A freeze that holds now."""

    name: str
    title: str
    until: Time
    place: PlaceEntry


class AheadEntry(FileFormat):
    """The next freeze."""

    name: str
    begins: Time


class GlassEntry(FileFormat):
    """Break-glass as it stands."""

    people: tuple[str, ...]
    needed: int
    reason: str
    expires: Time | None
    review_by: Time | None
    holds: bool


class ChangeEntry(FileFormat):
    """One typed change."""

    path: str
    line: int
    kind: str
    what: str = Field(description="A term of the vocabulary: `money raised`.")
    meaning: str
    danger: str = Field(description="What is lost by it; empty if it is not destructive.")
    is_destructive: bool
    is_final: bool = Field(description="No revert brings it back.")
    subject: str
    old: str
    new: str
    weight: str
    owners: tuple[str, ...]
    roles: tuple[str, ...]


class ShareEntry(FileFormat):
    """A path that changes, and the digest of its part: what a review says it covers."""

    path: str
    digest: str


class ReachedEntry(FileFormat):
    """Names of what is reached, of how many there are."""

    names: tuple[str, ...]
    of: int


class ImpactEntry(FileFormat):
    """Whom and what it reaches."""

    pages: int
    all_pages: int
    must_reread: int
    people: int
    staff: int
    roles: ReachedEntry
    playbooks: ReachedEntry
    rules: ReachedEntry
    flows: ReachedEntry
    suites: ReachedEntry
    regenerated: int
    edited: tuple[str, ...]


class ProofEntry(FileFormat):
    """Something that was tried: `held` of `tried`."""

    name: str
    holds: bool
    held: int
    tried: int
    words: str
    is_advisory: bool = Field(description="Told, and closes nothing.")
    is_reported: bool = Field(description="The request's own run says so.")


class RelatedEntry(PlaceEntry):
    """Another place that explains a finding."""

    label: str


class FindingEntry(PlaceEntry):
    """One located remark."""

    code: str
    severity: Literal["error", "warning", "note"]
    message: str
    hint: str
    related: tuple[RelatedEntry, ...]


class MitigationNote(FileFormat):
    """What is done about a factor."""

    what: str
    owner: str
    place: PlaceEntry


class FactorEntry(FileFormat):
    """One reason why it may hurt."""

    name: str
    level: Literal["low", "medium", "high"]
    evidence: tuple[str, ...]
    paths: tuple[str, ...]
    mitigations: tuple[MitigationNote, ...]
    is_open: bool = Field(description="It must have a mitigation, and `unmitigated` have none.")
    unmitigated: tuple[str, ...]


class RiskEntry(FileFormat):
    """What all factors come to, and what that demands at the least."""

    level: Literal["low", "medium", "high"]
    score: int
    needs: tuple[str, ...]
    stages: int
    factors: tuple[FactorEntry, ...]


class TakeBackEntry(FileFormat):
    """Whether a revert gives base again, and what stays."""

    is_clean: bool
    words: str
    final: tuple[str, ...]


class PlanDocument(FileFormat):
    """What `opsrail plan --format json` writes: the verdict, and everything that it rests on."""

    version: int = VERSION
    verdict: Literal["open", "waiting", "closed"]
    is_open: bool = Field(description="It may land now. Nothing else here says so.")
    exit_code: int
    words: tuple[str, ...] = Field(description="The verdict in words, a line each.")
    as_of: Time
    digest: str = Field(description="What approvals bind to: 64 hex digits.")
    base: str
    head: str
    policy: str = Field(description="The commit whose policy judged; empty: the work tree's.")
    request: RequestEntry
    tier: int | None
    tier_title: str
    tiers: tuple[TierEntry, ...]
    closed_by: tuple[str, ...] = Field(description="Codes of findings that close it.")
    is_too_large: bool
    problems: tuple[str, ...]
    rules: tuple[RuleEntry, ...]
    waits_for: tuple[WantedEntry, ...]
    objections: tuple[str, ...]
    frozen: tuple[FreezeEntry, ...]
    next_freeze: AheadEntry | None
    break_glass: GlassEntry | None
    decides_again: Time | None = Field(description="When it can change though nobody acts.")
    unknown: tuple[str, ...]
    changes: tuple[ChangeEntry, ...]
    shares: tuple[ShareEntry, ...]
    impact: ImpactEntry
    proofs: tuple[ProofEntry, ...]
    findings: tuple[FindingEntry, ...]
    risk: RiskEntry | None
    take_back: TakeBackEntry
    notes: tuple[str, ...]
