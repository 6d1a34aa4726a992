"""What comes of a crossing, in words: the alert, what folds into it, who gets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from opsrail.detection.formats import Baseline, Direction, Minimum, Ops, Season
from opsrail.detection.formats import Severity as Grade
from opsrail.detection.model import Rule
from opsrail.detection.policies import RoutesFile
from opsrail.detection.words.nouns import (
    a_length,
    length,
    listed,
    number,
    one,
    plural,
    quoted,
    thing,
)
from opsrail.report.model import counted
from opsrail.streams.spans import SECOND, micros

_HOUR: Final = 3_600 * SECOND
_PARTS: Final = {2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 10: "a tenth"}
_TIMES: Final = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 10: "ten times"}


def baseline_clause(baseline: Baseline, timespan: int) -> str:
    """What must be unusual: "that is at least twice what this hour of the week usually brings"."""
    usual = _usual(baseline.season, timespan)
    above, below = _above(baseline.rate_ratio), _below(baseline.rate_ratio)
    said = {
        Direction.ABOVE: f"{above} {usual}",
        Direction.BELOW: f"{below} {usual}",
        Direction.BOTH: f"{above} or {below} {usual}",
    }[baseline.direction]
    return f"that is {said}"


def baseline_sentence(baseline: Baseline) -> str:
    """Where "usual" comes from, and what keeps chance out."""
    chance = number(round(1 / baseline.significance))
    return (
        f"What is usual is learnt from the {length(micros(baseline.lookback))} before; what chance"
        f" alone would bring more often than once in {chance} times is let pass, and nothing is"
        f" raised until {length(micros(baseline.minimum_history))} are known."
    )


def _usual(season: Season, timespan: int) -> str:
    grain = "hour" if timespan <= _HOUR else "time"
    return {
        Season.HOUR_OF_WEEK: f"what this {grain} of the week usually brings",
        Season.HOUR_OF_DAY: f"what this {grain} of the day usually brings",
        Season.NONE: "what is usual",
    }[season]


def _above(ratio: float) -> str:
    if ratio == 1:
        return "clearly more than"
    return f"at least {_TIMES.get(int(ratio)) if ratio in _TIMES else f'{number(ratio)} times'}"


def _below(ratio: float) -> str:
    if ratio == 1:
        return "clearly less than"
    return f"at most {_PARTS[int(ratio)] if ratio in _PARTS else f'{100 / ratio:.0f} %'} of"


def minimum_clause(minimum: Minimum) -> str:
    """How much there must be: "the window holds at least 30 events and 5 different customers"."""
    distinct = [
        f"{number(least)} different {plural(thing(field))}" if least > 1 else f"1 {thing(field)}"
        for field, least in minimum.distinct.items()
    ]
    wanted = [counted(minimum.events, "event")] if minimum.events else []
    return f"the window holds at least {listed([*wanted, *distinct])}"


def raised(rule: Rule, ops: Ops) -> str:
    """The alert and what folds into it: "raise one high alert for that product area; …"."""
    level, fields = rule.level.value, rule.group_by
    key = fields if ops.dedupe is None or ops.dedupe.key is None else ops.dedupe.key
    about = f" for that {listed([thing(field) for field in key])}" if key else ""
    if ops.dedupe is None:
        return f"raise {one(f'{level} alert')}{about}, each time anew"
    if ops.dedupe.cooldown is not None:
        rest = (
            f"further ones within {a_length(micros(ops.dedupe.cooldown))} of it are folded into it"
        )
    else:
        quiet = a_length(micros(ops.dedupe.quiet or "0s"))
        rest = f"it lasts until there has been nothing of the kind for {quiet}, and all until then"
        rest += " is folded into it"
    return f"raise one {level} alert{about}; {rest}"


def levels(grades: Sequence[Grade], level: str) -> str:
    """Levels by how far it went: "Its level is critical at 100 or more, and high otherwise."."""
    ordered = sorted(grades, key=lambda grade: -grade.level.rank)
    told = [f"{grade.level.value} at {_from(grade)}" for grade in ordered]
    return f"Its level is {', '.join(told)}, and {level} otherwise."


def _from(grade: Grade) -> str:
    if grade.gte is not None:
        return f"{number(grade.gte)} or more"
    if grade.gt is not None:
        return f"more than {number(grade.gt)}"
    if grade.lte is not None:
        return f"{number(grade.lte)} or less"
    return f"less than {number(grade.lt or 0)}"


def silenced(ops: Ops, titles: Mapping[str, str], fields: Sequence[str]) -> str:
    """When it stays silent: "It stays silent while “Outage” alerts for the same product area."."""
    names = listed([quoted(titles.get(name, name)) for name in ops.inhibited_by], "or")
    about = f" for the same {listed([thing(field) for field in fields])}" if fields else ""
    verb = "alerts" if len(ops.inhibited_by) == 1 else "alert"
    return f"It stays silent while {names} {verb}{about}."


def receivers(ops: Ops, routes: RoutesFile | None, runbook: str) -> str:
    """Who gets it: "It goes to identity-support (#identity) with the runbook “Sign-in outage”."."""
    route = routes.routes.get(ops.route) if routes else None
    team = route.team if route else ops.owner
    channel = f" in {route.channel}" if route and route.channel else ""
    pages = " and wakes somebody," if route and route.page else ""
    owned = "" if team == ops.owner else f"; {ops.owner} answers for it"
    return f"It goes to {team}{channel}{pages} with the runbook {quoted(runbook)}{owned}."


def nulls_kept(fields: Sequence[str]) -> str:
    """What becomes of events without a group key, where they are kept."""
    group = one(listed([thing(field) for field in fields], "or"))
    return f"Events without {group} are looked at together, as if that were one more."
