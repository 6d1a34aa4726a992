"""Which statements of the source a derived statement comes from.

Statements that say the same are paired in order. What is left is paired by likeness: Dice's
coefficient (Dice 1945) over the stems of meaningful words, quantities left out, so that a changed
amount doesn't lead to another statement. A sentence may have been split, or two joined.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsrail.content.similarity import dice
from opsrail.tailor.faithful.statements import VALUES, Sort, Statement

LIKE = 0.4
"""The least likeness of two statements that are taken for versions of each other."""
SMALL_EDIT = 0.8
"""From this likeness on two statements count as one that somebody touched in few words."""
_SURELY = 0.6
"""From this likeness on the order of two statements says something."""
_CONTAINED = 0.6
"""The least share of a statement's words that another one must hold to have taken it in."""
_FEWEST = 2
"""How many meaningful words they must share for that."""


@dataclass(frozen=True, slots=True)
class Group:
    """Statements of both texts that belong together, without those that are equal."""

    source: tuple[Statement, ...]
    derived: tuple[Statement, ...]

    @property
    def is_small_edit(self) -> bool:
        """Whether somebody only touched them in few words, and neither joined nor split any."""
        return len(self.source) == len(self.derived) and self._likeness >= SMALL_EDIT

    @property
    def _likeness(self) -> float:
        one, other = (
            sum((Counter(s.said.folded.split()) for s in side), Counter[str]())
            for side in (self.source, self.derived)
        )
        return dice(one, other)


@dataclass(slots=True)
class Alignment:
    """`pairs` lead from a source statement's number to the derived ones that say it."""

    source: tuple[Statement, ...]
    derived: tuple[Statement, ...]
    equal: dict[int, int] = field(default_factory=dict)
    pairs: list[tuple[int, int]] = field(default_factory=list)

    @property
    def versions(self) -> Iterator[tuple[Statement, Statement]]:
        """Pairs of which one is surely a version of the other, in order of the source."""
        return (
            (one, other)
            for one, other in self.matched
            if self.equal.get(one.number) == other.number
            or dice(one.said.words, other.said.words) >= _SURELY
        )

    @property
    def matched(self) -> Iterator[tuple[Statement, Statement]]:
        """Every pair, equal or alike, in order of the source."""
        every = sorted({*self.equal.items(), *self.pairs})
        return ((self.source[one], self.derived[other]) for one, other in every)

    @property
    def groups(self) -> tuple[Group, ...]:
        """What isn't equal, by what belongs together, in order of the source."""
        said = set(self.equal.values())
        nodes = [("s", s.number) for s in _own(self.source) if s.number not in self.equal]
        nodes += [("d", d.number) for d in _own(self.derived) if d.number not in said]
        links = [(("s", one), ("d", other)) for one, other in self.pairs]
        found = [
            Group(
                tuple(self.source[number] for side, number in members if side == "s"),
                tuple(self.derived[number] for side, number in members if side == "d"),
            )
            for members in _components(nodes, links)
        ]
        return tuple(found)


def align(source: tuple[Statement, ...], derived: tuple[Statement, ...]) -> Alignment:
    """Pair the statements of two texts."""
    found = Alignment(source, derived)
    source, derived = _own(source), _own(derived)
    found.equal = _equal(source, derived)
    taken = set(found.equal.values())
    left_source = [s for s in source if s.number not in found.equal]
    left_derived = [d for d in derived if d.number not in taken]
    if left_source or left_derived:
        found.pairs = _alike(left_source, left_derived)
        found.pairs += _contained(found, left_source, left_derived)
        found.pairs += _by_values(found, left_source, left_derived)
    return found


