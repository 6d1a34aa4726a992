"""Patterns of Sigma strings mean what the specification says, letter by letter."""

from __future__ import annotations

import ibis
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.detection.conditions.asking import asked, condition_of

LETTERS = "abAB*?\\%_.[(^$\n'ßΣςÜ "
PATTERNS = st.lists(st.text(LETTERS, max_size=7), min_size=1, max_size=12)
TEXTS = st.lists(st.text(LETTERS, max_size=7), min_size=1, max_size=12)
SIGMAS = ("\N{GREEK SMALL LETTER FINAL SIGMA}", "\N{GREEK SMALL LETTER SIGMA}")
FEW = settings(max_examples=30)
"""Each example asks more than a hundred questions in one query."""

Token = tuple[str, bool]
"""A letter, and whether it is a wildcard."""


def tokens_of(pattern: str) -> list[Token]:
    """The specification's escapes: a backslash counts before `*`, `?` and a backslash only."""
    tokens: list[Token] = []
    rest = pattern
    while rest:
        if rest[0] == "\\" and rest[1:2] in ("*", "?", "\\"):
            tokens.append((rest[1], False))
            rest = rest[2:]
        else:
            tokens.append((rest[0], rest[0] in "*?"))
            rest = rest[1:]
    return tokens


def fits(tokens: list[Token], text: str) -> bool:
    """Whether the whole text fits, tried out from every place at once."""
    places = {0}
    for letter, wild in tokens:
        if wild and letter == "*":
            places = set(range(min(places), len(text) + 1)) if places else places
        else:
            places = {at + 1 for at in places if text[at : at + 1] and (wild or text[at] == letter)}
    return len(text) in places


def lowered(tokens: list[Token]) -> list[Token]:
    return [(fold(letter), wild) for letter, wild in tokens]


def fold(text: str) -> str:
    return "".join(letter.lower() for letter in text).replace(*SIGMAS)


BACKEND = ibis.duckdb.connect()


def answers(modifiers: str, patterns: list[str], texts: list[str]) -> list[list[bool]]:
    conditions = [condition_of({f"text{modifiers}": pattern}) for pattern in patterns]
    return asked(BACKEND, [{"text": text} for text in texts], conditions)


@FEW
@given(PATTERNS, TEXTS)
def test_patterns_find_what_fits_in_any_case(patterns: list[str], texts: list[str]) -> None:
    assert answers("", patterns, texts) == [
        [fits(lowered(tokens_of(pattern)), fold(text)) for text in texts] for pattern in patterns
    ]


@FEW
@given(PATTERNS, TEXTS)
def test_patterns_find_what_fits_in_their_own_case(patterns: list[str], texts: list[str]) -> None:
    assert answers("|cased", patterns, texts) == [
        [fits(tokens_of(pattern), text) for text in texts] for pattern in patterns
    ]


@FEW
@given(PATTERNS, TEXTS)
def test_contains_finds_what_fits_a_part(patterns: list[str], texts: list[str]) -> None:
    anything = [("*", True)]
    assert answers("|contains", patterns, texts) == [
        [fits([*anything, *lowered(tokens_of(one)), *anything], fold(text)) for text in texts]
        for one in patterns
    ]


@FEW
@given(PATTERNS, TEXTS)
def test_a_list_is_the_same_as_its_values_one_by_one(patterns: list[str], texts: list[str]) -> None:
    rows = [{"text": text} for text in texts]
    (together,) = asked(BACKEND, rows, [condition_of({"text": patterns})])
    single = asked(BACKEND, rows, [condition_of({"text": pattern}) for pattern in patterns])
    assert together == [any(hits) for hits in zip(*single, strict=True)]


def test_long_lists_are_no_deep_expressions() -> None:
    values = [f"value {number}" for number in range(1_200)]
    rows = [{"text": "a VALUE 1199 b"}, {"text": "b"}, {"text": "Value 12"}]
    conditions = [condition_of({"text|contains": values}), condition_of({"text": values})]
    assert asked(BACKEND, rows, conditions) == [[True, False, True], [False, False, True]]
