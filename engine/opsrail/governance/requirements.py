"""What a policy asks for a change: which approval rules, of whom, for which of its changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from opsrail.governance.changes import Change
from opsrail.governance.directory import Directory
from opsrail.governance.formats import OWNERS, ApprovalRule, GovernanceFile, Tier
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.predicates import tier_of


@dataclass(frozen=True, slots=True)
class Requirement:
    """So many people of one of these groups, for these changes. `problem` says why it cannot be
    asked for, if so. `is_for_risk` if no tier asks for it.
    """

    rule: str
    asks: ApprovalRule
    groups: tuple[str, ...]
    changes: tuple[Change, ...]
    problem: str = ""
    is_for_risk: bool = False


def by_tier(
    policy: GovernanceFile, changes: Iterable[Change]
) -> tuple[Mapping[Tier, tuple[Change, ...]], tuple[Change, ...]]:
    """The changes by the tier that each falls into, the gravest first; and those that no tier
    fits.
    """
    found: dict[int, list[Change]] = {}
    nowhere: list[Change] = []
    for change in changes:
        tier = tier_of(policy, change)
        if tier is None:
            nowhere.append(change)
        else:
            found.setdefault(tier.tier, []).append(change)
    tiers = {tier: tuple(found[tier.tier]) for tier in policy.tiers if tier.tier in found}
    return tiers, tuple(nowhere)


def unowned(changes: Iterable[Change]) -> tuple[str, ...]:
    """Governed files that change and that no team answers for, sorted."""
    return tuple(
        sorted(
            {one.path for one in changes if not one.owners and one.kind is not ArtifactKind.OTHER}
        )
    )


def requirements(
    policy: GovernanceFile,
    directory: Directory,
    tiers: Mapping[Tier, tuple[Change, ...]],
    *,
    instead: tuple[str, ...] = (),
    besides: tuple[str, ...] = (),
) -> tuple[Requirement, ...]:
    """What these changes need, by rule in the policy's order. `instead` are rules that stand for
    those of the tiers (a rollback's), `besides` are asked for everything (what the risk demands).
    """
    asked = {tier: tuple(filter(_is_asked, changes)) for tier, changes in tiers.items()}
    every = tuple(change for changes in asked.values() for change in changes)
    scope: dict[str, list[Change]] = {}
    for tier, changes in asked.items():
        for name in () if instead or not changes else tier.needs:
            scope.setdefault(name, []).extend(changes)
    for_risk = set(besides) - scope.keys()
    for name in (*instead, *besides):
        scope[name] = list(every)
    known = (name for name in policy.approvals if name in scope)
    return (
        *(
            replace(one, is_for_risk=name in for_risk)
            for name in known
            for one in _requirements(name, policy, scope[name], directory)
        ),
        *(_missing(name, scope[name]) for name in sorted(scope.keys() - policy.approvals.keys())),
    )


def _missing(name: str, changes: Iterable[Change]) -> Requirement:
    """A rule that is asked for and not there cannot be met."""
    asks = ApprovalRule.model_validate({"from": []})
    return Requirement(name, asks, (), _ordered(changes), f"there is no approval rule {name}")


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(dict.fromkeys(changes), key=lambda change: change.order))


def _is_asked(change: Change) -> bool:
    """The lock follows its pages, and what it says of a page is agreed to with the page."""
    return change.what != "lock regenerated"


def _requirements(
    name: str, policy: GovernanceFile, changes: Iterable[Change], directory: Directory
) -> Iterable[Requirement]:
    asks, ordered = policy.approvals[name], _ordered(changes)
    if asks.from_ != OWNERS:
        groups = tuple(asks.from_)
        missing = [group for group in groups if not directory.has_group(group)]
        problem = f"there is no group {missing[0]} in policies/people.yaml" if missing else ""
        yield Requirement(name, asks, groups, ordered, problem)
        return
    by_owner: dict[str, list[Change]] = {}
    for change in ordered:
        for owner in change.owners:
            by_owner.setdefault(owner, []).append(change)
    for owner in sorted(by_owner):
        known = directory.has_group(owner)
        problem = "" if known else f"its owner {owner} is no group in policies/people.yaml"
        yield Requirement(name, asks, (owner,), tuple(by_owner[owner]), problem)
    if orphans := tuple(change for change in ordered if not change.owners):
        yield Requirement(name, asks, (), orphans, f"nobody owns {orphans[0].path}")
