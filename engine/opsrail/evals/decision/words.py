"""A verdict explains itself: one paragraph for who has to act on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsrail.evals.decision.looks import is_second_look_due
from opsrail.evals.decision.model import Decision, Rule
from opsrail.evals.model import Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.wilson import normal_quantile

if TYPE_CHECKING:
    from opsrail.evals.statistics.compare import Comparison

NAMED = 5
"""So many cases are named; of the others, the number is told."""
WANTED_POWER = 0.8


def in_words(
    decision: Decision,
    *,
    measure: str = "score",
    cases: str = "cases",
    clusters: str = "clusters",
    owner: str = "",
) -> str:
    """The verdict in a paragraph.

    `measure`, `cases` and `clusters` are what they are called here ("accuracy", "tickets",
    "customers"); `owner` is the team that decides where the rule cannot.
    """
    if decision.verdict is Verdict.NOT_COMPARABLE:
        return _not_comparable(decision)
    parts = [*_must_pass(decision)]
    if decision.comparison is None:
        parts += _promises(decision, cases)
    else:
        parts += _difference(decision, decision.comparison, (measure, cases, clusters))
    parts += [*_floor(decision, measure), *_next_step(decision, owner)]
    return " ".join(parts)


def percent(share: float) -> str:
    """A share as people write it: 91.2 %."""
    return f"{100 * share:.1f} %"


def points(difference: float) -> str:
    """A difference in points of 100, with its sign: −2.8 or +1.8."""
    rounded = round(100 * difference, 1) + 0.0
    return f"−{-rounded:.1f}" if rounded < 0 else f"+{rounded:.1f}" if rounded else "0.0"


def listed(names: Sequence[str]) -> str:
    """Case ids, the first few by name."""
    if len(names) > NAMED + 1:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return ", ".join(names)


def _counted(count: int, plural: str) -> str:
    return f"{count:,} {plural.removesuffix('s') if count == 1 else plural}"


def _not_comparable(decision: Decision) -> str:
    reasons = decision.evidence.reasons
    more = f" (and {len(reasons) - 3} more reasons)" if len(reasons) > 3 else ""
    told = "; ".join(reasons[:3])
    return (
        f"Base and head cannot be compared: {told}{more}."
        " Mend that and run the suite again: until then it cannot vouch for anything."
    )


def _must_pass(decision: Decision) -> Iterator[str]:
    names = decision.evidence.must_pass
    if names:
        verb = "case fails that must pass" if len(names) == 1 else "cases fail that must pass"
        yield f"{len(names)} {verb}: {listed(names)}."


def _promises(decision: Decision, cases: str) -> Iterator[str]:
    """Cases one by one, or a sample with nothing to compare it with."""
    evidence = decision.evidence
    total = len(evidence.head.values)
    if not total:
        yield "No case counts, so there is nothing to judge."
        return
    passing = total - len(evidence.failing)
    if decision.standard.judging is Judging.SAMPLE:
        yield f"{passing:,} of {_counted(total, cases)} pass; nothing at base to compare them with."
        return
    yield f"{passing:,} of {_counted(total, cases)} pass."
    if evidence.regressions:
        yield f"{len(evidence.regressions)} passed at base and no longer:"
        yield f"{listed(evidence.regressions)}."
    if evidence.fresh:
        verb = "new case fails" if len(evidence.fresh) == 1 else "new cases fail"
        yield f"{len(evidence.fresh)} {verb}: {listed(evidence.fresh)}."
    told = {*evidence.regressions, *evidence.fresh, *evidence.must_pass}
    before = tuple(name for name in evidence.failing if name not in told)
    if before:
        yield f"{len(before)} failed at base already: {listed(before)}."


def _difference(
    decision: Decision, comparison: Comparison, nouns: tuple[str, str, str]
) -> Iterator[str]:
    measure, cases, clusters = nouns
    paired = decision.evidence.paired
    assert paired is not None
    before, after = sum(paired.base) / len(paired), sum(paired.head) / len(paired)
    over = _counted(comparison.cases, cases)
    if comparison.clusters < comparison.cases:
        over += f" from {_counted(comparison.clusters, clusters)}"
    interval = f"{points(comparison.low)} to {points(comparison.high)}"
    sure = f"{100 * comparison.confidence:g}"
    yield (
        f"{measure.capitalize()} {percent(before)} → {percent(after)},"
        f" {points(comparison.estimate)} points ({sure} % interval {interval}) over {over}:"
        f" {_meaning(decision, comparison)}."
    )
    yield from _changed(decision, comparison)
    yield f"Judged by {comparison.method.words}."


def _meaning(decision: Decision, comparison: Comparison) -> str:
    margin = decision.standard.margin
    allowed = f"the {margin:.1f} {'point' if margin == 1 else 'points'} you allow"
    if comparison.low > -margin / 100:
        if comparison.high < 0:
            return f"a little worse, within {allowed}"
        return f"no worse than {allowed}"
    if comparison.high < 0 and decision.p_value is not None:
        if decision.p_value > decision.standard.error:
            return (
                "worse taken by itself, but with so many suites in one run, one of them may look"
                f" like this by chance (adjusted p = {decision.p_value:.3f})"
            )
        beyond = "beyond" if comparison.high <= -margin / 100 else "not surely within"
        return f"worse than chance would explain, and {beyond} {allowed}"
    return f"it may be worse by more than {allowed}, and it may not be worse at all"


def _changed(decision: Decision, comparison: Comparison) -> Iterator[str]:
    evidence = decision.evidence
    if not comparison.worse and not comparison.better:
        yield "Every case scores the same."
        return
    worse = f"{comparison.worse} got worse" if comparison.worse else "None got worse"
    named = f" ({listed(evidence.worse)})" if evidence.worse else ""
    yield f"{worse}{named}, {comparison.better or 'none'} better."


def _floor(decision: Decision, measure: str) -> Iterator[str]:
    floor = decision.floor
    if floor is None or (floor.verdict is Verdict.PASS and decision.rule is not Rule.FLOOR):
        return
    told = f"The floor is {floor.floor:.1f} %, and the {measure} {floor.score:.1f} %"
    if floor.low < floor.high:
        told += f" (interval {floor.low:.1f} to {floor.high:.1f})"
    if floor.verdict is Verdict.FAIL:
        yield f"{told}: below it."
    elif floor.verdict is Verdict.INCONCLUSIVE:
        yield f"{told}: it may be above or below."


def _next_step(decision: Decision, owner: str) -> Iterator[str]:
    if decision.verdict is not Verdict.INCONCLUSIVE:
        return
    seen = _sees(decision)
    if seen is not None:
        yield f"With this many cases, the suite cannot see a drop under {100 * seen:.1f} points."
    if is_second_look_due(decision):
        yield "It is run once more with twice the repeats, and judged by that alone."
        return
    who = f"one of {owner}" if owner else "someone who answers for it"
    if decision.evidence.is_second_look:
        yield f"A second look at twice the repeats said the same. Needs {who} to decide."
    else:
        yield f"Add cases, or have {who} decide on record."


def _sees(decision: Decision) -> float | None:
    """The drop that the suite would see four times in five, going by the interval it has now."""
    comparison = decision.comparison
    if comparison is None or decision.rule is not Rule.DIFFERENCE:
        return None
    far = normal_quantile(comparison.confidence)
    further = normal_quantile(2 * WANTED_POWER - 1)
    drop = (comparison.high - comparison.estimate) * (far + further) / far
    return drop if drop < 1 else None
