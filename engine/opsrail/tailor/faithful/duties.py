"""Rules on their way from a source to a derived text: must, may, never, only, and plain "not".

Words are read as classes, so that a rule may be said otherwise: "must wait", "has to wait" and
the step "Wait" oblige alike, "must not" forbids as "never" does. A statement of low likeness was
said anew, and there only a class that turned into another one counts; where few words changed,
every word does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from opsrail.content.facts import Fact, FactKind
from opsrail.content.similarity import dice
from opsrail.tailor.faithful.align import SMALL_EDIT, Group
from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.quoting import Texts, shortened
from opsrail.tailor.faithful.statements import Sort, Statement, commands, plain
from opsrail.tailor.faithful.terms import Reading


class Duty(StrEnum):
    """What a word does to its reader."""

    OBLIGES = "obliges"
    FORBIDS = "forbids"
    PERMITS = "permits"
    ADVISES = "advises"
    LIMITS = "limits"


_OF_FACTS = {
    "must": Duty.OBLIGES,
    "must not": Duty.FORBIDS,
    "never": Duty.FORBIDS,
    "may not": Duty.FORBIDS,
    "cannot": Duty.FORBIDS,
    "should not": Duty.FORBIDS,
    "may": Duty.PERMITS,
    "should": Duty.ADVISES,
    "only": Duty.LIMITS,
    "unless": Duty.LIMITS,
    "except": Duty.LIMITS,
}
_OTHERWISE = {
    Duty.OBLIGES: r"(?:need|needs|have|has|had) to|(?:is|are) (?:required|obliged|to be)|required"
    r"|mandatory|ensure|make sure|always",
    Duty.FORBIDS: r"(?:do|does)(?: not|n['’]t)|(?:is|are)(?: not|n['’]t)|avoid|refrain|no|not"
    r"|forbidden|prohibited|without|instead|neither|nor|won['’]t|will not|no longer|stop",
    Duty.PERMITS: r"can|could|might|allowed|permitted|able to|free to|possible|possibly|optional",
    Duty.ADVISES: r"recommended|advised|better to|ought to|best|ideally",
    Duty.LIMITS: r"solely|exclusively|just|other than|apart from|excluding|exception|but not"
    r"|if not|without|until|alone",
}
_SAID_OTHERWISE = {
    duty: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for duty, words in _OTHERWISE.items()
}
_STRONGER = {
    Duty.OBLIGES: (Duty.PERMITS, Duty.ADVISES),
    Duty.FORBIDS: (Duty.PERMITS, Duty.OBLIGES, Duty.ADVISES),
    Duty.PERMITS: (Duty.OBLIGES, Duty.FORBIDS),
    Duty.ADVISES: (Duty.OBLIGES, Duty.PERMITS),
    Duty.LIMITS: (),
}
"""Duty → those that it must not turn into."""

_NOT = re.compile(
    r"\b(?:not|no|without|never|neither|nor|none|nobody|nothing|cannot|\w+n['’]t)\b", re.IGNORECASE
)
_IDLE_NOT = re.compile(
    r"\b(?:not only|no (?:more|later|less|fewer|longer) than|not (?:more|later|less|older) than"
    r"|if not|or not|no matter|no doubt|no\. ?\d)\b",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"(\w[\w'’-]*)[^\w.;!?]*$")
_FIRST_WORD = re.compile(r"^[^\w.;!?]*(\w[\w'’-]*)")
_PREFIX = re.compile(r"(?:un|in|im|ir|dis|non-?)(?=\w{4})")


@dataclass(frozen=True, slots=True)
class _Rule:
    statement: Statement
    fact: Fact

    @property
    def duty(self) -> Duty:
        return _OF_FACTS[self.fact.value]


def obliges(statement: Statement) -> bool:
    """Whether a statement sets a rule."""
    return statement.sort is not Sort.CODE and any(
        fact.kind is FactKind.DEONTIC for fact in statement.said.facts
    )


def duty_departures(groups: Sequence[Group], reading: Reading, texts: Texts) -> Iterator[Departure]:
    """What is to be said about the rules and negations of statements that belong together."""
    for group in groups:
        source = [s for s in group.source if _counts(s) and not reading.is_taken_over(s.line)]
        derived = [d for d in group.derived if _counts(d)]
        if not derived or len(source) < len(group.source):
            continue
        if not source:
            yield from _unfounded(derived, reading, texts)
            continue
        is_small = group.is_small_edit
        rules = tuple(_rule_departures(source, derived, texts, is_small=is_small))
        yield from rules
        if not rules and _count_nots(source) != _count_nots(derived):
            for other in derived:
                one = max(source, key=partial(_likeness_but_for_nots, other))
                if _likeness_but_for_nots(one, other) >= SMALL_EDIT:
                    yield from _negations(one, other, texts)


def _counts(statement: Statement) -> bool:
    return statement.sort is not Sort.CODE


def _rules(statements: Iterable[Statement]) -> list[_Rule]:
    return [
        _Rule(statement, fact)
        for statement in statements
        for fact in statement.said.facts
        if fact.kind is FactKind.DEONTIC and fact.value in _OF_FACTS
    ]


def _rule_departures(
    source: Sequence[Statement], derived: Sequence[Statement], texts: Texts, *, is_small: bool
) -> Iterator[Departure]:
    before, after = _rules(source), _rules(derived)
    gone, come = _beyond(before, after), _beyond(after, before)
    said_before, said_after = (" ".join(plain(s.text) for s in side) for side in (source, derived))
    for rule in gone:
        turned = next((new for new in come if new.duty in _STRONGER[rule.duty]), None)
        if turned is not None:
            come.remove(turned)
            yield _turned(rule, turned, texts)
        elif weaker := _weaker(rule.duty, said_before, said_after):
            yield _weakened(rule, weaker, derived, texts)
        elif _came_otherwise(rule.duty, said_before, said_after):
            continue
        elif _is_cut(rule, said_before, said_after):
            yield _dropped(rule, derived, texts, is_grave=True)
        elif not _is_kept(rule, derived, said_after, is_small=is_small):
            yield _dropped(rule, derived, texts, is_grave=_matters(rule.duty, is_small=is_small))
    for rule in come:
        if not _is_kept(rule, source, said_before, is_small=is_small):
            yield _come(rule, texts, is_grave=is_small or rule.duty is Duty.FORBIDS)


def _beyond(rules: Sequence[_Rule], others: Sequence[_Rule]) -> list[_Rule]:
    """Rules whose class the others have less often; the same word goes with the same word."""
    there = Counter(other.duty for other in others)
    words = Counter(other.fact.value for other in others)
    left: list[_Rule] = []
    for rule in sorted(rules, key=lambda rule: words[rule.fact.value] == 0):
        there[rule.duty] -= 1
        if there[rule.duty] < 0:
            left.append(rule)
    return left


def _weaker(duty: Duty, before: str, after: str) -> str:
    """A word like "can" or "optional" that only the derived text has in the rule's place."""
    if duty not in {Duty.OBLIGES, Duty.FORBIDS}:
        return ""
    kept = _SAID_OTHERWISE[duty].search(after)
    for other in (Duty.PERMITS, Duty.ADVISES):
        found = _SAID_OTHERWISE[other].search(after)
        if found and not kept and not _SAID_OTHERWISE[other].search(before):
            return found[0]
    return ""


