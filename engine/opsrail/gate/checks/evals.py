"""Eval suites: that they can be read, hold, and tell what they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.evals import judged_suites
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Outcome
    from opsrail.evals.model import Case

_READING = {
    "eval-case": """
        A case of an eval suite cannot be asked, or asks for nothing.

        The whole suite waits until it is mended: a suite of which only a part runs would pass
        for want of the others. The finding stands at the case, be it in the suite's own file or
        in a line of a JSONL or CSV file.
        """,
}
_SEE = "`opsrail eval {name} --base REV` shows every case"


@check("eval-suite", also=_READING)
def eval_suite(subject: Subject) -> Iterator[Finding]:
    """An eval suite contradicts itself, or names what is not there.

    A suite says what it asks (`target`), whether each case is a promise or all of them are a
    sample (`judge`), and where its cases are. The message says what does not fit.
    """
    judged = judged_suites(subject)
    for suite in judged.unread if judged else ():
        # The checks of form tell of files that are no YAML or have another form.
        yield from (one for one in suite.findings if one.code in {"eval-suite", "eval-case"})


@check("must-pass")
def must_pass(subject: Subject) -> Iterator[Finding]:
    """A case that must always pass does not.

    `must_pass` marks what would hurt people or cost money if it were wrong. No statistics and
    no comparison: whatever the rest of the suite says, one such case closes the gate. Where the
    answer is right and the case is behind, change the case in the same pull request.
    """
    for outcome in _outcomes(subject):
        for name in outcome.decision.evidence.must_pass:
            result = outcome.head.get(name)
            if result is None or not result.error:  # what has no score is told by itself
                yield _about_case(outcome, name, "must-pass")


@check("eval-regression")
def eval_regression(subject: Subject) -> Iterator[Finding]:
    """Answers got worse.

    Where the cases of a suite are promises (`judge: each`), a case that passed and no longer
    does. Where they are a sample, more than the suite's `margin`, and more than chance explains.
    Mend what answers; or, if the case is behind, change the case in the same pull request.
    """
    from opsrail.evals.decision.model import Rule
    from opsrail.evals.model import Verdict
    from opsrail.evals.parts import Judging

    for outcome in _outcomes(subject):
        decision = outcome.decision
        if outcome.suite.judging is Judging.EACH:
            for name in decision.evidence.regressions:
                if name not in decision.evidence.must_pass:
                    yield _about_case(outcome, name, "eval-regression")
        elif decision.rule is Rule.DIFFERENCE and decision.verdict is Verdict.FAIL:
            yield _about_suite(outcome, "eval-regression", outcome.words, _SEE)


@check("eval-new-case")
def eval_new_case(subject: Subject) -> Iterator[Finding]:
    """A new or changed case fails.

    There is nothing to compare it with, so it has to pass. A case that is to be mended later
    belongs into an issue, not into a suite. Without a base, every case is new.
    """
    from opsrail.evals.parts import Judging

    for outcome in _outcomes(subject):
        if outcome.suite.judging is Judging.EACH:
            for name in outcome.decision.evidence.fresh:
                if name not in outcome.decision.evidence.must_pass:
                    yield _about_case(outcome, name, "eval-new-case")


@check("eval-floor")
def eval_floor(subject: Subject) -> Iterator[Finding]:
    """A suite is below its own floor, or cannot show that it is not.

    The floor is the score that a suite must have, whatever base had. For a sample, what counts
    is the interval: cases that were not asked might have come out otherwise. Mend what answers,
    or ask more cases, if the floor lies within the interval.
    """
    from opsrail.evals.model import Verdict

    for outcome in _outcomes(subject):
        floor = outcome.decision.floor
        if floor is not None and floor.verdict is not Verdict.PASS and not outcome.decided:
            told = f"its score is {floor.score:.1f} %"
            if floor.low < floor.high:
                told += f" (interval {floor.low:.1f} to {floor.high:.1f})"
            surely = "" if floor.verdict is Verdict.FAIL else "perhaps "
            told += f", {surely}below its floor of {floor.floor:.1f} %"
            yield _about_suite(outcome, "eval-floor", told, _SEE)


@check("eval-inconclusive")
def eval_inconclusive(subject: Subject) -> Iterator[Finding]:
    """A suite cannot tell whether answers got worse by more than its margin.

    That is no pass: missing evidence never opens the gate. Ask more cases, or more different
    ones; or let the suite's owner decide, on record, with `opsrail eval decide SUITE`.
    """
    from opsrail.evals.decision.model import Rule
    from opsrail.evals.model import Verdict

    for outcome in _outcomes(subject):
        decision = outcome.decision
        if decision.verdict is not Verdict.INCONCLUSIVE:
            continue
        if outcome.decided:
            words = f"it could not tell, and {outcome.decided}"
            yield _about_suite(outcome, "eval-inconclusive", words, "", Severity.NOTE)
        elif decision.rule is Rule.DIFFERENCE:
            hint = "`opsrail eval decide {name} --base REV` puts a decision on record"
            yield _about_suite(outcome, "eval-inconclusive", outcome.words, hint)


@check("eval-not-comparable")
def eval_not_comparable(subject: Subject) -> Iterator[Finding]:
    """Base and head cannot be compared: an answer or a score is missing.

    A target that raised an error or took too long, a scorer that failed or gave no number: what
    cannot be scored is never a pass. The message says which case, and what went wrong. Where head
    by itself has a score for every case, and only base is in the way, the suite's owner may let it
    pass on record: `opsrail eval decide SUITE`.
    """
    from opsrail.evals.judging.judge import faults
    from opsrail.evals.model import Verdict

    for outcome in _outcomes(subject):
        if outcome.verdict is not Verdict.NOT_COMPARABLE:
            continue
        if outcome.decided:
            words = f"it cannot be compared with base, and {outcome.decided}"
            yield _about_suite(outcome, "eval-not-comparable", words, "", Severity.NOTE)
            continue
        way = _WAY.format(name=outcome.suite.name) if outcome.can_be_decided else ""
        broken: dict[str, list[Case]] = {}
        for case, why in faults(outcome):
            broken.setdefault(why, []).append(case)
        # A program that cannot be started has one fault, however many cases it leaves unanswered.
        for why, cases in broken.items():
            message = f"{_and_more(cases)} no score: {why}"
            yield Finding(cases[0].place, "eval-not-comparable", message, _weight(outcome), way)
        if not broken:
            yield _about_suite(outcome, "eval-not-comparable", outcome.words, way or _SEE)


_WAY = "only base is in the way; its owner may let it pass: `opsrail eval decide {name} --base REV`"


def _and_more(cases: Sequence[Case]) -> str:
    first, more = f"`{cases[0].id}`", len(cases) - 1
    if not more:
        return f"{first} has"
    return f"{first} and {more:,} other {'case' if more == 1 else 'cases'} have"


def _outcomes(subject: Subject) -> Iterator[Outcome]:
    judged = judged_suites(subject)
    yield from judged.outcomes if judged else ()


def _about_suite(
    outcome: Outcome, code: str, words: str, hint: str, severity: Severity | None = None
) -> Finding:
    name = outcome.suite.name
    place = Location(outcome.suite.path)
    return Finding(
        place, code, f"{name}: {words}", severity or _weight(outcome), hint.format(name=name)
    )


def _about_case(outcome: Outcome, name: str, code: str) -> Finding:
    """A finding at a case: what was asked, and why the answer is not right."""
    case = outcome.case(name)
    result = outcome.head.get(name)
    place = case.place if case else Location(outcome.suite.path)
    asked = case.ask if case and case.ask else name
    who = f"{case.role}: " if case and case.role else ""
    reason = result.reason if result else ""
    message = f"{who}“{asked}”: {reason}" if reason else f"{who}“{asked}” fails"
    return Finding(place, code, message, _weight(outcome))


def _weight(outcome: Outcome) -> Severity:
    from opsrail.evals.parts import Tier

    return Severity.ERROR if outcome.suite.tier is Tier.PROTECTED else Severity.WARNING
