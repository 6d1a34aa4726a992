"""Whether a requirement is met: who agreed and counts, who does not count and why, who could."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opsrail.findings import Location
from opsrail.governance.directory import Directory
from opsrail.governance.formats import Part
from opsrail.governance.model import Approval, Discounted, RuleOutcome, RuleState
from opsrail.governance.requirements import Requirement
from opsrail.governance.standing import Standing, changed_since

_HAD = {
    Part.AUTHOR: "wrote part of it",
    Part.CO_AUTHORS: "wrote part of it",
    Part.COMMITTERS: "committed part of it",
    Part.LAST_PUSHER: "pushed it last",
}


@dataclass(frozen=True, slots=True)
class Votes:
    """What all rules are weighed with: who said what, who had which part, what there is to see."""

    standings: Mapping[str, Standing]
    parts: Mapping[Part, tuple[str, ...]]
    shares: Mapping[str, str]
    directory: Directory

    def barred(self, distinct_from: tuple[Part, ...]) -> Mapping[str, str]:
        """Person → why their yes does not count."""
        found: dict[str, str] = {}
        for part in distinct_from:
            for who in self.directory.people(self.parts[part]):
                found.setdefault(who, _HAD[part])
        return found


def outcome(requirement: Requirement, place: Location, votes: Votes) -> RuleOutcome:
    """How it stands with one requirement."""
    members = votes.directory.members(requirement.groups)
    barred = votes.barred(requirement.asks.distinct_from)
    could = members - barred.keys()
    shares = {change.path: votes.shares[change.path] for change in requirement.changes}
    given = tuple(_given(could, shares, votes))
    agreed = {approval.person for approval in given}
    needed = requirement.asks.count
    problem = (
        requirement.problem
        or _unnamed(requirement, votes)
        or _unreachable(requirement, members, could)
    )
    state = RuleState.APPROVED if len(given) >= needed else RuleState.PENDING
    return RuleOutcome(
        requirement.rule,
        place,
        RuleState.ERROR if problem else state,
        requirement.groups,
        needed,
        given,
        tuple(_discounted(members, barred, agreed, shares, votes)),
        tuple(sorted(could - agreed)),
        requirement.changes,
        problem,
        requirement.is_for_risk,
    )


def _given(could: frozenset[str], shares: Mapping[str, str], votes: Votes) -> Iterator[Approval]:
    for who in sorted(could & votes.standings.keys()):
        seen = [
            review
            for review in votes.standings[who].approvals
            if not changed_since(review.covers, shares)
        ]
        if seen:
            yield Approval(who, seen[0].at)


def _discounted(
    members: frozenset[str],
    barred: Mapping[str, str],
    agreed: set[str],
    shares: Mapping[str, str],
    votes: Votes,
) -> Iterator[Discounted]:
    for who in sorted((members & votes.standings.keys()) - agreed):
        approvals = votes.standings[who].approvals
        if approvals and who in barred:
            yield Discounted(who, barred[who])
        elif approvals:
            yield Discounted(who, _fallen(approvals[-1].covers, shares))


def _fallen(covers: Mapping[str, str] | None, shares: Mapping[str, str]) -> str:
    if covers is None:
        return "agreed to a commit that is not known here"
    first, *others = changed_since(covers, shares)
    more = f" and {len(others)} more" if others else ""
    return f"agreed before {first}{more} changed"


def _unnamed(requirement: Requirement, votes: Votes) -> str:
    """Why nobody's yes can be believed, since it may be of whoever pushed; empty if it can."""
    is_asked = Part.LAST_PUSHER in requirement.asks.distinct_from and requirement.asks.count
    if is_asked and not any(votes.parts[Part.LAST_PUSHER]):
        return "it is not known who pushed it last, and their yes must not count"
    return ""


def _unreachable(requirement: Requirement, members: frozenset[str], could: frozenset[str]) -> str:
    """Why nobody's yes could ever be enough; empty if it could."""
    if len(could) >= requirement.asks.count:
        return ""
    team = " or ".join(requirement.groups)
    if len(members) < requirement.asks.count:
        return f"{team} has {len(members)} people, and {requirement.asks.count} must agree"
    return (
        f"of the {len(members)} people in {team} only {len(could)} had no part in it,"
        f" and {requirement.asks.count} must agree"
    )
