"""Whom a plan waits for: rules that ask the same people are told together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from opsrail.gate.plan.told.changing import own_changes
from opsrail.gate.plan.told.model import COLUMNS, LABEL, ToldLine, line
from opsrail.gate.plan.told.quoting import cut, joined, listed, number, plural, said
from opsrail.governance.changes import Change
from opsrail.governance.model import Decision, RuleOutcome, RuleState
from opsrail.governance.risk.model import Risk

_MOST_TEAMS: Final = 10
"""Teams that there may be a line for each."""
_MOST_PACKED: Final = 2 * (COLUMNS - LABEL)
"""Characters of the line that tells the others together."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who are asked, by one rule or by several of which one yes satisfies each.

    `needed` of them must agree, `missing` have not yet, `candidates` still could.
    """

    groups: tuple[str, ...]
    candidates: tuple[str, ...]
    needed: int
    missing: int
    outcomes: tuple[RuleOutcome, ...]

    @property
    def name(self) -> str:
        """The groups in words: `risk-owners`, `billing-support or trust-desk`."""
        return " or ".join(said(group, 40) for group in self.groups) or "anybody"

    @property
    def wanted(self) -> str:
        """Who is missing: `one of risk-owners (ana, jon)`."""
        names = f" ({listed(self.candidates)})" if self.candidates else ""
        return f"{number(self.missing)} of {self.name}{names}"

    def asked_by(self, risk: Risk | None) -> str:
        """Why, and by which rule: `because of money raised; rule risk (governance.yaml:31)`."""
        why = f"{words}; " if (words := self.reason(risk)) else ""
        return f"{why}{self.rules}"

    def reason(self, risk: Risk | None) -> str:
        """`because of money raised`; `because the risk is high` for what only that demands."""
        own = [change for one in self.outcomes if not one.is_for_risk for change in one.changes]
        terms = {change.term for change in own_changes(own) or own}
        ranked = sorted(terms, key=lambda term: (not term.danger, term.name))
        of = f"because of {joined((term.name for term in ranked), 3)}" if ranked else ""
        if risk is None or not any(one.is_for_risk for one in self.outcomes):
            return of
        level = f"because the risk is {risk.level.value}"
        return f"{of}, and {level}" if of else level

    @property
    def rules(self) -> str:
        """The rules that ask them, with their places."""
        noun = "rule" if len({one.rule for one in self.outcomes}) == 1 else "rules"
        return f"{noun} {joined(_rules(self.outcomes), 3)}"

    @property
    def changes(self) -> tuple[Change, ...]:
        """What they are asked about, each once, without what only follows from it."""
        every = tuple(dict.fromkeys(each for one in self.outcomes for each in one.changes))
        return own_changes(every) or every


def _rules(outcomes: Iterable[RuleOutcome]) -> Iterator[str]:
    """Each rule with its place; of the same file as the one before, with its line alone."""
    path = ""
    for one in outcomes:
        where = f":{one.place.line}" if one.place.path == path else place(one)
        path = one.place.path
        yield f"{said(one.rule, 40)} ({where})"


def place(one: RuleOutcome) -> str:
    """Where the rule stands: `policies/governance.yaml:31`."""
    return f"{said(one.place.path, 60)}:{one.place.line}"


def sorted_outcomes(decision: Decision) -> tuple[RuleOutcome, ...]:
    """The rules that something needs, as they stand in the policy."""
    return tuple(sorted(decision.active, key=lambda one: (one.place, one.rule, one.groups)))


def teams_of(decision: Decision) -> tuple[Team, ...]:
    """Every team that is asked. Rules that ask the same people for the same ask once."""
    asked: dict[tuple[tuple[str, ...], tuple[str, ...]], list[RuleOutcome]] = {}
    for one in sorted_outcomes(decision):
        if one.needed and one.state is not RuleState.ERROR:
            asked.setdefault((one.groups, one.candidates), []).append(one)
    return tuple(
        Team(
            groups,
            candidates,
            max(one.needed for one in outcomes),
            max(one.missing for one in outcomes),
            tuple(outcomes),
        )
        for (groups, candidates), outcomes in asked.items()
    )


def missing_teams(decision: Decision) -> tuple[Team, ...]:
    """Those of which somebody is missing."""
    return tuple(team for team in teams_of(decision) if team.missing)


def team_lines(decision: Decision, risk: Risk | None, rows: int) -> Iterator[ToldLine]:
    """Each team that is missing, as far as `rows` go, and the others by their names."""
    missing = missing_teams(decision)
    told: list[ToldLine] = []
    for team in missing[:_MOST_TEAMS]:
        lead = f"Needs {team.wanted}" if len(missing) > 2 else f"Needs {team.name}"
        told.append(line(f" {team.asked_by(risk)}.", lead))
    # The two rows of a line for the others are free where there are no others.
    if len(told) < len(missing) or sum(one.rows for one in told) > rows + 2:
        while sum(one.rows for one in told) > rows:
            told.pop()
    yield from told
    if rest := [team.name for team in missing[len(told) :]]:
        lead = f"And {plural(len(rest), 'more team')}"
        yield line(f": {_packed(rest, _MOST_PACKED - len(lead) - 3)}.", lead)


def _packed(names: list[str], most: int) -> str:
    """As many of the names as there is room for; the others are counted."""
    shown = len(names)
    while shown > 1 and len(joined(names, shown)) > most:
        shown -= 1
    return cut(joined(names, shown), most)


def given_words(decision: Decision) -> str:
    """Who agreed, for whom: `maya (support-leads), ana (risk-owners)`."""
    groups: dict[str, dict[str, None]] = {}
    given = sorted((yes.at, yes.person, one.groups) for one in decision.active for yes in one.given)
    for _, person, teams in given:
        groups.setdefault(person, {}).update(dict.fromkeys(teams))
    return joined(
        (f"{said(who, 40)} ({listed(teams, 2)})" if teams else said(who, 40))
        for who, teams in groups.items()
    )


def discounted_words(decision: Decision) -> str:
    """Whose yes does not count, and why: `tom (wrote part of it)`."""
    return joined(f"{who} ({why})" for who, why in _discounted(decision.active))


def _discounted(outcomes: Iterable[RuleOutcome]) -> Iterator[tuple[str, str]]:
    found = {(one.person, one.why) for rule in outcomes for one in rule.discounted}
    for who, why in sorted(found):
        yield said(who, 40), said(why, 100)
