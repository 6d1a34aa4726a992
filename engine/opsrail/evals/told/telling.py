"""What every format tells about judged suites, found once and worded alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from opsrail.evals.decision.model import Rule
from opsrail.evals.decision.words import percent, points
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Case, CaseResult, Verdict
from opsrail.evals.parts import Judging, Quarantined, Tier
from opsrail.report.escaping import visible
from opsrail.report.model import counted

MOST_CASES: Final = 10
"""So many cases of a suite are told to people; of the others, the number."""
ALL_CASES: Final = "`--format json` has them all"

_VERBS: Final = {
    Verdict.PASS: ("passes", "pass"),
    Verdict.FAIL: ("fails", "fail"),
    Verdict.INCONCLUSIVE: ("cannot tell", "cannot tell"),
    Verdict.NOT_COMPARABLE: ("cannot be compared", "cannot be compared"),
}
_DECIDED: Final = ("was decided by a person", "were decided by people")
_UNREAD: Final = ("cannot be read", "cannot be read")


class State(StrEnum):
    """How a case came out at head."""

    PASSES = "passes"
    FAILS = "fails"
    NO_SCORE = "no score"


@dataclass(frozen=True, slots=True)
class ToldCase:
    """A case as people need it to act.

    `who` was asked, `why` it failed; `answer` is what a program or rules said (pages are not
    repeated: they can be opened), `before` is what base made of it, empty without a base. `alike`
    are further cases that have no score for the very same reason.
    """

    case: Case
    marks: tuple[str, ...]
    who: str
    why: str
    answer: str
    before: str
    alike: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where the case stands: `path:line`."""
        return f"{self.case.place.path}:{self.case.place.line}"


def picture_of(outcome: Outcome) -> tuple[str, ...]:
    """The lines of a sample's picture; promises are told one by one."""
    is_sample = outcome.decision.comparison is not None
    return tuple(visible(line) for line in outcome.picture.split("\n")) if is_sample else ()


def state_of(result: CaseResult) -> State:
    """How a case came out."""
    if result.error:
        return State.NO_SCORE
    return State.PASSES if result.is_passed else State.FAILS


def closing(outcome: Outcome) -> frozenset[str]:
    """The cases that fail and by themselves decide against the suite.

    Of a sample these are only those that must pass: what counts there is how all of them do.
    """
    evidence = outcome.decision.evidence
    if outcome.suite.judging is Judging.SAMPLE:
        return frozenset(evidence.must_pass)
    return frozenset((*evidence.must_pass, *evidence.regressions, *evidence.fresh))


def told_cases(outcome: Outcome) -> tuple[ToldCase, ...]:
    """The cases that explain a verdict other than pass, the most telling first."""
    cases = {case.id: case for case in outcome.suite.cases}
    found = [_told(outcome, cases[name]) for name in dict.fromkeys(_telling(outcome))]
    if outcome.verdict is not Verdict.NOT_COMPARABLE:
        return tuple(found)
    same: dict[tuple[str, str], list[ToldCase]] = {}
    for one in found:
        same.setdefault((one.why, one.before), []).append(one)
    return tuple(
        replace(first, alike=tuple(one.case.id for one in others))
        for first, *others in same.values()
    )


def by_tag(outcome: Outcome, most: int = 6) -> str:
    """Where cases fail, by their tags: “money 3 of 12 · legal 1 of 4”; the most failing first."""
    asked = Counter(tag for case in outcome.suite.cases for tag in case.tags)
    failing = set(outcome.decision.evidence.failing)
    failed = Counter(tag for case in outcome.suite.cases if case.id in failing for tag in case.tags)
    ordered = sorted(failed.items(), key=lambda item: (-item[1], item[0]))
    told = [f"{tag} {count:,} of {asked[tag]:,}" for tag, count in ordered[:most]]
    return " · ".join([*told, "…"] if len(ordered) > most else told)


def _telling(outcome: Outcome) -> Iterator[str]:
    decision = outcome.decision
    evidence = decision.evidence
    yield from evidence.must_pass
    if outcome.verdict is Verdict.NOT_COMPARABLE:
        yield from (case.id for case in outcome.suite.cases if _is_faulty(outcome, case))
        return
    yield from (name for name in evidence.failing if name in closing(outcome))
    if outcome.suite.judging is Judging.SAMPLE:
        yield from evidence.worse
    if decision.comparison is None or decision.rule is Rule.FLOOR:
        yield from evidence.failing


def _is_faulty(outcome: Outcome, case: Case) -> bool:
    """Whether it is one of the cases for which nothing can be compared."""
    if case.id in outcome.set_aside and not case.must_pass:
        return False
    head, base = outcome.head.get(case.id), outcome.base.get(case.id)
    if head is not None and head.error:
        return True
    is_kept = outcome.suite.judging is Judging.EACH and head is not None and head.is_passed
    return bool(base and base.error) and not is_kept


