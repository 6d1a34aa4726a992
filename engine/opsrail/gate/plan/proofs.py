"""What was tried about a change, and how much of it held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from opsrail.evals.parts import Tier
from opsrail.evals.reading.places import suite_name
from opsrail.findings import Finding, Severity
from opsrail.gate.evals import judged_suites
from opsrail.gate.pipeline import Verdict
from opsrail.gate.plan.model import Proof
from opsrail.gate.replaying import Compared, replayed
from opsrail.gate.rules import concerned, rule_documents
from opsrail.gate.subject import Subject

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Outcome

MOST_NAMED: Final = 4
"""Failing checks that their proof names; the others are counted."""


def proofs_of(subject: Subject, verdict: Verdict) -> tuple[Proof, ...]:
    """Every proof of the run: pages, suites, rules, and all other checks as one."""
    return (
        *_pages(subject, verdict),
        *_suites(subject),
        *_rules(subject, verdict),
        _checks(verdict),
    )


def _errors(verdict: Verdict) -> Iterator[Finding]:
    return (one for one in verdict.findings if one.severity is Severity.ERROR)


def _pages(subject: Subject, verdict: Verdict) -> Iterator[Proof]:
    """Derived sections that are in step and faithful to their sources."""
    if not subject.section_states:
        return
    paths = {page.path for page in subject.pages} | {page.generated for page in subject.pages}
    broken = {(one.location.path, one.location.line) for one in _errors(verdict)}
    failing = len({place for place in broken if place[0] in paths})
    tried = max(len(subject.section_states), failing)
    yield Proof("pages say what their sources say", tried - failing, tried, "sections")


def _suites(subject: Subject) -> Iterator[Proof]:
    judged = judged_suites(subject)
    for outcome in judged.outcomes if judged else ():
        yield _suite(outcome)
    for unread in judged.unread if judged else ():
        advises = unread.suite is not None and unread.suite.tier is Tier.ADVISORY
        name = f"suite {suite_name(unread.files[0])}"
        yield Proof(name, 0, 1, "cannot be read", is_advisory=advises)


def _suite(outcome: Outcome) -> Proof:
    head = [outcome.head[case] for case in sorted(outcome.head)]
    passed = sum(one.is_passed for one in head)
    before = [outcome.base[case].is_passed for case in sorted(outcome.base)]
    figures = f"{passed} of {len(head)}"
    if before:
        # Of as many as there were then: with other cases, the two are no fractions of one whole.
        of = "" if outcome.base.keys() == outcome.head.keys() else f" of {len(before)}"
        figures = f"{sum(before)}{of} → {figures}"
    # A sample may pass with cases that fail: what it proves is that it got no worse.
    held, tried = (1, 1) if outcome.is_open else (0, 1)
    return Proof(
        f"suite {outcome.suite.name}",
        held,
        tried,
        f"{figures}, {outcome.verdict.value}" if before or not outcome.is_open else figures,
        is_advisory=outcome.suite.tier is Tier.ADVISORY,
    )


def _rules(subject: Subject, verdict: Verdict) -> Iterator[Proof]:
    if subject.base is None or not concerned(subject):
        return
    tests = sum(
        len(file.ops.tests) for _, file in rule_documents(subject, concerned(subject)) if file.ops
    )
    failing = sum(one.code == "rule-test" for one in _errors(verdict))
    if tests:
        yield Proof("timed tests of rules", max(tests - failing, 0), tests)
    found = replayed(subject)
    for one in found.compared if found else ():
        yield _replay(one)


def _replay(one: Compared) -> Proof:
    """One rule on recorded history: incidents caught, and alerts before and after."""
    # A rule that did not change is replayed once.
    alerts = str(one.after) if one.before in {None, one.after} else f"{one.before} → {one.after}"
    words = f"{alerts} alerts in {one.days:g} days"
    if one.lost:
        words += f"; misses {', '.join(one.lost)}"
    tried = one.caught + len(one.lost)
    return Proof(f"rule {one.rule} on its incidents", one.caught, tried, words)


def _checks(verdict: Verdict) -> Proof:
    closing = {one.code for one in _errors(verdict)}
    tried = {*verdict.checked, *closing}
    named = sorted(closing)
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    words = f"({', '.join(named[:MOST_NAMED])}{more})" if named else ""
    return Proof("checks", len(tried - closing), len(tried), words)
