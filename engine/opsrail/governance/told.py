"""A decision in words, rule by rule: who agreed, who is missing, who could, when it can change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from opsrail.governance.changes import Change
from opsrail.governance.model import Decision, GlassBroken, RuleOutcome, RuleState

MOST_CHANGES: Final = 3
"""Changes of a rule that are quoted; the rest are counted."""
MOST_PEOPLE: Final = 6


def decision_lines(decision: Decision) -> Iterator[str]:
    """The whole explanation, the verdict last. Texts are as people wrote them: whoever prints
    them makes them harmless.
    """
    if decision.tier is not None:
        yield f"tier {decision.tier}: {decision.title}"
        yield ""
    for one in decision.active:
        yield from _rule(one)
    if skipped := [one.rule for one in decision.outcomes if one.state is RuleState.SKIPPED]:
        yield f"  not needed: {', '.join(skipped)}"
    yield ""
    yield from _circumstances(decision)
    yield verdict_line(decision)


def _rule(one: RuleOutcome) -> Iterator[str]:
    team = one.team or "nobody"
    yield f"  {one.state.value:<9} {one.rule}: {_asked(one)} of {team}  ({one.place})"
    if one.problem:
        yield f"            {one.problem}"
    if one.given:
        yield f"            agreed: {', '.join(given.person for given in one.given)}"
    for discounted in one.discounted:
        yield f"            does not count: {discounted.person}, who {discounted.why}"
    if one.state is RuleState.PENDING:
        yield f"            could agree: {people(one.candidates)}"
    for change in one.changes[:MOST_CHANGES]:
        yield f"            for {change.place}: {change.describe()}"
    if rest := one.changes[MOST_CHANGES:]:
        yield f"            and {_kinds(rest)}"


def _asked(one: RuleOutcome) -> str:
    if one.needed == 0:
        return "nobody"
    return str(one.needed)


def _kinds(changes: Iterable[Change]) -> str:
    """Changes counted by what they do."""
    counts = Counter(change.what for change in changes)
    return ", ".join(f"{count} × {what}" for what, count in sorted(counts.items()))


def _circumstances(decision: Decision) -> Iterator[str]:
    for problem in decision.problems:
        yield f"in the way: {problem}"
    for who in decision.objections:
        yield f"in the way: {who} asked for changes, and has to agree or take that back"
    for freeze in decision.frozen:
        title = f" ({freeze.title})" if freeze.title else ""
        yield f"in the way: the freeze “{freeze.name}”{title} until {moment(freeze.until)}"
        yield f"            {freeze.place}"
    if not decision.frozen and decision.ahead:
        yield f"the next freeze, “{decision.ahead.name}”, begins {moment(decision.ahead.begins)}"
    if decision.glass:
        yield _glass(decision.glass)
    if decision.rolls_back:
        yield f"it takes back {decision.rolls_back[:12]}, which is proved"
    if decision.unknown:
        yield f"not in policies/people.yaml: {', '.join(decision.unknown)}"


def _glass(glass: GlassBroken) -> str:
    who = ", ".join(glass.people)
    if glass.holds and glass.expires and glass.review_by:
        return (
            f"break-glass by {who} until {moment(glass.expires)}: {glass.reason};"
            f" to be reviewed by {moment(glass.review_by)}"
        )
    return (
        f"break-glass asked for by {who} ({glass.reason}):"
        f" it needs {glass.needed} people at once, and is not in force"
    )


def verdict_line(decision: Decision) -> str:
    """One line: may it land, and if not, what is missing."""
    if decision.is_open:
        by = "in an emergency" if _is_emergency(decision) else "everybody needed has agreed"
        until = decision.decides_again
        return f"OPEN: {by}" + (f"; the answer can change {moment(until)}" if until else "")
    if missing := [one for one in decision.active if one.state is RuleState.PENDING]:
        wanted = "; ".join(f"{one.missing} of {one.team} for {one.rule}" for one in missing)
        line = f"WAITING: have {decision.have} of {decision.needed}, needs {wanted}"
    else:
        line = "CLOSED"
    again = decision.decides_again
    return line + (f"; the answer can change {moment(again)}" if again else "")


def _is_emergency(decision: Decision) -> bool:
    met = all(one.state is RuleState.APPROVED for one in decision.active)
    return bool(decision.frozen) or not met


def people(names: tuple[str, ...]) -> str:
    """Names, the first few of them."""
    if not names:
        return "nobody"
    more = f" and {len(names) - MOST_PEOPLE} more" if len(names) > MOST_PEOPLE else ""
    return ", ".join(names[:MOST_PEOPLE]) + more


def moment(instant: datetime) -> str:
    """An instant as people read it: `Mon 7 Dec 2026 08:00 UTC`."""
    there = instant.astimezone(UTC)
    return f"{there:%a} {there.day} {there:%b %Y %H:%M} UTC"
