"""Whom a change needs, team by team: the same verdict as its plan's, and more of what is behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.told.changing import own_changes, pages_written
from opsrail.gate.plan.told.losses import in_order, losses_of, place_of
from opsrail.gate.plan.told.quoting import counted, listed, number, plural, said, short_names, sides
from opsrail.gate.plan.told.verdict import verdict_of
from opsrail.gate.plan.told.waiting import Team, place, sorted_outcomes, teams_of
from opsrail.governance.changes import Change
from opsrail.governance.model import Decision, RuleState

MOST_CHANGES: Final = 30
"""Changes that are told one by one; the rest are counted."""
_MOST_NAMES: Final = 30


def agreement_lines(plan: Plan, now: datetime) -> Iterator[str]:
    """Every change once, the gravest first; then who is asked about them; the verdict last."""
    yield from _changes(plan.change.changes)
    yield from _asked(plan)
    for at, told in enumerate(verdict_of(plan, losses_of(plan.change.changes), now)):
        yield f"  {told.words}" if at else told.words


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    own = sorted(
        own_changes(changes),
        key=lambda one: (not one.is_destructive, one.weight.rank, in_order(one)),
    )
    names = short_names(one.path for one in own)
    for one in own[:MOST_CHANGES]:
        words = sides(one.old, one.new)
        yield f"  {one.what}{f': {words}' if words else ''} ({place_of(one, names)})"
    if rest := own[MOST_CHANGES:]:
        yield f"  and {len(rest):,} more: {counted([one.what for one in rest])}"
    if written := pages_written(changes):
        yield f"  {plural(written, 'page')} written anew"
    if changes:
        yield ""


def _asked(plan: Plan) -> Iterator[str]:
    decision = plan.decision
    for team in teams_of(decision):
        yield from _team(team, plan)
    for one in sorted_outcomes(decision):
        if one.state is RuleState.ERROR:
            problem = said(one.problem, 200)
            yield f"  cannot be met  rule {said(one.rule, 40)} ({place(one)}): {problem}"
        elif not one.needed:
            yield f"  agreed   nobody has to: rule {said(one.rule, 40)} ({place(one)})"
    if skipped := _skipped(decision):
        yield f"  not needed: {listed(skipped)}"
    if decision.active or skipped:
        yield ""


def _skipped(decision: Decision) -> list[str]:
    return [one.rule for one in decision.outcomes if one.state is RuleState.SKIPPED]


def _team(team: Team, plan: Plan) -> Iterator[str]:
    state = "waits for" if team.missing else "agreed"
    yield f"  {state:<9} {number(team.needed)} of {team.name}: {team.rules}"
    changes = team.changes
    kinds = counted([one.what for one in changes])
    reason = team.reason(plan.risk)
    risk = f", {reason[reason.index('because the risk') :]}" if "because the risk" in reason else ""
    yield f"            about {plural(len(changes), 'change')}: {kinds}{risk}"
    if given := dict.fromkeys(yes.person for one in team.outcomes for yes in one.given):
        yield f"            agreed: {listed(given, _MOST_NAMES)}"
    for words in _discounted(team):
        yield f"            does not count: {words}"
    if team.missing:
        yield f"            could agree: {listed(team.candidates, _MOST_NAMES) or 'nobody'}"


def _discounted(team: Team) -> Iterable[str]:
    found = {(no.person, no.why) for one in team.outcomes for no in one.discounted}
    return [f"{said(who, 40)} ({said(why, 100)})" for who, why in sorted(found)]
