"""What eval suites are worth: not weaker than before, large enough, and without drift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.evals import concerned_suites, drift, judged_suites
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject

if TYPE_CHECKING:
    from opsrail.evals.comparing.weakening import Weakening
    from opsrail.evals.judging.judged import Judged, Outcome
    from opsrail.evals.model import Suite
    from opsrail.evals.reading.suite import ReadSuite

_OWNER = "its owner agrees with `opsrail eval decide {name} --base REV`; that is on record"


_CHANGED = {
    "eval-changed": """
        A case asks for something else than before.

        Nobody can tell from outside whether that is less, so reviewers see the old and the new.
        There is nothing at base to compare the case with: in its new form it has to pass.
        """,
}


@check("eval-weakened", also=_CHANGED)
def eval_weakened(subject: Subject) -> Iterator[Finding]:
    """A case was deleted, or a suite asks for less than it did.

    What judges a change comes from base, so this change is still judged as before; the next one
    would not be. The owner of the suite has to agree, and says why: `opsrail eval decide SUITE`.
    """
    yield from _loosened(subject)
    judged = judged_suites(subject)
    if judged is None:
        return
    for name, found in judged.weakened.items():
        outcome = next((one for one in judged.outcomes if one.suite.name == name), None)
        for one in found:
            yield _weaker(name, one, outcome)


def _weaker(name: str, one: Weakening, outcome: Outcome | None) -> Finding:
    from opsrail.evals.parts import Tier
    from opsrail.evals.reading.places import suite_path

    case = outcome.case(one.case) if outcome and one.case else None
    place = case.place if case else Location(suite_path(name))
    colon = "" if one.words[:1].isalpha() else ":"
    message = f"the case `{one.case}`{colon} {one.words}" if one.case else f"{name}: {one.words}"
    if one.is_change:
        return Finding(place, "eval-changed", message, Severity.WARNING)
    if one.agreed:
        return Finding(place, "eval-weakened", f"{message}; {one.agreed}", Severity.NOTE)
    was_advisory = outcome is not None and outcome.suite.tier is Tier.ADVISORY
    weight = Severity.WARNING if was_advisory else Severity.ERROR
    return Finding(place, "eval-weakened", message, weight, _OWNER.format(name=name))


def _loosened(subject: Subject) -> Iterator[Finding]:
    """Rules for all suites that let more pass than before."""
    from opsrail.evals.reading.places import GATES_PATH

    if subject.base is None or GATES_PATH not in subject.changed:
        return
    from opsrail.evals.comparing.weakening import loosened, record_of
    from opsrail.evals.reading.gates import eval_rules

    agreed = _on_record(subject)
    before, after = (eval_rules(side.snapshot) for side in (subject.base, subject.head))
    for words in loosened(before, after):
        if told := agreed.get(("gates", record_of(words))):
            yield Finding(Location(GATES_PATH), "eval-weakened", f"{words}; {told}", Severity.NOTE)
        else:
            hint = _OWNER.format(name="gates")
            yield Finding(Location(GATES_PATH), "eval-weakened", words, hint=hint)


def _on_record(subject: Subject) -> dict[tuple[str, str], str]:
    from opsrail.evals.reading.gates import decisions

    return {
        (one.suite, one.about): f"{one.by} agreed on {one.on}: {one.reason}"
        for one in decisions(subject.head.snapshot)
    }


@check("eval-power")
def eval_power(subject: Subject) -> Iterator[Finding]:
    """A sample is too small to see a drop as large as its own margin.

    Such a suite would say “can't tell” of most changes, or miss what it is there to see. Add
    cases (from more different customers, conversations or documents, where they come in
    clusters), allow a larger `margin`, or make the cases promises: `judge: each`.
    """
    for read in _read(subject):
        if read.suite is not None:
            yield from _weak(subject, read, read.suite)


def _weak(subject: Subject, read: ReadSuite, suite: Suite) -> Iterator[Finding]:
    from opsrail.evals.decision.power_lint import lint_power
    from opsrail.evals.judging.judge import standard_of
    from opsrail.evals.parts import Judging, Tier
    from opsrail.evals.reading.gates import eval_rules

    if suite.judging is not Judging.SAMPLE:
        return
    rules = eval_rules((subject.base or subject.head).snapshot)
    confidence = standard_of(suite, rules).look_confidence
    found = lint_power(
        [case.cluster for case in suite.cases],
        suite.margin,
        confidence=confidence,
        wanted=rules.power,
        correlation=_alike(subject, suite),
    )
    if found.is_enough:
        return
    cases = f"{found.cases} cases"
    if found.clusters < found.cases:
        cases += f" from {found.clusters} clusters"
    message = (
        f"{suite.name}: with {cases} this suite sees a drop of {suite.margin:g} points in"
        f" {100 * found.power:.0f} of 100 runs; it should in {100 * found.wanted:.0f}"
    )
    needed = f"{found.cases_needed:,} cases" + (
        f" ({found.clusters_needed:,} clusters)" if found.clusters_needed else ""
    )
    hint = f"{needed} would do"
    if found.smallest_drop is not None:
        hint = f"a margin of {found.smallest_drop:.1f} points would do, or {needed}"
    touched = any(path in subject.changed for path in read.files)
    serious = touched and suite.tier is Tier.PROTECTED
    weight = Severity.ERROR if serious else Severity.WARNING
    yield Finding(read.place("margin"), "eval-power", message, weight, hint)


def _alike(subject: Subject, suite: Suite) -> float | None:
    """How much cases of one cluster score alike at head; None where there is nothing to tell."""
    from opsrail.evals.statistics.effective import likeness
    from opsrail.evals.statistics.paired import numbered

    judged = judged_suites(subject)
    for outcome in judged.outcomes if judged else ():
        if outcome.suite.name == suite.name:
            scores = outcome.decision.evidence.head
            return likeness(scores.values, numbered(scores.clusters))
    return None


@check("eval-quarantine", forgives_old=True)
def eval_quarantine(subject: Subject) -> Iterator[Finding]:
    """A case is set aside without need, for too long, or with too many others.

    Setting a case aside keeps the rest of its suite useful while it comes out either way. It is
    measured (`opsrail eval flaky`), ends by itself, and never covers a case that must pass. A
    case whose time is over counts again.
    """
    for read in _read(subject):
        if read.suite is not None and read.suite.quarantine:
            yield from _set_aside(subject, read, read.suite)


def _set_aside(subject: Subject, read: ReadSuite, suite: Suite) -> Iterator[Finding]:
    from opsrail.evals.decision.quarantine import Wrong, quarantine_problems
    from opsrail.evals.parts import Tier
    from opsrail.evals.reading.gates import eval_rules

    rules = eval_rules((subject.base or subject.head).snapshot)
    for one in quarantine_problems(
        suite.quarantine,
        suite.cases,
        today=subject.today,
        most_percent=rules.quarantine_most,
        most_days=rules.quarantine_days,
    ):
        entry = () if one.place is None else (one.place,)
        is_light = one.wrong is Wrong.EXPIRED or suite.tier is Tier.ADVISORY
        weight = Severity.WARNING if is_light else Severity.ERROR
        yield Finding(read.place("quarantine", *entry), "eval-quarantine", one.words, weight)


@check("eval-drift")
def eval_drift(subject: Subject) -> Iterator[Finding]:
    """Since the last release, answers got worse by more than the suite allows.

    Each change by itself may have stayed within its margin: many small drops add up, and
    nobody approved their sum. `opsrail eval drift` shows the score from release to release.
    """
    found = drift(subject)
    if found is None:
        return
    release, judged = found
    yield from _drifted(release, judged)


def _drifted(release: str, judged: Judged) -> Iterator[Finding]:
    from opsrail.evals.model import Verdict
    from opsrail.evals.parts import Tier

    for outcome in judged.outcomes:
        if outcome.verdict is Verdict.FAIL and outcome.decision.comparison is not None:
            place = Location(outcome.suite.path)
            message = f"{outcome.suite.name}, since {release}: {outcome.words}"
            protected = outcome.suite.tier is Tier.PROTECTED
            weight = Severity.ERROR if protected else Severity.WARNING
            hint = f"`opsrail eval drift {outcome.suite.name}` shows where it was lost"
            yield Finding(place, "eval-drift", message, weight, hint)


def _read(subject: Subject) -> Iterator[ReadSuite]:
    """The suites at head that the change concerns."""
    paths = [path for path in concerned_suites(subject) if path in subject.head.snapshot]
    if not paths:
        return
    from opsrail.evals.reading.suite import read_suite

    yield from (read_suite(subject.head.snapshot, path) for path in paths)