def _is_kept(rule: _Rule, there: Sequence[Statement], said: str, *, is_small: bool) -> bool:
    """Whether the other text says it in other words."""
    if any(other.fact.value == rule.fact.value for other in _rules(there)) and not is_small:
        return True
    duty = rule.duty
    if _SAID_OTHERWISE[duty].search(said):
        return True
    is_command = duty in {Duty.OBLIGES, Duty.ADVISES} and any(map(commands, there))
    return is_command or (duty is Duty.LIMITS and not is_small and bool(_NOT.search(said)))


def _came_otherwise(duty: Duty, before: str, after: str) -> bool:
    """Whether other words for it stand in the derived text more often than in the source."""
    count = [len(_SAID_OTHERWISE[duty].findall(text)) for text in (before, after)]
    return count[1] > count[0]


def _is_cut(rule: _Rule, before: str, after: str) -> bool:
    """Whether the words on both sides of a rule's word stand side by side now."""
    text, fact = rule.statement.text, rule.fact
    left = _LAST_WORD.search(plain(text[: fact.start]))
    right = _FIRST_WORD.search(plain(text[fact.end :]))
    if not left or not right:
        return False
    beside = re.compile(rf"\b{re.escape(left[1])}\W+{re.escape(right[1])}\b", re.IGNORECASE)
    return bool(beside.search(after)) and not beside.search(before)


