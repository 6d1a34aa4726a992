from __future__ import annotations

from importlib.resources import files
from itertools import pairwise

import pytest

from opsrail.tailor.faithful.words.lexicon import (
    excluding,
    is_common,
    is_reversal,
    opposites,
    synonyms,
    turns_round,
)
from opsrail.tailor.faithful.words.source import Level, Source
from opsrail.tailor.faithful.words.stemming import root, stem
from opsrail.tailor.faithful.words.tokens import Sort, words_of
from opsrail.tailor.faithful.words.weights import EDIT, SUPPORT, Point, Scale

LISTS = ("synonyms.txt", "opposites.txt", "siblings.txt")


def lines(name: str) -> list[str]:
    text = files("opsrail.tailor.faithful.words").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(
    "forms",
    [
        "offer offers offered offering",
        "make makes made making",
        "stop stops stopped stopping",
        "policy policies",
        "class classes",
        "use uses used using",
        "customer customers customer's customers' customer’s",
        "child children",
        "care cares caring",
    ],
)
def test_inflected_words_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("pair", ["car care", "plan plane", "sit site", "bus business", "new news"])
def test_other_words_keep_their_own_stem(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    "family", ["explain explains", "discuss discussion", "insure insurance", "iran iranian"]
)
def test_derived_words_have_one_root(family: str) -> None:
    assert len({root(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("Mr. Marlow pays", [Sort.GLUE, Sort.NAME, Sort.CONTENT]),
        ("no matter", [Sort.GLUE, Sort.CONTENT]),
        ("no-fee", [Sort.GLUE, Sort.CONTENT]),
        ("no fee", [Sort.NEGATOR, Sort.CONTENT]),
        ("don't only", [Sort.NEGATOR, Sort.LIMITER]),
        ("twelve $1,500", [Sort.NUMBER, Sort.NUMBER]),
    ],
)
def test_words_are_sorted(text: str, sorts: list[Sort]) -> None:
    assert [word.sort for word in words_of(text)] == sorts


def test_an_abbreviation_ends_no_sentence() -> None:
    assert {word.sentence for word in words_of("We met Dr. Quill at St. Orrin")} == {0}
    assert {word.sentence for word in words_of("We met. Dr. Quill left.")} == {0, 1}


@pytest.mark.parametrize(
    ("source", "word", "level"),
    [
        ("It takes twenty five days", "25", Level.ITSELF),
        ("It costs 1,500 in all", "$1500", Level.ITSELF),
        ("It costs 1,500 in all", "150", Level.ABSENT),
        ("They live in the United Kingdom", "in UK", Level.ITSELF),
        ("The customer phoned", "called", Level.SYNONYM),
        ("The customer paid", "called", Level.ABSENT),
    ],
)
def test_the_source_finds_a_word(source: str, word: str, level: Level) -> None:
    assert Source(source).find(words_of(word)[-1])[0] is level


def test_no_word_is_both_alike_and_excluded() -> None:
    every = {stem(word) for name in LISTS for line in lines(name) for word in line.split()}
    for word in every - {"|", "/"}:
        assert not synonyms(word) & excluding(word)
        assert word not in excluding(word) | synonyms(word)


def test_lists_are_well_formed() -> None:
    for line in lines("opposites.txt"):
        assert sum(line.split().count(mark) for mark in "|/") == 1, line
    for name in LISTS:
        for line in lines(name):
            assert line == line.strip().lower()
            assert len(line.split()) >= 2, line


def test_relations_go_both_ways() -> None:
    assert "expensiv" in opposites("cheap")
    assert "cheap" in opposites("expensiv")
    assert is_reversal(stem("refuse"))
    assert not is_reversal(stem("women"))
    assert turns_round("paid", "unpaid")
    assert turns_round("unpaid", "paid")
    assert not turns_round("paid", "pays")
    assert is_common("offer")


@pytest.mark.parametrize("scale", [SUPPORT, EDIT])
def test_the_gate_needs_more_than_the_balanced_point(scale: Scale) -> None:
    thresholds = [scale.thresholds[point] for point in (Point.BALANCED, Point.GATE)]
    assert all(low < high for low, high in pairwise([0, *thresholds]))
