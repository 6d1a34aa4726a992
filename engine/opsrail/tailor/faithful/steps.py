"""Steps and rules of the source: all there, in their order, those of others handed over."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from opsrail.content.facts import FactKind
from opsrail.tailor.faithful.align import Alignment
from opsrail.tailor.faithful.duties import obliges
from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.quoting import Texts, shortened
from opsrail.tailor.faithful.statements import Sort, Statement, folded
from opsrail.tailor.faithful.terms import Reading


def required(statements: Sequence[Statement], reading: Reading) -> tuple[Statement, ...]:
    """The statements of a source that must be there: rules, facts, and in forms that keep steps
    the first sentence of each step.
    """
    items: set[int] = set()
    wanted: list[Statement] = []
    for statement in statements:
        leads = statement.item not in items
        items.add(statement.item)
        if reading.is_taken_over(statement.line) or statement.sort in {Sort.CODE, Sort.QUOTE}:
            continue
        is_step = statement.sort is Sort.STEP and leads and reading.keeps_steps
        if is_step or statement.said.facts:
            wanted.append(statement)
    return tuple(wanted)


def uncovered(found: Alignment, reading: Reading, texts: Texts) -> Iterator[Departure]:
    """A departure for each rule or step of the source that the derived text doesn't have."""
    kept = set(found.equal) | {one for one, _ in found.pairs}
    said = {found.source[number].said.folded for number in kept}
    items = {found.source[number].item for number in kept} - {-1}
    for statement in required(found.source, reading):
        if statement.number in kept or statement.said.folded in said:
            continue
        is_rule = obliges(statement)
        is_step = statement.sort is Sort.STEP and statement.item not in items
        if is_rule or (is_step and reading.keeps_steps):
            yield _uncovered(statement, texts, "rule" if is_rule else "step")


def _uncovered(statement: Statement, texts: Texts, what: str) -> Departure:
    was = shortened(statement.original)
    rules = (f for f in statement.said.facts if f.kind is FactKind.DEONTIC)
    return Departure(
        Kind.OBLIGATION_LOST,
        texts.in_source(statement, was, statement.original),
        None,
        f"the {what} “{was}” of the source is missing here",
        values=frozenset((fact.kind, fact.value) for fact in rules),
    )


def not_handed_over(found: Alignment, reading: Reading, texts: Texts) -> Iterator[Departure]:
    """A departure for each step that the role may not do and that nothing hands over."""
    if not reading.hand_over or not reading.keeps_steps:
        return
    phrases = [folded(phrase) for phrase in reading.hand_over]
    handing = [d for d in found.derived if any(phrase in folded(d.original) for phrase in phrases)]
    known = {found.derived[other].number for other in found.equal.values()}
    handing = [d for d in handing if d.number not in known]
    steps = {s.line: s for s in reversed(found.source) if s.line in reading.taken_over}
    pairs = defaultdict(set)
    for one, partner in found.matched:
        pairs[one.line].add(partner.number)
    ways = {d.number for d in handing}
    missing = [step for line, step in sorted(steps.items()) if not pairs[line] & ways]
    spare = len(handing) - (len(steps) - len(missing))
    for step in missing[max(spare, 0) :]:
        aligned = sorted(pairs[step.line])
        yield _not_handed(step, found.derived[aligned[0]] if aligned else None, texts)


def _not_handed(step: Statement, derived: Statement | None, texts: Texts) -> Departure:
    was = shortened(step.original)
    return Departure(
        Kind.OBLIGATION_LOST,
        texts.in_source(step, was, step.original),
        texts.in_derived(derived, shortened(derived.original)) if derived else None,
        f"the step “{was}” is not this role's to do, and nothing here says whom to pass it to",
    )


def misplaced(found: Alignment, texts: Texts) -> Iterator[Departure]:
    """A departure for each step that stands before or behind one it should not.

    Of the steps of one list the longest run that kept its order stays (longest increasing
    subsequence: Fredman 1975); the others moved. What stands twice in the source has no one place.
    """
    series: defaultdict[int, dict[int, tuple[Statement, Statement]]] = defaultdict(dict)
    often = Counter(statement.said.folded for statement in found.source)
    for one, other in found.versions:
        is_step = one.sort is Sort.STEP and one.series >= 0 and often[one.said.folded] == 1
        if is_step and other.sort is not Sort.HEADING:
            series[one.series].setdefault(one.item, (one, other))
    for steps in series.values():
        pairs = [steps[item] for item in sorted(steps)]
        kept = _longest_run([other.number for _, other in pairs])
        for place, (one, other) in enumerate(pairs):
            if place not in kept:
                yield _misplaced(one, other, pairs, place, texts)


def _longest_run(numbers: Sequence[int]) -> set[int]:
    """Places of a longest run that does not fall. Several sentences may lead to one place."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        rank = bisect_left(ends, number + 1)
        before.append(at[rank - 1] if rank else -1)
        if rank == len(ends):
            ends.append(number)
            at.append(place)
        else:
            ends[rank], at[rank] = number, place
    kept: set[int] = set()
    place = at[-1] if at else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept


def _misplaced(
    one: Statement,
    other: Statement,
    pairs: Sequence[tuple[Statement, Statement]],
    place: int,
    texts: Texts,
) -> Departure:
    was, now = shortened(one.original), shortened(other.original)
    follower = next((p for p in pairs[place + 1 :] if p[1].number < other.number), None)
    leader = next((p for p in reversed(pairs[:place]) if p[1].number > other.number), None)
    near = (follower or leader or (one, other))[0]
    way, here = ("before", "behind") if follower else ("behind", "before")
    return Departure(
        Kind.STEP_ORDER,
        texts.in_source(one, was, one.original),
        texts.in_derived(other, now, other.original),
        f"the step “{was}” stands {way} “{shortened(near.original)}” in the source and"
        f" {here} it here",
    )
