"""Typed facts on their way from a source to a derived text: lost, added, changed, swapped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from opsrail.content.facts import Fact, FactKind, moved_facts
from opsrail.tailor.faithful.align import Alignment, Group
from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.quoting import Texts, around
from opsrail.tailor.faithful.statements import VALUES, Sort, Statement, plain, read
from opsrail.tailor.faithful.terms import Reading

_CLAUSE = re.compile(r"\s*(?:[,;]\s*(?:and\s+)?|\band\b)\s*|[.]$")


@dataclass(frozen=True, slots=True)
class Held:
    """A fact in its statement."""

    statement: Statement
    fact: Fact

    @property
    def what(self) -> tuple[FactKind, str]:
        """Its kind and value."""
        return (self.fact.kind, self.fact.value)

    @property
    def bound(self) -> tuple[str, str, str]:
        """Its kind and value with its comparator."""
        return (*self.what, self.fact.comparator)


@dataclass(slots=True)
class Moves:
    """What became of the facts."""

    changed: list[tuple[Held, Held, bool]] = field(default_factory=list)
    """Before, after, and whether that is grave."""
    lost: list[Held] = field(default_factory=list)
    added: list[Held] = field(default_factory=list)
    of_rows: set[int] = field(default_factory=set)
    """Numbers of the source's rows that are rows still: what they lost is lost, wherever else
    it stands.
    """


def value_departures(
    found: Alignment, groups: Sequence[Group], reading: Reading, texts: Texts
) -> Iterator[Departure]:
    """What is to be said about the facts of two texts. `groups` are those to look at."""
    moves = Moves()
    for group in groups:
        _compare(group, reading, moves)
    _reconcile(moves)
    there = {held.bound for held in _held(found.derived) if held.statement.sort is not Sort.QUOTE}
    allowed = {(f.kind, f.value) for text in (*reading.allowed, *reading.hand_over)
               for f in read(text).facts}  # fmt: skip
    known = {held.what for held in _held(found.source)}
    for before, after, is_grave in moves.changed:
        yield _changed(before, after, texts, is_grave=is_grave)
    for held in moves.lost:
        is_of_row = held.statement.number in moves.of_rows and held.statement.sort is Sort.ROW
        is_gone = is_of_row or held.bound not in there
        yield _lost(held, texts, is_grave=is_gone and not _is_idle(held))
    for held in moves.added:
        if held.what not in allowed:
            is_new = held.what not in known
            yield _added(held, texts, is_grave=is_new and not _is_idle(held))
    yield from _misquoted(found, allowed, texts)


def _is_idle(held: Held) -> bool:
    """Whether it is a mere "one" in the place of "a": one person is a person."""
    return _written(held).lower() == "one"


def _misquoted(
    found: Alignment, allowed: Collection[tuple[FactKind, str]], texts: Texts
) -> Iterator[Departure]:
    """Quantities that a table of facts names, and the sentence beside them doesn't have."""
    lines: dict[int, list[Held]] = {}
    for held in _held(s for s in found.derived if s.sort is not Sort.QUOTE):
        lines.setdefault(held.statement.line, []).append(held)
    for held in _held(s for s in found.derived if s.sort is Sort.QUOTE):
        beside = lines.get(held.statement.line, [])
        is_there = held.what in allowed or any(other.what == held.what for other in beside)
        if held.fact.kind not in VALUES or is_there:
            continue
        near = next((other for other in beside if other.fact.kind is held.fact.kind), None)
        if near is not None:
            yield _changed(_in_source(near, found), held, texts, is_grave=True)


def _in_source(held: Held, found: Alignment) -> Held:
    """The same fact where the source has it, else where it stands."""
    return next((other for other in _held(found.source) if other.what == held.what), held)


def _held(statements: Iterable[Statement]) -> Iterator[Held]:
    for statement in statements:
        if statement.sort is not Sort.CODE:
            yield from (Held(statement, replace(fact)) for fact in statement.said.values)


def _is_required(held: Held, reading: Reading) -> bool:
    """Of a step that somebody else takes over only the quantities have to stay."""
    return not reading.is_taken_over(held.statement.line) or held.fact.kind in VALUES


def _compare(group: Group, reading: Reading, moves: Moves) -> None:
    before, after = list(_held(group.source)), list(_held(group.derived))
    if len(group.source) == len(group.derived) == 1:
        one, other = group.source[0], group.derived[0]
        if _clauses(one) == _clauses(other) or _are_told_apart(before, after):
            return
        if len(before) == len(after) and _skeleton(one) == _skeleton(other):
            pairs = zip(before, after, strict=True)
            moves.changed += [(b, a, True) for b, a in pairs if b.bound != a.bound]
            return
    if all(s.sort is Sort.ROW for s in (*group.source, *group.derived)) and group.derived:
        moves.of_rows |= {s.number for s in group.source}
    gone, come = _without(before, after), _without(after, before)
    gone = [held for held in gone if _is_required(held, reading)]
    moves.changed += _swapped(before, after)
    _sort_out(gone, come, moves, is_small=group.is_small_edit)


