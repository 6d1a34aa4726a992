"""What a change takes away from a suite: cases, assertions, thresholds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from opsrail.evals.comparing.matching import Matched
from opsrail.evals.formats import EvalRules
from opsrail.evals.model import Assertion, Case, Json, Suite
from opsrail.evals.parts import Judging, Tier
from opsrail.evals.reading.cases import fingerprint


@dataclass(frozen=True, slots=True)
class Weakening:
    """Something that base asked for and head does not, or not as strictly.

    `case` is the case's id, empty where it is about the suite. `about` names exactly this
    weakening, for putting it on record. Where the case only asks for something else than before,
    `is_change`: nobody can tell from outside whether that is less. `agreed` says who put it on
    record, and why.
    """

    case: str
    words: str
    about: str
    is_change: bool = False
    agreed: str = ""


def weakenings(matched: Matched) -> tuple[Weakening, ...]:
    """Everything of that kind, the suite's own first, then by case."""
    base, head = matched.base, matched.head
    if base is None:
        return ()
    if head is None:
        return (_weaker("", "the whole suite was deleted", base.digest),)
    found = [_weaker("", words, base.digest, head.digest) for words in _settings(base, head)]
    found += [_weaker(case.id, "was deleted", case.digest) for case in matched.gone]
    for before, after in matched.changed:
        found += _case(before, after)
    return tuple(sorted(found, key=lambda one: (one.case, one.words)))


def loosened(base: EvalRules, head: EvalRules) -> Iterator[str]:
    """What a change takes from the rules for all suites, in words."""
    if head.confidence < base.confidence:
        yield f"`confidence` went from {base.confidence:g} down to {head.confidence:g}"
    if head.power < base.power:
        yield f"`power` went from {base.power:g} down to {head.power:g}"
    if head.quarantine_most > base.quarantine_most:
        yield f"`quarantine_most` went from {base.quarantine_most:g} to {head.quarantine_most:g}"
    if head.quarantine_days > base.quarantine_days:
        yield f"`quarantine_days` went from {base.quarantine_days} to {head.quarantine_days}"
    if head.release_tags != base.release_tags:
        yield f"releases are `{head.release_tags}` instead of `{base.release_tags}`"


def record_of(words: str) -> str:
    """The name of exactly this loosening, for putting it on record."""
    return fingerprint(words)[:12]


def _weaker(case: str, words: str, *parts: str) -> Weakening:
    return Weakening(case, words, fingerprint([case, words, *parts])[:12])


def _settings(base: Suite, head: Suite) -> Iterator[str]:
    if base.tier is Tier.PROTECTED and head.tier is Tier.ADVISORY:
        yield "it closes the gate no longer: `tier` went from protected to advisory"
    if base.judging is Judging.EACH and head.judging is Judging.SAMPLE:
        yield "its cases are judged together, and no longer each: `judge` went from each to sample"
    if head.margin > base.margin:
        yield f"its `margin` went from {base.margin:g} to {head.margin:g} points"
    if base.floor is not None and (head.floor is None or head.floor < base.floor):
        now = "was removed" if head.floor is None else f"went down to {head.floor:g}"
        yield f"its `floor` of {base.floor:g} {now}"
    if head.repeats < base.repeats:
        yield f"each case is asked {head.repeats} times instead of {base.repeats}"
    if head.target != base.target:
        yield "it asks another target"
    for words in _asserts(base.common, head.common):
        yield f"for all cases, {words}"
    for name in sorted({q.case for q in head.quarantine} - {q.case for q in base.quarantine}):
        yield f"the case `{name}` is set aside"


def _case(before: Case, after: Case) -> Iterator[Weakening]:
    parts = (before.digest, after.digest)
    if before.must_pass and not after.must_pass:
        yield _weaker(after.id, "need no longer pass", *parts)
    weaker = [*_asserts(before.asserts, after.asserts)]
    for words in weaker:
        yield _weaker(after.id, words, *parts)
    same = before.asserts == after.asserts and before.expected == after.expected
    if not weaker and not (same and before.input == after.input and before.role == after.role):
        words = f"asks for something else{_other(before, after)}" if not same else _ASKS
        yield Weakening(after.id, words, fingerprint([after.id, *parts])[:12], is_change=True)


_ASKS = "asks something else, or asks somebody else"
_MOST = 60
"""Characters of a setting that are quoted."""


def _other(before: Case, after: Case) -> str:
    """The first thing that is asked for otherwise, old and new."""
    if before.expected != after.expected:
        return f": {_quoted(before.expected)} → {_quoted(after.expected)}"
    for old, new in zip(before.asserts, after.asserts, strict=False):
        if old.setting != new.setting:
            return f": {_quoted(old.setting)} → {_quoted(new.setting)}"
    return ""


def _quoted(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"“{text if len(text) <= _MOST else text[: _MOST - 1] + '…'}”"


def _asserts(before: tuple[Assertion, ...], after: tuple[Assertion, ...]) -> Iterator[str]:
    """Assertions that are gone or ask for less; one with another value is only another one."""
    was, now = Counter(one.scorer for one in before), Counter(one.scorer for one in after)
    for scorer, count in sorted((was - now).items()):
        yield (
            f"{count} × `{scorer}` is no longer asked"
            if count > 1
            else (f"`{scorer}` is no longer asked")
        )
    for old in before:
        alike = [new for new in after if (new.scorer, new.setting) == (old.scorer, old.setting)]
        if alike and all(new.at_least < old.at_least for new in alike):
            least = max(new.at_least for new in alike)
            yield f"`{old.scorer}` asks for {least:g} instead of {old.at_least:g}"
