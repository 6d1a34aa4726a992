"""What a value is about: the comparator beside it and the noun it governs.

The noun is looked for to the right first ("30 days of the charge", "14-day refund window"), then to
the left in the same clause ("EU customers have 14 days"). "Before" stays in the noun ("before
renewal"), because 14 days before and after a renewal are different promises; "of", "from", "after"
and "since" say the same and are dropped. A rate keeps its "per minute", a passive its subject
("backups kept"). There is no grammar here,
only closed lists of words that end a noun: the noun need not be right, it must be the same for
the same sentence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import NamedTuple

from opsrail.content.facts.model import FactKind, Value
from opsrail.content.facts.words import (
    AUXILIARIES,
    BEING,
    DETERMINERS,
    LINKS,
    NOUNS_IN_LY,
    NUMBER_WORDS,
    NUMBERED,
    PARTICIPLES,
    PRONOUNS,
    STOPS,
    UNITS,
    VERB_FORMS,
    VERBS,
)

_REACH = 12
_ADDRESSES = frozenset({FactKind.CODE, FactKind.HANDLE, FactKind.URL, FactKind.EMAIL})
_TOKEN = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.,]*\w|\d|[^\s\w]")
_SENTENCE_ENDS = frozenset(".;!?|")
_CLAUSE_ENDS = frozenset(".;!?|,:()–—\u2192")


class Token(NamedTuple):
    """A word or sign and where it stands in the whole text."""

    word: str
    lower: str
    start: int
    end: int


class Words:
    """The words and signs of a text, split once and looked up from any place in it."""

    def __init__(self, text: str) -> None:
        self._tokens = [
            Token(word := found[0], word.lower(), *found.span()) for found in _TOKEN.finditer(text)
        ]
        self._starts = [token.start for token in self._tokens]

    def after(self, place: int) -> list[Token]:
        """The next few tokens that start at or after `place`."""
        first = bisect_left(self._starts, place)
        return self._tokens[first : first + _REACH]

    def before(self, place: int) -> list[Token]:
        """The last few tokens that start before `place`, nearest first."""
        last = bisect_left(self._starts, place)
        return self._tokens[max(0, last - _REACH) : last][::-1]


@dataclass(frozen=True, slots=True)
class Binding:
    """The noun of a value, and the stretch of text that shows it."""

    noun: str = ""
    start: int = -1
    end: int = -1


def bind(words: Words, value: Value) -> Binding:
    """The noun that `value` is about."""
    after = words.after(value.end)
    if value.kind is FactKind.DEONTIC:
        return _bind_deontic(value, words.before(value.start), after)
    if value.kind in _ADDRESSES:
        return _bind_label(words.before(value.start), after)
    right = _right(after, stop_at_plural=value.kind is FactKind.NUMBER)
    return right if right.noun else _left(words.before(value.start))


def _is_noun(token: Token) -> bool:
    # "us" binds nothing, "US" does
    is_stop = token.lower in STOPS or (
        token.lower.endswith("ly") and token.lower not in NOUNS_IN_LY
    )
    return token.word[0].isalpha() and (not is_stop or token.word == "US")


def _counts(token: Token) -> bool:
    return token.word[0].isdigit() or token.lower in NUMBER_WORDS


def _run(tokens: list[Token], at: int, *, stop_at_plural: bool = False) -> list[Token]:
    """Up to three words in a row that can name something, and the number of a "tier 1"."""
    run: list[Token] = []
    for index in range(at, len(tokens)):
        token = tokens[index]
        if run and run[-1].lower in NUMBERED and token.word.isdigit():
            run.append(token)
            break
        is_verb = token.lower in (VERB_FORMS if run else VERBS)
        if not _is_noun(token) or len(run) == 3 or is_verb:
            break
        run.append(token)
        if stop_at_plural and _is_plural(token.lower):
            break
    return run


def _is_plural(word: str) -> bool:
    return word == "people" or (word.endswith("s") and not word.endswith(("ss", "us", "is")))


def _skip(tokens: list[Token], at: int) -> int:
    while at < len(tokens) and (tokens[at].lower in DETERMINERS or tokens[at].word[0].isdigit()):
        at += 1
    return at


def _right(tokens: list[Token], *, stop_at_plural: bool = False) -> Binding:
    at = 0
    while at < len(tokens) and tokens[at].word in ("+", "-", "'", "’"):
        at += 1
    rate, rate_end = _rate(tokens, at)
    if rate and _unit(tokens[at + 1].lower) in _RATE_UNITS:
        return Binding(rate, -1, rate_end)
    at = _skip(tokens, at)
    run = _run(tokens, at, stop_at_plural=stop_at_plural)
    prefix = ""
    if not run and at < len(tokens) and tokens[at].lower in LINKS:
        prefix = "before " if tokens[at].lower in ("before", "prior") else ""
        at = _skip(tokens, at + (2 if tokens[at].lower == "prior" else 1))
        run = _run(tokens, at)
        if len(run) == 3 and at + 3 < len(tokens) and run[-1].lower.endswith("ly"):
            run = run[:2]
    if not run and at < len(tokens) and tokens[at].word == "(":
        return _in_brackets(tokens, at)
    words = [token.lower for token in run]
    end = run[-1].end if run else -1
    rate, rate_end = _rate(tokens, at + len(run))
    if rate:
        words, end = [*words, rate], rate_end
    if not words:
        return Binding()
    return Binding(prefix + " ".join(words), -1, end)


def _in_brackets(tokens: list[Token], at: int) -> Binding:
    """The "P1" of "1 hour (P1)"."""
    run = _run(tokens, at + 1)
    closing = at + 1 + len(run)
    if not run or closing >= len(tokens) or tokens[closing].word != ")":
        return Binding()
    return Binding(" ".join(token.lower for token in run), -1, tokens[closing].end)


def _rate(tokens: list[Token], at: int) -> tuple[str, int]:
    """The "per minute" of a rate, written "per minute", "a minute" or "/minute"."""
    if at + 1 >= len(tokens):
        return "", -1
    sign, unit = tokens[at].lower, tokens[at + 1]
    if sign in ("per", "/") and unit.word[0].isalpha():
        rest, end = _rate(tokens, at + 2)
        return f"per {_unit(unit.lower)}" + (f" {rest}" if rest else ""), max(end, unit.end)
    if sign in ("a", "an", "each", "every") and unit.lower in _RATE_UNITS:
        return f"per {_unit(unit.lower)}", unit.end
    return "", -1


_RATE_UNITS = frozenset("minute hour day week month quarter year".split())
_SHORT_UNITS = {"s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour",
                "d": "day", "mo": "month", "yr": "year"}  # fmt: skip


def _unit(word: str) -> str:
    return _SHORT_UNITS.get(word, word)


def _left(tokens: list[Token]) -> Binding:
    """The noun to the left in the clause: over verbs of being and one colon, not over commas."""
    at, colons, crossed = 0, 0, False
    while at < len(tokens) and at < 6:
        token = tokens[at]
        if token.word in (":", "-", "–", "=", "(", "~", "<", ">", "≤", "≥", "→") and not colons:
            colons += token.word in (":", "(", "–")
            crossed = crossed or token.word == "("
        elif token.word in _CLAUSE_ENDS or _is_noun(token) or token.word[0].isdigit():
            break
        at += 1
    run: list[Token] = []
    while at < len(tokens) and len(run) < 2:
        token = tokens[at]
        is_number = token.word.isdigit() and not run
        named = is_number and at + 1 < len(tokens) and tokens[at + 1].lower in NUMBERED
        if not (_is_noun(token) or named):
            break
        run.append(token)
        at += 1
    run += _subject_of_passive(run, tokens, at)
    if not run or (run[0].lower in UNITS and at < len(tokens) and _counts(tokens[at])):
        return Binding()
    words = " ".join(token.lower for token in reversed(run))
    return Binding(words, -1 if crossed else run[-1].start, -1)


def _subject_of_passive(run: list[Token], tokens: list[Token], at: int) -> list[Token]:
    """The "backups" of "backups are kept": "kept" alone would hide that two things swapped."""
    if len(run) != 1 or not (run[0].lower.endswith("ed") or run[0].lower in PARTICIPLES):
        return []
    begin = at
    while at < len(tokens) and tokens[at].lower in AUXILIARIES:
        at += 1
    is_passive = begin < at < len(tokens) and tokens[begin].lower in BEING
    return [tokens[at]] if is_passive and _is_noun(tokens[at]) else []


def _bind_deontic(value: Value, before: list[Token], after: list[Token]) -> Binding:
    subject = Binding()
    if value.value not in ("unless", "except"):
        subject = _subject(before)
    target = _governed(after)
    noun = f"{subject.noun} {target.noun}".strip()
    return Binding(noun, subject.start, target.end)


def _subject(tokens: list[Token]) -> Binding:
    at = 0
    while at < len(tokens) and tokens[at].lower in (
        "also",
        "always",
        "then",
        "still",
        "therefore",
        "both",
    ):
        at += 1
    if at == len(tokens) or tokens[at].lower in PRONOUNS:
        shown = tokens[at].start if at < len(tokens) else -1
        return Binding("", shown)
    first = tokens[at]
    if first.word.isdigit() and at + 1 < len(tokens) and _is_noun(tokens[at + 1]):
        return Binding(f"{tokens[at + 1].lower} {first.word}", tokens[at + 1].start)
    if not _is_noun(first):
        return Binding()
    return Binding(first.lower, first.start)


def _governed(tokens: list[Token]) -> Binding:
    """The first word to the right that carries meaning: the verb of "must", the noun of "only"."""
    for at, token in enumerate(tokens[:8]):
        if token.word in _SENTENCE_ENDS or token.word in "():":
            break
        if token.word[0].isalpha() and (_is_noun(token) or token.lower in VERB_FORMS):
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            if following and token.lower in NUMBERED and following.word.isdigit():
                return Binding(f"{token.lower} {following.word}", -1, following.end)
            return Binding(token.lower, -1, token.end)
    return Binding()


def _bind_label(before: list[Token], after: list[Token]) -> Binding:
    """Codes and addresses are bound only where the text says for whom: "EU: `a`", "`a` for EU"."""
    if after and after[0].lower == "for":
        run = _run(after, _skip(after, 1))
        if run:
            return Binding(" ".join(token.lower for token in run), -1, run[-1].end)
    if before and before[0].word == ":":
        return _left(before)
    return Binding()
