"""What an edit does to approval rules: who may agree, how many must, and who does not count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from opsrail.governance.comparing.model import Difference, listed, otherwise
from opsrail.governance.formats import OWNERS, ApprovalRule

WEAKENED: Final = "approval weakened"
STRENGTHENED: Final = "approval strengthened"
NEUTRAL: Final = "policy changed"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect of two versions, in words, and whether it asks for less or for more now. It may
    do both: other people may agree.
    """

    key: str
    old: str
    new: str
    asks_less: bool
    asks_more: bool

    def told(self, subject: str, less: str, more: str) -> Iterator[Difference]:
        """It as differences by these two terms."""
        if self.asks_less:
            yield Difference(less, subject, self.old, self.new)
        if self.asks_more:
            yield Difference(more, subject, self.old, self.new)


def approval_changes(
    before: Mapping[str, ApprovalRule], after: Mapping[str, ApprovalRule]
) -> Iterator[Difference]:
    """Each aspect of a rule that asks for less or for more, then what rules say otherwise."""
    for name in sorted(before.keys() | after.keys()):
        old, new, subject = before.get(name), after.get(name), f"approval {name}"
        if old is None or new is None:
            what = WEAKENED if new is None else STRENGTHENED
            yield Difference(what, subject, _whole(old), _whole(new))
        elif old != new:
            yield from _of_rule(subject, old, new)


def _of_rule(subject: str, old: ApprovalRule, new: ApprovalRule) -> Iterator[Difference]:
    found = [aspect for aspect in _aspects(old, new) if aspect.asks_less or aspect.asks_more]
    for aspect in found:
        yield from aspect.told(subject, WEAKENED, STRENGTHENED)
    yield from otherwise(NEUTRAL, subject, old, new, {aspect.key for aspect in found})


def _aspects(old: ApprovalRule, new: ApprovalRule) -> Iterator[Aspect]:
    yield counted(old.count, new.count)
    yield _people(old, new)
    yield duty("distinct_from", old.distinct_from, new.distinct_from)


def _people(old: ApprovalRule, new: ApprovalRule) -> Aspect:
    """Who may agree. Entirely other people are told once, as less: theirs was no say before."""
    was, now = _from(old), _from(new)
    found = choice("from", was, now)
    is_other = (old.from_ == OWNERS) != (new.from_ == OWNERS)
    if was and now and (is_other or not was & now):
        others = f"by other people: {listed(was)}"
        return Aspect("from", others, listed(now), asks_less=True, asks_more=False)
    return replace(found, asks_less=True, asks_more=True) if is_other else found


def counted(old: int, new: int) -> Aspect:
    """How many must agree."""
    return Aspect("count", f"count {old}", f"count {new}", new < old, new > old)


def choice(key: str, old: Collection[str], new: Collection[str]) -> Aspect:
    """Names to choose from: the more there are, the less is asked."""
    was, now = set(old), set(new)
    return Aspect(key, _words(key, was), _words(key, now), bool(now - was), bool(was - now))


def duty(key: str, old: Collection[str], new: Collection[str]) -> Aspect:
    """Names that are all to be heeded: the fewer there are, the less is asked."""
    was, now = set(old), set(new)
    return Aspect(key, _words(key, was), _words(key, now), bool(was - now), bool(now - was))


def _words(key: str, names: Collection[str]) -> str:
    return f"{key.replace('_', ' ')} {listed(names)}"


def _from(rule: ApprovalRule) -> set[str]:
    return {OWNERS} if rule.from_ == OWNERS else set(rule.from_)


def _whole(rule: ApprovalRule | None) -> str:
    return "" if rule is None else f"{rule.count} from {listed(_from(rule))}"
