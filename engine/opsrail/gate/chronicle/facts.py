"""Since when a document's facts hold: each is followed back to the landing that brought it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.content.changes import SectionChange
from opsrail.content.facts import Fact, FactChange
from opsrail.content.model import Document, Section
from opsrail.content.pieces import pieces_of
from opsrail.content.statements import facts_of
from opsrail.gate.chronicle.landings import Landings
from opsrail.gate.chronicle.model import Holding
from opsrail.gate.chronicle.steps import Step, narrow_step, wide_step
from opsrail.repo.log import Commit, Trail


@dataclass(slots=True)
class _Waiting:
    """A fact of today whose landing is still looked for. `name` is what its section was called
    just after the landing that is looked at.
    """

    fact: Fact
    section: Section
    line: int
    name: str

    @property
    def path(self) -> str:
        return self.name.partition("#")[0]


def blame_facts(
    landings: Landings, head: str, document: Document, sections: Iterable[Section]
) -> tuple[Holding, ...]:
    """Every fact of these sections at the commit `head`, with the landing that brought it.

    A fact that only moved, to another sentence, section or document, keeps its age.
    """
    waiting = [
        _Waiting(fact, section, line, section.name)
        for section in sections
        for fact, line in stated_by(section)
    ]
    found: list[Holding] = []
    trail = Trail(landings.repository, head, frozenset({document.path}))
    commit = None
    for commit in trail:
        waiting, settled = _settle(waiting, _look(landings, commit, trail.paths, waiting))
        found += (_holding(one, was, landings, commit) for one, was in settled)
        if not waiting:
            break
        if not (places := frozenset(one.path for one in waiting)) <= trail.paths:
            trail.paths = places
    else:  # what no landing tells of is as old as what can be seen
        found += (_holding(one, "", landings, commit) for one in waiting if commit)
    return tuple(sorted(found, key=lambda one: (one.line, one.kind, one.words, one.was)))


def stated_by(section: Section) -> Iterator[tuple[Fact, int]]:
    """What a section states as the diff sees it, in its heading and piece by piece; and where."""
    for fact in facts_of((section.title,)):
        yield fact, section.line
    for piece in pieces_of(section):
        for fact in facts_of((piece.text,)) if piece.is_prose else ():
            line = piece.line + piece.text.count("\n", 0, fact.start)
            yield fact.labelled(piece.key.strip("*_` ")), line


def _look(
    landings: Landings, commit: Commit, paths: frozenset[str], waiting: Sequence[_Waiting]
) -> Step:
    """The landing's effect on these documents; on others as well if something is new in them."""
    step = narrow_step(landings.repository, commit, paths)
    names = {one.name for one in waiting}
    come = {
        " ".join(fact.new.text.split())
        for change in step.diff.sections
        if change.new and change.new.name in names
        for fact in change.facts
        if fact.new and fact.old is None
    }
    return wide_step(landings.repository, commit, paths, come) if come else step


def _settle(
    waiting: Sequence[_Waiting], step: Step
) -> tuple[list[_Waiting], list[tuple[_Waiting, str]]]:
    """Who waits on, named as before the landing; and whom it brought, with what was there."""
    before = {new: old for old, new in step.diff.matches}
    changes = {change.new.name: change for change in step.diff.sections if change.new}
    lost = _lost(step.diff.sections)
    grouped: defaultdict[str, list[_Waiting]] = defaultdict(list)
    for one in waiting:
        grouped[one.name].append(one)
    kept: list[_Waiting] = []
    settled: list[tuple[_Waiting, str]] = []
    for name, group in grouped.items():
        come = _come(group, changes[name]) if name in changes else {}
        for one in group:
            change = come.get(id(one))
            elsewhere = lost[one.fact.key] if change and change.old is None else []
            if change and not elsewhere:
                settled.append((one, change.old.quoted if change.old else ""))
            else:
                one.name = elsewhere.pop(0) if elsewhere else before.get(name, name)
                kept.append(one)
    return kept, settled


def _come(group: Sequence[_Waiting], change: SectionChange) -> Mapping[int, FactChange]:
    """Which of these a landing brought, by identity, with the change that did.

    What waits is found among the facts that the section stated then, from the closest likeness to
    the loosest: words and rows may have been called otherwise. Of several alike, those that were
    there before come first.
    """
    brought: defaultdict[Hashable, list[FactChange]] = defaultdict(list)
    for one in change.facts:
        if one.new:
            brought[_exact(one.new)].append(one)
    assert change.new is not None
    stated: list[tuple[Fact, FactChange | None]] = []
    for fact, _ in reversed([*stated_by(change.new)]):  # the last ones are the new ones
        alike = brought[_exact(fact)]
        stated.insert(0, (fact, alike.pop() if alike else None))
    stated.sort(key=lambda pair: pair[1] is not None)
    found: dict[int, FactChange | None] = {}
    for likeness in _LIKENESSES:
        for waits in group:
            if id(waits) not in found:
                wanted = likeness(waits.fact)
                pair = next((one for one in stated if likeness(one[0]) == wanted), None)
                if pair:
                    stated.remove(pair)
                    found[id(waits)] = pair[1]
    return {at: one for at, one in found.items() if one}


def _exact(fact: Fact) -> Hashable:
    return fact.key, fact.label, fact.text


_LIKENESSES: Final[tuple[Callable[[Fact], Hashable], ...]] = (
    _exact,
    lambda fact: (fact.key, fact.label),
    lambda fact: (fact.key, fact.text),
    lambda fact: fact.key,
)


def _lost(changes: Iterable[SectionChange]) -> defaultdict[object, list[str]]:
    """Where facts are gone and nothing took their place: they may stand elsewhere now."""
    lost: defaultdict[object, list[str]] = defaultdict(list)
    for change in changes:
        for fact in change.facts:
            if change.old and fact.old and fact.new is None:
                lost[fact.old.key].append(change.old.name)
    return lost


def _holding(one: _Waiting, was: str, landings: Landings, commit: Commit) -> Holding:
    return Holding(
        one.section.path,
        f"§ {one.section.title}" if one.section.title else "",
        one.line,
        one.fact.kind,
        one.fact.quoted,
        landings.of(commit),
        was,
    )
