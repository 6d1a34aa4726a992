"""Whom a plan waits for: rules that ask the same people are told together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsrail.gate.plan.told.quoting import joined, listed, number, said
from opsrail.governance.model import Decision, RuleOutcome, RuleState


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

    @property
    def asked_by(self) -> str:
        """Why, and by which rule: `because of money raised; rule risk (governance.yaml:31)`."""
        terms = {change.term for one in self.outcomes for change in one.changes}
        ranked = sorted(terms, key=lambda term: (not term.danger, term.name))
        why = f"because of {joined((term.name for term in ranked), 3)}; " if ranked else ""
        noun = "rule" if len({one.rule for one in self.outcomes}) == 1 else "rules"
        return f"{why}{noun} {joined(_rules(self.outcomes), 3)}"


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
