"""The verdict in words: what it is, whom it waits for, and when it can change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.told.losses import Losses
from opsrail.gate.plan.told.model import Look, State, ToldLine, line
from opsrail.gate.plan.told.quoting import joined, listed, plural, said, when
from opsrail.gate.plan.told.waiting import (
    discounted_words,
    given_words,
    missing_teams,
    place,
    sorted_outcomes,
    team_lines,
    teams_of,
)
from opsrail.governance.model import Decision, GlassBroken, RuleOutcome, RuleState

_MOST_ROWS: Final = 10
"""Rows of the screen for the verdict."""
_MOST_TEAM_ROWS: Final = 7
"""Rows down to which missing teams are told one by one; then they are told together."""
_LOOKS: Final = {State.OPEN: Look.GOOD, State.WAITING: Look.CARE, State.CLOSED: Look.BAD}


def state_of(plan: Plan, losses: Losses) -> State:
    """Open, waiting for people alone, or closed whoever agrees."""
    if plan.is_open and not losses.is_too_large:
        return State.OPEN
    by, because = list(_by(plan)), list(_because(plan, losses))
    waits = missing_teams(plan.decision) or plan.decision.objections
    return State.CLOSED if by or because or not waits else State.WAITING


def verdict_of(plan: Plan, losses: Losses, now: datetime) -> tuple[ToldLine, ...]:
    """The headline, then what explains it, as far as there is room."""
    state = state_of(plan, losses)
    if state is State.OPEN:
        lead, text = _open(plan, now)
    elif state is State.WAITING:
        whom, text = _waits(plan.decision)
        lead = f"WAITING for {whom}"
    else:
        lead, text = _closed(plan, losses, now)
    if plan.decision.rolls_back:
        undone = said(plan.decision.rolls_back[:7], 20)
        text += f" It takes back {undone}, which is proved."
    told = [line(text, lead, _LOOKS[state])]
    every = (*told, *_explained(plan, state, now, _MOST_ROWS))
    if sum(one.rows for one in every) <= _MOST_ROWS:
        return every
    left = 0
    for one in _explained(plan, state, now, _MOST_TEAM_ROWS - told[0].rows):
        # The last row is for how many lines there are besides.
        if sum(each.rows for each in (*told, one)) < _MOST_ROWS:
            told.append(one)
        else:
            left += 1
    if left:
        more = f"And {plural(left, 'more remark')}: `opsrail plan --format json` tells all."
        told.append(line(more))
    return tuple(told)


# The headline


def _open(plan: Plan, now: datetime) -> tuple[str, str]:
    decision, glass = plan.decision, plan.decision.glass
    if not plan.change.changes:
        return "OPEN", ": nothing changes."
    if glass and glass.holds:
        return "OPEN by break-glass", f" {_glass_words(glass, now)}."
    needed = sum(team.needed for team in teams_of(decision))
    if not needed:
        return "OPEN", ": nobody has to agree."
    return "OPEN", f": all {plural(needed, 'approval')} given, {given_words(decision)}."


def _waits(decision: Decision) -> tuple[str, str]:
    """For how many or whom, and what there is already."""
    objections = _objections(decision) if decision.objections else ""
    if not missing_teams(decision):
        return objections, _have(decision)
    also = f"; and for {objections}" if objections else ""
    return _waits_for(decision), f": {_needs(decision)}{also}."


def _objections(decision: Decision) -> str:
    ask = "asks" if len(decision.objections) == 1 else "ask"
    return f"{_objectors(decision)}, who {ask} for changes"


def _objectors(decision: Decision) -> str:
    return listed(sorted(decision.objections))


def _waits_for(decision: Decision) -> str:
    """How many of the approvals are missing: `1 of 2`."""
    teams = teams_of(decision)
    missing = sum(team.missing for team in teams)
    return f"{missing:,} of {sum(team.needed for team in teams):,}"


def _needs(decision: Decision) -> str:
    given = given_words(decision)
    have = f"have {given}; " if given else ""
    return f"{have}needs {_wanted(decision)}"


def _wanted(decision: Decision) -> str:
    missing = missing_teams(decision)
    if len(missing) > 2:
        return f"people of {plural(len(missing), 'team')}"
    return " and ".join(team.wanted for team in missing)


def _have(decision: Decision) -> str:
    given = given_words(decision)
    return f". Have {given}." if given else "."


def _closed(plan: Plan, losses: Losses, now: datetime) -> tuple[str, str]:
    by, because = list(_by(plan, now)), list(_because(plan, losses))
    if not by and not because:
        because = ["no rule says that it may land"]
    words = f" by {joined(by)}" if by else ""
    return "CLOSED", f"{words}{_after(': ', because[:2])}."


def _after(mark: str, words: list[str]) -> str:
    return mark + "; ".join(words) if words else ""


def _by(plan: Plan, now: datetime | None = None) -> Iterator[str]:
    """What keeps it closed and has a name: freezes first, since no work mends them, and checks."""
    if not plan.decision.is_open:
        for one in sorted(plan.decision.frozen, key=lambda one: (one.until, one.name)):
            until = f" until {when(one.until, now)}" if now else ""
            yield f"freeze “{said(one.name, 40)}”{until}"
    yield from plan.closed_by


def _because(plan: Plan, losses: Losses) -> Iterator[str]:
    """What keeps it closed and has to be said in a sentence."""
    if losses.is_too_large:
        yield f"too large to review on one screen ({losses.figures}): split it"
    if plan.decision.is_open:
        return
    yield from (said(problem, 200) for problem in plan.decision.problems)
    for one in _errors(plan.decision):
        yield f"rule {said(one.rule, 40)} ({place(one)}) cannot be met: {said(one.problem, 160)}"


def _errors(decision: Decision) -> tuple[RuleOutcome, ...]:
    return tuple(one for one in sorted_outcomes(decision) if one.state is RuleState.ERROR)


# What explains it


def _explained(plan: Plan, state: State, now: datetime, rows: int) -> Iterator[ToldLine]:
    decision = plan.decision
    if state is State.CLOSED:
        yield from (people := tuple(_people(decision)))
        rows -= sum(one.rows for one in people)
    if not decision.is_open:
        yield from team_lines(plan.decision, plan.risk, rows)
        if decision.objections:
            yield line(" can take that back.", f"Only {_objectors(decision)}")
    if state is State.CLOSED:
        yield from _further(plan)
    if words := discounted_words(decision):
        yield line(f" {words}.", "Does not count:")
    yield from _freezes(decision, now)
    yield from _glass(decision, state, now)
    yield from _again(decision, now)


def _further(plan: Plan) -> Iterator[ToldLine]:
    """Reasons that the headline has no room for."""
    nothing = Losses((), (), is_too_large=False)
    reasons = list(_because(plan, nothing))
    for words in reasons[2:4]:
        yield line(f" {words}.", "Also closed:")
    if len(reasons) > 4:
        yield line(f"And {plural(len(reasons) - 4, 'more reason')} of that kind.")


def _people(decision: Decision) -> Iterator[ToldLine]:
    """How it stands with approvals, beside what closes it."""
    if decision.is_open or missing_teams(decision) or decision.objections:
        if not decision.is_open:
            yield _also_waits(decision)
    elif words := given_words(decision):
        nobody = "" if decision.problems or _errors(decision) else "Nobody else has to agree. "
        yield line(f"{nobody}Have {words}.")


def _also_waits(decision: Decision) -> ToldLine:
    if given_words(decision) or not missing_teams(decision):
        lead, text = _waits(decision)
        return line(text, f"Also waits for {lead}")
    # Where nobody agreed yet, `4 of 4` says nothing.
    also = f"; and for {_objections(decision)}" if decision.objections else ""
    return line(f" {_wanted(decision)}{also}.", "Also waits for")


def _freezes(decision: Decision, now: datetime) -> Iterator[ToldLine]:
    for one in sorted(decision.frozen, key=lambda one: (one.until, one.name))[:3]:
        title = f"{said(one.title, 80)} " if one.title else ""
        where = f"{said(one.place.path, 60)}:{one.place.line}"
        until = f" until {when(one.until, now)}" if decision.is_open else ""
        yield line(f"{until}: {title}({where}).", f"Freeze “{said(one.name, 40)}”")
    if not decision.frozen and decision.outcomes:
        ahead = decision.ahead
        text = "No freeze now, and none ahead."
        if ahead:
            begins = when(ahead.begins, now)
            text = f"No freeze now; the next, “{said(ahead.name, 40)}”, begins {begins}."
        yield line(text)


def _glass(decision: Decision, state: State, now: datetime) -> Iterator[ToldLine]:
    glass = decision.glass
    if glass is None:
        return
    if not glass.holds:
        yield line(f" {_glass_words(glass, now)} does not open it.", "Break-glass")
        return
    if state is State.CLOSED:
        yield line(
            f" {_glass_words(glass, now)} stands; findings count all the same.", "Break-glass"
        )
    if missing_teams(decision):
        waits = f" it would wait for {_waits_for(decision)}: {_needs(decision)}."
        yield line(waits, "Without break-glass")


def _glass_words(glass: GlassBroken, now: datetime) -> str:
    """By whom and until when, why, and who looks at it afterwards."""
    words = listed(sorted(glass.people)) or "nobody yet"
    if len(glass.people) < glass.needed:
        words += f", {len(glass.people)} of {plural(glass.needed, 'person', 'people')}"
    words = f"({words})"
    if glass.expires:
        until = "which ran out on" if glass.expires <= now else "until"
        words += f" {until} {when(glass.expires, now)}"
    if glass.reason:
        words += f": “{said(glass.reason, 100)}”"
    if glass.review_by:
        words += f"; to be reviewed by {when(glass.review_by, now)}"
    return words


def _again(decision: Decision, now: datetime) -> Iterator[ToldLine]:
    """When the answer can change though nobody does anything."""
    at = decision.decides_again
    told = {one.until for one in decision.frozen}
    told |= {decision.ahead.begins} if decision.ahead and not decision.frozen else set()
    told |= {decision.glass.expires} if decision.glass and decision.glass.expires else set()
    if at and at not in told:
        yield line(f"The answer can change by itself on {when(at, now)}.")