def _matters(duty: Duty, *, is_small: bool) -> bool:
    return is_small or duty in {Duty.OBLIGES, Duty.FORBIDS, Duty.LIMITS}


def _unfounded(derived: Sequence[Statement], reading: Reading, texts: Texts) -> Iterator[Departure]:
    """Rules in statements that the source does not have at all."""
    allowed = " ".join(plain(text).lower() for text in (*reading.allowed, *reading.hand_over))
    for rule in _rules(derived):
        if rule.fact.text.lower() not in allowed:
            yield _come(rule, texts, is_grave=rule.duty is not Duty.PERMITS)


def _negations(one: Statement, other: Statement, texts: Texts) -> Iterator[Departure]:
    before, after = _nots(one), _nots(other)
    if before.total() == after.total() or _is_prefixed(one, other):
        return
    lost = before.total() > after.total()
    word = next(iter((before - after) if lost else (after - before)), "not")
    was, now = shortened(one.original), shortened(other.original)
    message = f"“{word}” {'went missing' if lost else 'came in'}: “{was}” became “{now}” here"
    yield Departure(
        Kind.NEGATION,
        texts.in_source(one, was, word if lost else ""),
        texts.in_derived(other, now, "" if lost else word),
        message,
    )


def _likeness_but_for_nots(one: Statement, other: Statement) -> float:
    """How alike they are but for a "not": where few words changed, that is no way of saying it
    anew.
    """
    words = (
        Counter({word: n for word, n in side.said.words.items() if not _NOT.match(word)})
        for side in (one, other)
    )
    return dice(*words)


def _nots(statement: Statement) -> Counter[str]:
    said = _IDLE_NOT.sub(" ", plain(statement.text))
    return Counter(found.lower() for found in _NOT.findall(said))


def _count_nots(statements: Sequence[Statement]) -> int:
    return sum(_nots(statement).total() for statement in statements)


def _is_prefixed(source: Statement, derived: Statement) -> bool:
    """Whether "not possible" became "impossible", or the other way round."""
    one, other = set(source.said.words), set(derived.said.words)
    return any(
        _PREFIX.sub("", word, count=1) in here
        for there, here in ((one - other, other), (other - one, one))
        for word in there
        if _PREFIX.match(word)
    )


def _with_word(statements: Sequence[Statement], word: str) -> Statement:
    has = (s for s in statements if word in s.said.folded.split())
    return next(has, statements[0])


def _turned(rule: _Rule, now: _Rule, texts: Texts) -> Departure:
    return Departure(
        Kind.DEONTIC,
        texts.in_source(rule.statement, rule.fact.text, _word(rule)),
        texts.in_derived(now.statement, now.fact.text, _word(now)),
        f"“{rule.fact.text}” in the source became “{now.fact.text}” here",
        values=_values(rule, now),
    )


def _weakened(
    rule: _Rule, word: str, derived: Sequence[Statement], texts: Texts
) -> Departure:  # fmt: skip
    now = shortened(derived[0].original)
    return Departure(
        Kind.DEONTIC,
        texts.in_source(rule.statement, rule.fact.text, _word(rule)),
        texts.in_derived(_with_word(derived, word), now, word),
        f"“{rule.fact.text}” in the source became “{word}” here, in “{now}”",
        values=_values(rule),
    )


def _dropped(
    rule: _Rule, derived: Sequence[Statement], texts: Texts, *, is_grave: bool
) -> Departure:
    now = shortened(derived[0].original)
    return Departure(
        Kind.DEONTIC,
        texts.in_source(rule.statement, rule.fact.text, _word(rule)),
        texts.in_derived(derived[0], now),
        f"the “{rule.fact.value}” of “{rule.fact.text}” in the source went missing in “{now}”",
        is_grave,
        _values(rule),
    )


def _come(rule: _Rule, texts: Texts, *, is_grave: bool) -> Departure:
    return Departure(
        Kind.DEONTIC,
        None,
        texts.in_derived(rule.statement, rule.fact.text, _word(rule)),
        f"“{rule.fact.text}” sets a rule that is not in the source",
        is_grave,
        _values(rule),
    )


def _values(*rules: _Rule) -> frozenset[tuple[FactKind, str]]:
    return frozenset((rule.fact.kind, rule.fact.value) for rule in rules)


def _word(rule: _Rule) -> str:
    return rule.statement.text[rule.fact.start : rule.fact.end]
