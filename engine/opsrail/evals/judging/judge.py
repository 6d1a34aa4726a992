"""Suites judged: base against head, with a second look where that is due, and all together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from opsrail.evals.comparing.matching import Matched, matched
from opsrail.evals.comparing.weakening import Weakening, weakenings
from opsrail.evals.decision.decide import decide
from opsrail.evals.decision.evidence import evidence_of
from opsrail.evals.decision.looks import REPEATS_GROW, is_second_look_due, seed_of
from opsrail.evals.decision.model import Decision, Standard
from opsrail.evals.formats import DecisionEntry, EvalRules
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Case, CaseResult, Suite, Verdict
from opsrail.evals.parts import Judging, Tier
from opsrail.evals.reading.cases import fingerprint
from opsrail.evals.reading.gates import decisions
from opsrail.evals.reading.places import suite_name
from opsrail.evals.reading.suite import ReadSuite, read_suite
from opsrail.evals.running.memory import Memory
from opsrail.evals.running.run import Progress, Results, Task, run_tasks, scorer_code
from opsrail.evals.statistics.holm import holm
from opsrail.evals.targets.model import Side


@dataclass(frozen=True, slots=True)
class Court:
    """What suites are judged on: head, base where there is one, and what is remembered.

    `rules` come from base wherever there is one, so that no change loosens its own judge.
    """

    head: Side
    base: Side | None
    rules: EvalRules
    today: date
    memory: Memory
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class _Heard:
    """A suite with the results of its last look, and what they come to by themselves."""

    both: Matched
    standard: Standard
    set_aside: frozenset[str]
    head: Results
    base: Results
    decision: Decision
    looks: int


def judge(court: Court, paths: Sequence[str]) -> Judged:
    """Judge the suites in these files.

    What judges comes from base, what is judged from each side. A suite that head cannot read is
    not judged: what is wrong with it is found by itself, and closes the gate.
    """
    read = {path: _read(court, path) for path in paths}
    pairs = {
        path: matched(before.suite if before else None, now.suite)
        for path, (before, now) in read.items()
        if now is not None and now.suite is not None
    }
    heard = _heard(court, list(pairs.values()))
    unread = [now for _, now in read.values() if now is not None and now.suite is None]
    return Judged(
        tuple(_outcomes(court, heard)),
        tuple(unread),
        dict(_weakened(court, read, pairs)),
    )


def _read(court: Court, path: str) -> tuple[ReadSuite | None, ReadSuite | None]:
    sides = (court.base, court.head)
    before, now = (
        read_suite(side.catalog.snapshot, path) if side and path in side.catalog.snapshot else None
        for side in sides
    )
    return before, now


def _weakened(
    court: Court,
    read: Mapping[str, tuple[ReadSuite | None, ReadSuite | None]],
    pairs: Mapping[str, Matched],
) -> Iterator[tuple[str, tuple[Weakening, ...]]]:
    """What each suite lost against base, by its name."""
    on_record = decisions(court.head.catalog.snapshot)
    for path, (before, now) in read.items():
        both = pairs.get(path)
        if both is None and now is None and before is not None and before.suite is not None:
            both = matched(before.suite, None)
        if both is not None and (found := weakenings(both)):
            name = suite_name(path)
            yield name, tuple(replace(w, agreed=_agreed(on_record, name, w.about)) for w in found)


def _heard(court: Court, pairs: Sequence[Matched]) -> list[_Heard]:
    first = _look(court, pairs, 1)
    again = [one.both for one in first if is_second_look_due(one.decision)]
    if not again:
        return first
    second = {one.both.judge.name: one for one in _look(court, again, 2)}
    return [second.get(one.both.judge.name, one) for one in first]


def _look(court: Court, pairs: Sequence[Matched], number: int) -> list[_Heard]:
    """Every suite run on both sides, and decided by itself."""
    tasks = [task for both in pairs for task in _tasks(court, both, number)]
    results = iter(run_tasks(tasks, court.memory, court.progress))
    found = []
    for both in pairs:
        head = next(results)
        base = next(results) if both.has_base else {}
        standard = standard_of(both.judge, court.rules)
        set_aside = _set_aside(both.judge, court.today)
        kept, fresh = _compared(both, base)
        evidence = evidence_of(
            base,
            head,
            kept,
            fresh,
            judging=standard.judging,
            reasons=_own_faults(court, both) if number == 1 else (),
            set_aside=set_aside,
        )
        if number > 1:
            evidence = evidence.seen_again()
        decision = decide(evidence, standard, seed=seed_of(both.judge.name))
        found.append(_Heard(both, standard, set_aside, head, base, decision, number))
    return found


def _tasks(court: Court, both: Matched, look: int) -> Iterator[Task]:
    repeats = both.judge.repeats * (REPEATS_GROW if look > 1 else 1)
    judge = court.base if court.base is not None and both.has_base else court.head
    every = tuple(sorted((*both.kept, *both.fresh), key=lambda case: case.id))
    yield Task(both.judge, every, court.head, judge, repeats, look)
    if court.base is not None and both.base is not None:
        before = replace(both.judge, target=both.base.target, watches=both.base.watches)
        is_sample = both.judge.judging is Judging.SAMPLE
        yield Task(before, every if is_sample else both.kept, court.base, judge, repeats, look)


def _compared(both: Matched, base: Results) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """The cases that are compared, and those that only head can be asked.

    Base's target is asked a sample's new and changed cases as well: otherwise who changes every
    question would leave nothing to compare.
    """
    asked = {case.id for case in both.fresh if case.id in base and not base[case.id].error}
    new = tuple(case for case in both.fresh if case.id in asked)
    return (*both.kept, *new), tuple(case for case in both.fresh if case.id not in asked)


def _own_faults(court: Court, both: Matched) -> tuple[str, ...]:
    """What is wrong with head's own scoring functions, which judge the next change, not this one.

    They are tried only where their code changed: one that fails must not land unseen.
    """
    if court.base is None or not both.has_base or both.head is None:
        return ()
    task = _own_task(court, both.head)
    if not task.has_scoring_code or scorer_code(task.side) == scorer_code(court.base):
        return ()
    (results,) = run_tasks([task], court.memory, court.progress)
    failed = [f"{one.id}: {one.error}" for one in results.values() if one.error]
    return (f"scored as this change would have it, {failed[0]}",) if failed else ()


def _own_task(court: Court, suite: Suite) -> Task:
    """The suite as head has it, judged by head itself."""
    return Task(suite, suite.cases, court.head, court.head, suite.repeats)


def _is_sound(court: Court, both: Matched) -> bool:
    """Whether head by itself can be asked and scored: then only base is in the way."""
    if both.head is None or not both.has_base:
        return False
    (results,) = run_tasks([_own_task(court, both.head)], court.memory, court.progress)
    return not any(one.error for one in results.values())


def standard_of(suite: Suite, rules: EvalRules) -> Standard:
    """What the suite is held against. A second look is declared where answers vary."""
    varies = suite.judging is Judging.SAMPLE and not suite.is_deterministic
    return Standard(
        suite.judging,
        rules.confidence,
        suite.margin,
        suite.floor,
        can_look_again=rules.second_look and varies,
    )


def _set_aside(suite: Suite, today: date) -> frozenset[str]:
    """Cases in quarantine that is not over."""
    return frozenset(one.case for one in suite.quarantine if one.until >= today)


def _outcomes(court: Court, heard: Sequence[_Heard]) -> Iterator[Outcome]:
    from opsrail.evals.decision.picture import picture
    from opsrail.evals.decision.words import in_words

    adjusted = _adjusted(heard)
    on_record = decisions(court.head.catalog.snapshot)
    for one in heard:
        suite = one.both.judge
        decision = one.decision
        if suite.name in adjusted:
            decision = decide(
                decision.evidence,
                one.standard,
                seed=seed_of(suite.name),
                p_adjusted=adjusted[suite.name],
            )
        about = about_of(suite, one.head, one.base)
        can_decide = decision.verdict is Verdict.INCONCLUSIVE or (
            decision.verdict is Verdict.NOT_COMPARABLE and _is_sound(court, one.both)
        )
        paired = decision.evidence.paired
        yield Outcome(
            one.both,
            decision,
            one.head,
            one.base,
            one.set_aside,
            one.looks,
            in_words(decision, owner=suite.owner),
            picture(paired) if paired else "",
            about,
            _agreed(on_record, suite.name, about) if can_decide else "",
            can_decide,
        )


def _adjusted(heard: Sequence[_Heard]) -> Mapping[str, float]:
    """Holm's p-values of the protected samples, where there are several."""
    p_values = {
        one.both.judge.name: one.decision.comparison.p_worse
        for one in heard
        if one.decision.comparison is not None and one.both.judge.tier is Tier.PROTECTED
    }
    return holm(p_values) if len(p_values) > 1 else {}


def about_of(suite: Suite, head: Results, base: Results) -> str:
    """The name of exactly this evidence: other cases, settings or scores get another."""
    scores = [[(one.id, one.value, one.passes) for one in side.values()] for side in (base, head)]
    return fingerprint([suite.digest, scores])[:12]


def _agreed(entries: Sequence[DecisionEntry], suite: str, about: str) -> str:
    """Who decided about exactly this evidence, and why; empty if nobody did."""
    for one in entries:
        if one.suite == suite and one.about == about:
            return f"{one.by} decided on {one.on}: {one.reason}"
    return ""


def faults(outcome: Outcome) -> Iterator[tuple[Case, str]]:
    """The cases that could not be scored, each with what went wrong and on which side."""
    for case in outcome.suite.cases:
        for side, results in (("head", outcome.head), ("base", outcome.base)):
            found: CaseResult | None = results.get(case.id)
            if found is not None and found.error:
                yield case, found.error if side == "head" else f"at base: {found.error}"
                break