def _without(held: Sequence[Held], others: Sequence[Held]) -> list[Held]:
    """Those that the others do not have as often."""
    there = Counter(other.bound for other in others)
    left: list[Held] = []
    for one in held:
        there[one.bound] -= 1
        if there[one.bound] < 0:
            left.append(one)
    return left


def _sort_out(gone: list[Held], come: list[Held], moves: Moves, *, is_small: bool) -> None:
    """Pair what went with what came; a bound that was only left unsaid weighs by the edit."""
    places = {id(held.fact): held for held in (*gone, *come)}
    for change in moved_facts((h.fact for h in gone), (h.fact for h in come)):
        before = places[id(change.old)] if change.old else None
        after = places[id(change.new)] if change.new else None
        if before and after:
            same = before.what == after.what
            unsaid = same and "" in {before.fact.comparator, after.fact.comparator}
            if not unsaid or is_small:
                moves.changed.append((before, after, True))
        elif before:
            moves.lost.append(before)
        elif after:
            moves.added.append(after)


def _clauses(statement: Statement) -> Counter[str]:
    parts = (part.strip() for part in _CLAUSE.split(statement.said.folded))
    return Counter(part for part in parts if part)


def _are_told_apart(before: Sequence[Held], after: Sequence[Held]) -> bool:
    """Whether both sides have the same facts, and each quantity a noun of its own, so that their
    order says nothing.
    """
    if Counter(map(_about, before)) != Counter(map(_about, after)):
        return False
    nouns = [_about(held)[1] for held in before if held.fact.kind in VALUES]
    return all(nouns) and len(set(nouns)) == len(nouns)


def _about(held: Held) -> tuple[tuple[str, str, str], str]:
    """A fact with the last word of its noun: the others may be those of the verb before it."""
    return held.bound, held.fact.noun.rpartition(" ")[2]


def _skeleton(statement: Statement) -> str:
    """A statement with a sign of its kind in each fact's place."""
    text, said, last = statement.text, [], 0
    for fact in statement.said.values:
        if fact.start >= last:
            said += [text[last : fact.start], f"\x00{fact.kind}"]
            last = fact.end
    return " ".join(plain("".join((*said, text[last:]))).lower().split())


def _swapped(before: Sequence[Held], after: Sequence[Held]) -> Iterator[tuple[Held, Held, bool]]:
    """Values that both texts have and that changed places: each is about the other's noun now."""
    new = {(held.what, held.fact.noun): held for held in after}
    nouns: dict[tuple[str, str], set[str]] = {}
    for held in after:
        nouns.setdefault((held.fact.kind, held.fact.noun), set()).add(held.fact.value)
    about = {(held.what, held.fact.noun) for held in before}
    for held in before:
        noun = held.fact.noun
        if not noun or held.fact.kind not in VALUES or (held.what, noun) in new:
            continue
        for value in nouns.get((held.fact.kind, noun), ()):
            now = new[(held.fact.kind, value), noun]
            if now.what != held.what and (now.what, noun) not in about and any(
                other.what == held.what for other in after
            ) and any(other.what == now.what for other in before):  # fmt: skip
                yield held, now, True
                break


def _reconcile(moves: Moves) -> None:
    """What went here and came there only moved, except between rows: there it was swapped."""
    ways: tuple[Callable[[Held], Hashable], ...] = (lambda held: held.bound, lambda held: held.what)
    for way in ways:
        waiting: dict[Hashable, list[Held]] = {}
        for held in moves.added:
            waiting.setdefault(way(held), []).append(held)
        for lost in tuple(moves.lost):
            near = waiting.get(way(lost), [])
            rows = lost.statement.sort is Sort.ROW
            moved = (held for held in near if not (rows and held.statement.sort is Sort.ROW))
            if (partner := next(moved, None)) is not None:
                near.remove(partner)
                moves.added.remove(partner)
                moves.lost.remove(lost)


def _changed(before: Held, after: Held, texts: Texts, *, is_grave: bool) -> Departure:
    was, now = around(before.statement, before.fact), around(after.statement, after.fact)
    return Departure(
        Kind.FACT_CHANGED,
        texts.in_source(before.statement, was, _written(before)),
        texts.in_derived(after.statement, now, _written(after)),
        f"“{was}” in the source became “{now}” here",
        is_grave,
        frozenset({before.what, after.what}),
    )


def _lost(held: Held, texts: Texts, *, is_grave: bool) -> Departure:
    was = around(held.statement, held.fact)
    return Departure(
        Kind.FACT_LOST,
        texts.in_source(held.statement, was, _written(held)),
        None,
        f"“{was}” of the source is not said here",
        is_grave,
        frozenset({held.what}),
    )


def _added(held: Held, texts: Texts, *, is_grave: bool) -> Departure:
    now = around(held.statement, held.fact)
    return Departure(
        Kind.FACT_ADDED,
        None,
        texts.in_derived(held.statement, now, _written(held)),
        f"“{now}” is not in the source",
        is_grave,
        frozenset({held.what}),
    )


def _written(held: Held) -> str:
    return held.statement.text[held.fact.start : held.fact.end]
