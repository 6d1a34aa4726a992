"""The lists of general English that the comparison of words leans on, read once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import takewhile

from opsrail.tailor.faithful.words.stemming import stem

Related = Mapping[str, frozenset[str]]

_NOTHING: frozenset[str] = frozenset()
_PREFIXES = ("non", "un", "in", "im", "ir", "il", "dis", "mis")
"""What turns a word round when it is put before it."""
_SHORTEST_TURNED = 4
_SIDES = re.compile(r"[|/]")


def synonyms(word: str) -> frozenset[str]:
    """The stems that can stand for this one."""
    return _groups("synonyms.txt").get(word, _NOTHING)


def siblings(word: str) -> frozenset[str]:
    """The stems of the same kind, which exclude this one."""
    return _groups("siblings.txt").get(word, _NOTHING) - synonyms(word)


def opposites(word: str) -> frozenset[str]:
    """The stems that turn a statement with this one round."""
    return _sides()[0].get(word, _NOTHING) - synonyms(word)


def excluding(word: str) -> frozenset[str]:
    """Opposites and siblings."""
    return opposites(word) | siblings(word)


def is_reversal(word: str) -> bool:
    """Whether a stem speaks of lack, limit or reversal."""
    return word in _sides()[1]


def is_common(word: str) -> bool:
    """Whether a stem is in any list: everyday words, whose absence says less."""
    return bool(synonyms(word) or excluding(word))


def turns_round(one: str, other: str) -> bool:
    """Whether one lower-cased word is the other with a prefix that negates: "unpaid", "paid"."""
    return _is_negated(one, other) or _is_negated(other, one)


def is_negated(word: str) -> bool:
    """Whether a lower-cased word is an everyday word with a prefix that negates."""
    return any(
        is_common(stem(word.removeprefix(prefix)))
        for prefix in _PREFIXES
        if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_TURNED
    )


def look_alike(one: str, other: str) -> bool:
    """Whether two lower-cased words share so long a beginning that they are of one family."""
    alike = (a == b for a, b in zip(one, other, strict=False))
    shared = sum(1 for _ in takewhile(bool, alike))
    return shared >= 5 or (shared >= 4 and shared >= min(len(one), len(other)) - 1)


def _is_negated(long: str, short: str) -> bool:
    plain = stem(short)
    return any(
        stem(long.removeprefix(prefix)) == plain
        for prefix in _PREFIXES
        if long.startswith(prefix) and len(long) - len(prefix) >= _SHORTEST_TURNED
    )


def _lines(name: str) -> Iterator[str]:
    text = files("opsrail.tailor.faithful.words").joinpath(name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _stems(words: str) -> list[str]:
    return [stem(word) for word in words.split()]


def _frozen(found: Mapping[str, set[str]]) -> Related:
    return {word: frozenset(others - {word}) for word, others in found.items()}


@cache
def _groups(name: str) -> Related:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for line in _lines(name):
        group = _stems(line)
        for word in group:
            found[word].update(group)
    return _frozen(found)


@cache
def _sides() -> tuple[Related, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    plain: set[str] = set()
    for line in _lines("opposites.txt"):
        left, right = (_stems(side) for side in _SIDES.split(line))
        plain.update(left if "|" in line else left + right)
        for word in left:
            found[word].update(right)
        for word in right:
            found[word].update(left)
    return _frozen(found), frozenset(found) - plain
