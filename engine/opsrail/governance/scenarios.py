"""Scenarios: requests made up beside the policy, and what it must say about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from opsrail.findings import Finding, Location, Unreadable, in_order
from opsrail.governance.changes import Change, ChangeSet, share_of
from opsrail.governance.deciding import decide
from opsrail.governance.directory import Directory
from opsrail.governance.formats import (
    Expected,
    Scenario,
    ScenarioReview,
    ScenariosFile,
    spread,
)
from opsrail.governance.kinds import SCENARIOS_FOLDER
from opsrail.governance.model import Decision, RuleState
from opsrail.governance.policy import Policy
from opsrail.governance.request import Authorship, Request, Review, ReviewState
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

_WORST = (RuleState.ERROR, RuleState.PENDING, RuleState.APPROVED, RuleState.SKIPPED)
CODE = "governance-scenario"


@dataclass(frozen=True, slots=True)
class Tried:
    """A scenario, where it stands, what came of it, and in which ways that is not as expected."""

    scenario: Scenario
    place: Location
    decision: Decision
    departures: tuple[str, ...]


def read_scenarios(
    snapshot: Snapshot,
) -> tuple[tuple[tuple[Scenario, Location], ...], tuple[Finding, ...]]:
    """Every scenario with its place, and what is wrong with the files."""
    found: list[tuple[Scenario, Location]] = []
    wrong: list[Finding] = []
    for path in snapshot.paths(SCENARIOS_FOLDER, ".yaml"):
        try:
            yaml = YamlText.parse(path, snapshot.text(path))
        except Unreadable as error:
            wrong.append(error.finding)
            continue
        file, faults = read_as("governance-scenarios", ScenariosFile, yaml)
        wrong += faults
        for number, scenario in enumerate(file.scenarios if file else ()):
            found.append((scenario, yaml.place(("scenarios", number, "name"))))
    return tuple(found), in_order(wrong)


def try_scenario(
    scenario: Scenario, place: Location, policy: Policy | None, directory: Directory
) -> Tried:
    """What the policy says about a scenario."""
    change = _change_set(scenario, policy)
    decision = decide(policy, directory, change, _request(scenario, change), scenario.at)
    return Tried(scenario, place, decision, tuple(_departures(scenario.expect, decision)))


def _change_set(scenario: Scenario, policy: Policy | None) -> ChangeSet:
    changes = tuple(
        Change(
            one.file,
            one.change,
            weight=one.weight,
            owners=spread(one.owner) or _claimed(one.file, policy),
            roles=spread(one.reaches),
        )
        for one in scenario.changes
    )
    ordered = tuple(sorted(changes, key=lambda change: change.order))
    shares = {one.path: share_of(one.path, "before", "after") for one in ordered}
    return ChangeSet("", "", ordered, shares)


def _claimed(path: str, policy: Policy | None) -> tuple[str, ...]:
    """Who answers for a file of which the scenario does not say it."""
    from opsrail.governance.globs import matches

    claims = policy.file.owners if policy else ()
    return next(((claim.owner,) for claim in claims if matches(claim.files, path)), ())


def _request(scenario: Scenario, change: ChangeSet) -> Request:
    agreed = (ScenarioReview(by=who) for who in scenario.approved_by)
    made = Authorship("", scenario.author, co_authors=scenario.with_)
    return Request(
        title=scenario.name,
        author=scenario.author,
        last_pusher=scenario.author,
        commits=(made,),
        reviews=tuple(
            _review(one, scenario.at, change.shares) for one in (*scenario.reviews, *agreed)
        ),
        rolls_back="0" * 40 if scenario.rolls_back else "",
    )


def _review(one: ScenarioReview, at: datetime, shares: Mapping[str, str]) -> Review:
    saw = shares.keys() if one.saw is None else one.saw
    return Review(
        one.by,
        ReviewState(one.says),
        one.at or at,
        covers={path: share for path, share in shares.items() if path in saw},
        text=f"/break-glass {one.break_glass}" if one.break_glass else "",
    )


def _departures(expected: Expected, decision: Decision) -> Iterator[str]:
    if expected.open is not decision.is_open:
        yield f"it is {_gate(decision.is_open)}, and should be {_gate(expected.open)}"
    if expected.tier not in {None, decision.tier}:
        yield f"{_tier(decision)}, and it should fall into tier {expected.tier}"
    states = _states(decision)
    for rule, state in expected.rules.items():
        found = states.get(rule)
        if found is None:
            yield f"there is no rule {rule}"
        elif found.value != state:
            yield f"the rule {rule} is {found.value}, and should be {state}"
    frozen = {one.name for one in decision.frozen}
    if expected.frozen_by is not None and frozen != set(expected.frozen_by):
        named, wanted = (
            ", ".join(sorted(names)) or "nothing" for names in (frozen, set(expected.frozen_by))
        )
        yield f"it is frozen by {named}, and should be by {wanted}"
    if expected.problem and not any(expected.problem in one for one in decision.problems):
        yield f"no reason says “{expected.problem}”"


def _tier(decision: Decision) -> str:
    return "no tier fits it" if decision.tier is None else f"it falls into tier {decision.tier}"


def _gate(is_open: bool) -> str:  # noqa: FBT001 - a word for a truth value
    return "open" if is_open else "closed"


def _states(decision: Decision) -> Mapping[str, RuleState]:
    """Each rule's state; where it asks several teams, the worst."""
    found: dict[str, RuleState] = {}
    for one in decision.outcomes:
        known = found.get(one.rule, one.state)
        found[one.rule] = min(known, one.state, key=_WORST.index)
    return found
