from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.flows.tasks.triage.phrases import BETWEEN, Phrase, words_of

WORDS = st.lists(st.sampled_from("nobody can sign in now or ever clients".split()), max_size=12)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("can't sign in", "We CAN’T sign in!"),
        ("cant sign in", "can't sign in"),
        ("client*", "our clients' notes"),
        ("nobody … sign in", "Nobody of the whole house can sign in"),
        ("nobody ... sign in", "nobody can sign in"),
        ("nobody … sign in", "nobody sign in"),
        ("contrasena", "Mi contraseña no sirve"),
        ("another … record*", "I saw another (!) person's records"),
        ("429", "status 429"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert Phrase.of(phrase).is_in(words_of(text))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("sign in", "sign me in"),
        ("client", "clients"),
        ("nobody … sign in", "nobody is here. we had one two three four to sign in"),
        ("nobody … sign in", "sign in, nobody"),
        ("in", "inside"),
        ("all of us", "all of"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not Phrase.of(phrase).is_in(words_of(text))


@pytest.mark.parametrize("text", ["", "…", "*", " ... ", "!?"])
def test_a_phrase_needs_a_word(text: str) -> None:
    with pytest.raises(ValueError, match="no word to look for"):
        Phrase.of(text)


@given(WORDS, st.integers(0, 8), WORDS)
def test_an_ellipsis_reaches_over_a_few_words_and_no_further(
    before: list[str], apart: int, after: list[str]
) -> None:
    words = [*before, "alpha", *["x"] * apart, "omega", *after]
    assert Phrase.of("alpha … omega").is_in(words) == (apart <= BETWEEN)


@given(WORDS, WORDS)
def test_a_phrase_without_marks_is_found_exactly_where_its_words_stand_in_a_row(
    phrase: list[str], words: list[str]
) -> None:
    if phrase:
        rows = [words[at : at + len(phrase)] for at in range(len(words))]
        assert Phrase.of(" ".join(phrase)).is_in(words) == (phrase in rows)
