"""Which facts moved between two versions of a text: a multiset difference, paired for people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

from opsrail.content.facts.model import Fact, FactKey, FactKind

Direction = Literal["raised", "lowered", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that came, went or became another. At least one side is there."""

    old: Fact | None
    new: Fact | None

    def __post_init__(self) -> None:
        if self.old is None and self.new is None:
            raise ValueError("a fact change needs an old or a new fact")

    @property
    def kind(self) -> FactKind:
        """The kind both sides share."""
        return self._sides[0].kind

    @property
    def direction(self) -> Direction:
        """Raised and lowered only where both amounts are in one unit; else changed."""
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        before, after = self.old.amount, self.new.amount
        if before is None or after is None or before == after or not _one_unit(self.old, self.new):
            return "changed"
        return "raised" if after > before else "lowered"

    def describe(self) -> str:
        """One line: `within 30 days of the charge  →  within 14 days of the charge`."""
        before, after = self.words
        said = f"{before}  →  {after}" if before and after else before or after
        labelled = f"{self.label}: {said}" if self.label else said
        return labelled if before and after else f"{self.direction}: {labelled}"

    @property
    def label(self) -> str:
        """The label that every side is quoted with; empty where they differ or have none."""
        labels = {fact.label for fact in self._sides}
        return labels.pop() if len(labels) == 1 else ""

    @property
    def words(self) -> tuple[str, str]:
        """The old and the new words to quote behind `label`, empty for a side that isn't there."""
        before, after = (
            (fact.text if self.label else fact.quoted) if fact else ""
            for fact in (self.old, self.new)
        )
        return before, after

    @property
    def _sides(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in (self.old, self.new) if fact is not None)


_NAMES = frozenset({FactKind.CODE, FactKind.EMAIL, FactKind.HANDLE, FactKind.URL})

_Likeness = Callable[[Fact], Hashable]


def _value_alone(fact: Fact) -> Hashable:
    """A "must" says nothing without its subject; 14 days are 14 days."""
    if fact.kind is FactKind.DEONTIC:
        return (fact.value, fact.noun.partition(" ")[0]) if fact.noun else None
    return fact.value


# From the closest likeness to the loosest; None means "not alike in this way".
_LIKENESSES: tuple[_Likeness, ...] = (
    lambda fact: (fact.noun, fact.comparator) if fact.noun else None,
    lambda fact: fact.noun or None,
    lambda fact: (fact.comparator, _value_alone(fact)) if _value_alone(fact) is not None else None,
    _value_alone,
    lambda fact: fact.noun.rpartition(" ")[2] or None,
)


def moved_facts(old: Iterable[Fact], new: Iterable[Fact]) -> tuple[FactChange, ...]:
    """What changed, in order of position; a fact that only moved to another place did not.

    Leftovers of one kind are paired by noun, comparator and value; what shares none of these is
    paired in order if there are as many on both sides, and otherwise came or went. Deontic words
    that share nothing stay apart: "must wait" did not become "only leads".
    """
    before, after = list(old), list(new)
    gone, come = _leftovers(before, after), _leftovers(after, before)
    pairs: list[tuple[Fact, Fact]] = []
    for likeness in _LIKENESSES:
        gone, come = _pair(gone, come, likeness, pairs)
    balanced = _balanced(gone, come)
    gone, come = _pair(gone, come, lambda fact: fact.kind in balanced or None, pairs)
    changes = [FactChange(was, now) for was, now in pairs]
    changes += [FactChange(fact, None) for fact in gone]
    changes += [FactChange(None, fact) for fact in come]
    return tuple(sorted(changes, key=_position))


def moved_between(
    pairs: Iterable[tuple[Iterable[Fact], Iterable[Fact]]],
    rows: Iterable[tuple[Iterable[Fact], Iterable[Fact]]] = (),
) -> tuple[FactChange, ...]:
    """As `moved_facts` over whole texts, cut into passages before and after.

    Facts of one passage are paired with each other first: of two limits in two sentences, each
    became what its own sentence says now. `rows` of a table stand for themselves: what P1 was
    promised yesterday and P0 is promised today did change, for both.
    """
    passages = [(list(old), list(new)) for old, new in pairs]
    before = [fact for old, _ in passages for fact in old]
    after = [fact for _, new in passages for fact in new]
    left = {id(fact) for fact in (*_leftovers(before, after), *_leftovers(after, before))}
    changes = [
        change
        for old, new in passages
        for change in moved_facts(
            (fact for fact in old if id(fact) in left), (fact for fact in new if id(fact) in left)
        )
    ]
    whole = [change for change in changes if change.old and change.new]
    gone = (change.old for change in changes if change.old and not change.new)
    come = (change.new for change in changes if change.new and not change.old)
    own = (change for old, new in rows for change in moved_facts(old, new))
    return tuple(sorted((*whole, *moved_facts(gone, come), *own), key=_position))


def _leftovers(facts: list[Fact], others: list[Fact]) -> list[Fact]:
    """Facts that the others do not have, the last ones of those there are too many of."""
    there: Counter[FactKey] = Counter(fact.key for fact in others)
    left: list[Fact] = []
    for fact in facts:
        there[fact.key] -= 1
        if there[fact.key] < 0:
            left.append(fact)
    return left


def _balanced(gone: list[Fact], come: list[Fact]) -> set[FactKind]:
    """Kinds with as many facts gone as come; of names only where it is one of each, since the
    order of names says nothing.
    """
    before, after = (Counter(fact.kind for fact in facts) for facts in (gone, come))
    even = {kind for kind in before if before[kind] == after[kind]} - {FactKind.DEONTIC}
    return {kind for kind in even if kind not in _NAMES or before[kind] == 1}


def _pair(
    gone: list[Fact], come: list[Fact], likeness: _Likeness, pairs: list[tuple[Fact, Fact]]
) -> tuple[list[Fact], list[Fact]]:
    waiting: defaultdict[Hashable, list[Fact]] = defaultdict(list)
    for fact in reversed(come):
        waiting[fact.kind, likeness(fact)].append(fact)
    rest: list[Fact] = []
    taken: set[int] = set()
    for fact in gone:
        alike = waiting.get((fact.kind, likeness(fact))) if likeness(fact) is not None else None
        if alike:
            pairs.append((fact, alike.pop()))
            taken.add(id(pairs[-1][1]))
        else:
            rest.append(fact)
    return rest, [fact for fact in come if id(fact) not in taken]


def _one_unit(old: Fact, new: Fact) -> bool:
    if old.kind is FactKind.DURATION:
        return ("business" in old.value) == ("business" in new.value)
    return _unit(old.value) == _unit(new.value)


def _unit(value: str) -> str:
    return "".join(letter for letter in value if letter.isalpha() or letter == "%").removesuffix(
        "s"
    )


def _position(change: FactChange) -> tuple[int, int]:
    place = change.old or change.new
    return (place.start if place else 0, 0 if change.old else 1)