def _own(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Those that state something themselves, and do not quote the statement beside them."""
    return tuple(statement for statement in statements if statement.sort is not Sort.QUOTE)


def _equal(source: Sequence[Statement], derived: Sequence[Statement]) -> dict[int, int]:
    """In order, so that of two equal statements the first is the first; rows with rows first."""
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for with_sort in (True, False):
        waiting: defaultdict[object, list[Statement]] = defaultdict(list)
        for statement in reversed(derived):
            if statement.number not in taken:
                waiting[_sameness(statement, with_sort=with_sort)].append(statement)
        for statement in source:
            if statement.number in pairs:
                continue
            if alike := waiting.get(_sameness(statement, with_sort=with_sort)):
                pairs[statement.number] = (number := alike.pop().number)
                taken.add(number)
    return pairs


def _sameness(statement: Statement, *, with_sort: bool) -> object:
    """Headings and code are never equal to prose; the rest may be laid out otherwise."""
    if statement.sort is Sort.CODE:
        return (Sort.CODE, " ".join(statement.text.split()))
    is_apart = statement.sort is Sort.HEADING or (with_sort and statement.sort is Sort.ROW)
    return (statement.sort if is_apart else None, statement.said.folded)


def _alike(source: Sequence[Statement], derived: Sequence[Statement]) -> list[tuple[int, int]]:
    """One to one, the likest first; of equally like ones those at like places."""
    scored = [
        (-score, abs(one.number - other.number), one.number, other.number)
        for one, other in _candidates(source, derived)
        if (score := _likeness(one, other)) >= LIKE
    ]
    pairs = _same_rows(source, derived)
    gone = {one for one, _ in pairs}
    come = {other for _, other in pairs}
    for _, _, one, other in sorted(scored):
        if one not in gone and other not in come:
            pairs.append((one, other))
            gone.add(one)
            come.add(other)
    return pairs


def _same_rows(source: Sequence[Statement], derived: Sequence[Statement]) -> list[tuple[int, int]]:
    """Rows whose first cell no other row has: whatever their other cells say now."""
    one, other = (_by_key(side) for side in (source, derived))
    return [(number, other[key]) for key, number in one.items() if key in other]


def _by_key(statements: Sequence[Statement]) -> dict[str, int]:
    count = Counter(statement.key for statement in statements)
    return {s.key: s.number for s in statements if s.key and count[s.key] == 1}


def _likeness(one: Statement, other: Statement) -> float:
    if (one.sort is Sort.CODE) != (other.sort is Sort.CODE):
        return 0.0
    return dice(one.said.words, other.said.words)


def _contained(
    found: Alignment, source: Sequence[Statement], derived: Sequence[Statement]
) -> list[tuple[int, int]]:
    """Statements without a partner that went into another one, or came out of one."""
    gone = {one for one, _ in found.pairs}
    come = {other for _, other in found.pairs}
    joined = [s for s in source if s.number not in gone]
    split = [d for d in derived if d.number not in come]
    room = _room(found, source, derived)
    into = [
        (one.number, best.number)
        for one in joined
        if (best := _holder(one, derived, room)) is not None
    ]  # fmt: skip
    out = [
        (best.number, other.number)
        for other in split
        if (best := _holder(other, source, room)) is not None
    ]
    return [*into, *out]


def _by_values(
    found: Alignment, source: Sequence[Statement], derived: Sequence[Statement]
) -> list[tuple[int, int]]:
    """Statements that share no words and still one quantity, such as a period said anew."""
    gone = {one for one, _ in found.pairs}
    come = {other for _, other in found.pairs}
    waiting: defaultdict[object, list[int]] = defaultdict(list)
    for other in reversed([d for d in derived if d.number not in come]):
        for value in _quantities(other):
            waiting[value].append(other.number)
    alike = (
        (one.number, next((waiting[value] for value in _quantities(one) if waiting[value]), None))
        for one in source
        if one.number not in gone
    )
    return [(one, others.pop()) for one, others in alike if others]


def _quantities(statement: Statement) -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in statement.said.facts if fact.kind in VALUES]


def _room(
    found: Alignment, source: Sequence[Statement], derived: Sequence[Statement]
) -> dict[int, Counter[str]]:
    """The words of each statement, by its identity, that its partner does not account for."""
    room = {id(one): one.said.words for one in (*source, *derived)}
    for number, partner in found.pairs:
        one, other = found.source[number], found.derived[partner]
        room[id(one)] = one.said.words - other.said.words
        room[id(other)] = other.said.words - one.said.words
    return room


def _holder(
    part: Statement, others: Iterable[Statement], room: Mapping[int, Counter[str]]
) -> Statement | None:
    """The statement that holds most of the words of `part`, some of them in its own room."""
    words = part.said.words
    best, most = None, 0.0
    for other in others:
        shared = (words & other.said.words).total()
        share = shared / words.total() if words else 0.0
        if words & room[id(other)] and shared >= _FEWEST and share >= _CONTAINED and share > most:
            best, most = other, share
    return best


def _candidates(
    source: Sequence[Statement], derived: Sequence[Statement]
) -> Iterator[tuple[Statement, Statement]]:
    """Pairs that share a meaningful word."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, other in enumerate(derived):
        for word in other.said.words:
            places[word].append(place)
    for one in source:
        near = {place for word in one.said.words for place in places.get(word, ())}
        yield from ((one, derived[place]) for place in sorted(near))


def _components(
    nodes: Sequence[tuple[str, int]], links: Sequence[tuple[tuple[str, int], tuple[str, int]]]
) -> Iterator[list[tuple[str, int]]]:
    """Connected components, each and all in the order of `nodes`."""
    parent = {node: node for node in nodes}

    def root(node: tuple[str, int]) -> tuple[str, int]:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in links:
        parent[root(one)] = root(other)
    members: defaultdict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for node in nodes:
        members[root(node)].append(node)
    return iter(members.values())
