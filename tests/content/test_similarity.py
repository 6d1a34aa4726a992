from __future__ import annotations

from opsrail.content.similarity import dice, words_of


def likeness(one: str, other: str) -> float:
    return dice(words_of(one), words_of(other))


def test_equal_words_are_wholly_alike_whatever_their_case() -> None:
    assert likeness("Ask first", "ask FIRST") == 1.0


def test_the_marks_of_two_links_make_them_no_more_alike() -> None:
    assert likeness("[Red accounts](#red-accounts)", "[Lighthouse](#lighthouse)") == 0.0


def test_without_words_the_marks_count() -> None:
    assert likeness("---", "---") == 1.0
    assert likeness("---", "***") == 0.0
    assert likeness("", "") == 1.0