def _told(outcome: Outcome, case: Case) -> ToldCase:
    result = outcome.head.get(case.id)
    entry = outcome.suite.target
    marks = ["must pass"] if case.must_pass else []
    is_page = entry.playbook is not None or entry.role is not None
    return ToldCase(
        case,
        tuple(marks),
        case.role or entry.role or "",
        _why(outcome, result) if result else "it has no result at head",
        result.answer if result and not is_page and not result.error else "",
        _before(outcome, case, is_page=is_page),
    )


def _why(outcome: Outcome, result: CaseResult) -> str:
    if result.reason:
        return result.reason
    base = outcome.base.get(result.id)
    if base is not None and base.error:
        return "base cannot be scored, so nothing can be compared"
    if not result.is_passed:
        return f"it scores {percent(result.value)}"
    return f"it passes, but scores less: {percent(result.value)}"


def _before(outcome: Outcome, case: Case, *, is_page: bool) -> str:
    if not outcome.matched.has_base:
        return ""
    result = outcome.base.get(case.id)
    if result is None:
        is_new = any(case.id == one.id for one in outcome.matched.new)
        return "does not have this case" if is_new else "asks something else in this case"
    if result.error:
        return f"has no score: {result.error}"
    said = f" with {result.answer}" if result.answer and not is_page else ""
    if result.is_passed:
        graded = "" if result.value == 1 else f" ({percent(result.value)})"
        return f"passes{graded}{said}"
    why = f": {result.reason}" if result.reason and result.reason != _reason(outcome, case) else ""
    return f"fails, too{why}{said}"


def _reason(outcome: Outcome, case: Case) -> str:
    result = outcome.head.get(case.id)
    return result.reason if result else ""


def set_aside(outcome: Outcome) -> tuple[Quarantined, ...]:
    """The cases in quarantine, by name. Those that must pass count all the same."""
    found = (one for one in outcome.suite.quarantine if one.case in outcome.set_aside)
    return tuple(sorted(found, key=lambda one: one.case))


def set_aside_words(one: Quarantined) -> str:
    """Until when a case is set aside, and what was measured."""
    return f"set aside until {one.until}, flips {100 * one.flips:.0f} %: {one.reason}"


def scores(outcome: Outcome) -> tuple[float | None, float | None]:
    """The scores in [0, 1] at base and head: of the same cases, where any compare."""
    paired = outcome.decision.evidence.paired
    if paired:
        return sum(paired.base) / len(paired), sum(paired.head) / len(paired)
    return None, outcome.decision.evidence.head.mean


def score_words(outcome: Outcome) -> str:
    """The scores as people write them: 91.2 % → 88.4 %."""
    return " → ".join(percent(one) for one in scores(outcome) if one is not None)


def in_short(outcome: Outcome) -> str:
    """A passing suite in one line."""
    found = outcome.decision.comparison
    told = outcome.words
    if found is not None:
        little = ": a little worse, within the margin" if found.high < 0 else ""
        told = (
            f"{score_words(outcome)}, {points(found.estimate)} points"
            f" ({points(found.low)} to {points(found.high)}) over"
            f" {found.cases:,} {'case' if found.cases == 1 else 'cases'}{little}"
        )
    aside = len(outcome.set_aside)
    return f"{told.rstrip('.')} · {aside} set aside" if aside else told


def is_advisory(outcome: Outcome) -> bool:
    """Whether the suite only advises, and never closes the gate."""
    return outcome.suite.tier is Tier.ADVISORY


def closed_by(judged: Judged) -> tuple[str, ...]:
    """The names of the suites that keep the gate closed."""
    closed = (one.suite.name for one in judged.outcomes if not one.is_open and not is_advisory(one))
    return tuple(sorted((*closed, *(unread_name(one.files[0]) for one in judged.unread))))


def unread_name(path: str) -> str:
    """A suite's name from its file's path."""
    return path.rpartition("/")[2].removesuffix(".yaml")


def tally(judged: Judged) -> str:
    """Suites and cases counted: "21 suites: 20 pass, 1 fails · 228 cases"."""
    kinds = Counter(_kinds(judged))
    total = sum(kinds.values())
    cases = sum(len(one.suite.cases) for one in judged.outcomes)
    if not total:
        return "no suites"
    told = ", ".join(f"{n:,} {verbs[n > 1]}{note}" for (verbs, note), n in kinds.items())
    return f"{counted(total, 'suite')}: {told} · {counted(cases, 'case')}"


def _kinds(judged: Judged) -> Iterator[tuple[tuple[str, str], str]]:
    """What is counted together; passing first."""
    for verdict, verbs in _VERBS.items():
        for one in judged.outcomes:
            if one.verdict is verdict:
                is_noted = is_advisory(one) and verdict is not Verdict.PASS
                note = " (advisory)" if is_noted else ""
                yield (_DECIDED if one.decided else verbs), note
    yield from ((_UNREAD, "") for _ in judged.unread)


def in_telling_order(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Passing suites first, so that what needs work stands last, beside the prompt."""
    return tuple(sorted(outcomes, key=lambda one: one.verdict is not Verdict.PASS))
