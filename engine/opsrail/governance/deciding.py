"""The decision: whether a request may land, as far as people decide.

A closed gate is the default. A missing policy, a change that no tier fits, a file that nobody
answers for, a rule that cannot be asked, and nothing that was asked at all mean no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from opsrail.governance.approvals import Votes, outcome
from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.directory import Directory
from opsrail.governance.emergency import broken_glass
from opsrail.governance.formats import Tier
from opsrail.governance.freezes import Frost, frost
from opsrail.governance.kinds import GOVERNANCE_PATH, PEOPLE_PATH
from opsrail.governance.model import (
    Decision,
    GlassBroken,
    RuleOutcome,
    RuleState,
)
from opsrail.governance.policy import Policy
from opsrail.governance.request import Request
from opsrail.governance.requirements import by_tier, requirements, unowned
from opsrail.governance.standing import parts_of, standings

MOST_NAMED = 3
"""Files or changes that one reason names."""


def decide(
    policy: Policy | None,
    directory: Directory,
    change: ChangeSet,
    request: Request,
    now: datetime,
    *,
    demanded: tuple[str, ...] = (),
) -> Decision:
    """Decide on a request. `policy` and `directory` are those of the branch that it would land
    on; `demanded` are approval rules that its risk asks for besides.
    """
    if policy is None:
        return Decision(is_open=False, problems=(_NO_POLICY,))
    tiers, nowhere = by_tier(policy.file, change.changes)
    strangers = _strangers(request, directory)
    problems = tuple(_problems(policy, change.changes, nowhere, strangers))
    votes = Votes(
        standings(request.reviews, directory, now, change.shares.keys()),
        parts_of(request),
        change.shares,
        directory,
    )
    outcomes = _outcomes(policy, tiers, votes, request, demanded)
    objections = _objections(outcomes, votes)
    calendar = frost(policy, change.changes, request, now)
    glass = broken_glass(policy.file.break_glass, request.reviews, votes, now)
    asked = [one for one in outcomes if one.state is not RuleState.SKIPPED]
    agreed = bool(asked) and all(one.state is RuleState.APPROVED for one in asked)
    by_people = (agreed and not calendar.frozen) or (glass is not None and glass.holds)
    is_open = by_people and not problems and not objections
    gravest = next(iter(tiers), None)
    return Decision(
        is_open=is_open,
        tier=gravest.tier if gravest else None,
        title=gravest.title if gravest else "",
        tiers={tier.tier: changes for tier, changes in tiers.items()},
        outcomes=outcomes,
        objections=objections,
        frozen=calendar.frozen,
        ahead=calendar.ahead,
        glass=glass,
        problems=problems,
        decides_again=_decides_again(glass, calendar, is_open=is_open, agreed=agreed),
        unknown=tuple(sorted({*strangers, *directory.strangers(_reviewers(request))})),
        rolls_back=request.rolls_back,
    )


_NO_POLICY = (
    f"there is no sound {GOVERNANCE_PATH} on the branch that this would land on, so nobody can"
    " agree to it"
)


def _problems(
    policy: Policy,
    changes: tuple[Change, ...],
    nowhere: tuple[Change, ...],
    strangers: tuple[str, ...],
) -> Iterator[str]:
    if not changes:
        yield "nothing changes, so there is nothing to agree to"
    if nowhere:
        yield f"no tier fits {_named([f'{one.what} in {one.path}' for one in nowhere])}"
    if paths := unowned(changes):
        yield f"nobody answers for {_named(paths)}: name an owner there, or claim it in `owners`"
    if strangers and policy.file.strangers == "refused":
        yield f"{PEOPLE_PATH} knows nobody called {_named(strangers)}, who made a part of it"


def _named(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _outcomes(
    policy: Policy,
    tiers: Mapping[Tier, tuple[Change, ...]],
    votes: Votes,
    request: Request,
    demanded: tuple[str, ...],
) -> tuple[RuleOutcome, ...]:
    instead = policy.file.rollbacks.needs if request.rolls_back else ()
    # A proved rollback goes back to what was agreed before: its risk asks for nobody besides.
    besides = () if instead else demanded
    asked = requirements(policy.file, votes.directory, tiers, instead=instead, besides=besides)
    found = [outcome(one, policy.rule_place(one.rule), votes) for one in asked]
    named = {one.rule for one in found}
    skipped = (
        RuleOutcome(name, policy.rule_place(name), RuleState.SKIPPED)
        for name in policy.file.approvals
        if name not in named
    )
    return (*found, *skipped)


def _objections(outcomes: tuple[RuleOutcome, ...], votes: Votes) -> tuple[str, ...]:
    """People who asked for changes, and whose yes could have counted."""
    groups = {group for one in outcomes for group in one.groups}
    may = votes.directory.members(groups)
    return tuple(sorted(who for who, one in votes.standings.items() if one.objects and who in may))


def _decides_again(
    glass: GlassBroken | None, calendar: Frost, *, is_open: bool, agreed: bool
) -> datetime | None:
    """The next instant at which the answer can change though nobody says anything."""
    if not is_open:
        return calendar.thaws
    if agreed and not calendar.frozen:
        return calendar.ahead.begins if calendar.ahead else None
    return glass.expires if glass else None


def _strangers(request: Request, directory: Directory) -> tuple[str, ...]:
    """Names of those who had a part in the request that nobody in the directory goes by."""
    return directory.strangers(name for names in parts_of(request).values() for name in names)


def _reviewers(request: Request) -> tuple[str, ...]:
    return tuple(review.by for review in request.reviews)
