from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.gate.numbers import is_card, is_iban, is_phone
from opsrail.gate.texts import Text


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("4242 4242 4242 4242", True),
        ("4242-4242-4242-4242", True),
        ("378282246310005", True),
        ("4242 4242 4242 4241", False),
        ("1234567812345670", False),
        ("4000000000000", False),
        ("0000 0000 0000 0000", False),
    ],
)
def test_a_card_has_an_issuer_and_a_check_digit(written: str, is_one: bool) -> None:
    assert is_card(written) is is_one


@given(st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_no_card(place: int, by: int) -> None:
    digits = list("4242424242424242")
    digits[place] = str((int(digits[place]) + by) % 10)
    assert not is_card("".join(digits))


@given(st.integers(2, 21), st.integers(1, 9))
def test_one_wrong_digit_is_no_iban(place: int, by: int) -> None:
    digits = list("DE89370400440532013000")
    assert is_iban("".join(digits))
    digits[place] = str((int(digits[place]) + by) % 10)
    assert not is_iban("".join(digits))


def test_an_iban_has_its_country_s_length() -> None:
    assert is_iban("GB82 WEST 1234 5698 7654 32")
    assert not is_iban("GB82 WEST 1234 5698 7654")
    assert not is_iban("ZZ82 WEST 1234 5698 7654 32")


@pytest.mark.parametrize("written", ["+49 30 901820 11", "(212) 664-7665", "020 7946 0018"])
def test_a_phone_number(written: str) -> None:
    assert is_phone(written)


@pytest.mark.parametrize("written", ["2026-11-22", "01-02-2026 12 30", "+100 000 000", "+1234567"])
def test_no_phone_number(written: str) -> None:
    assert not is_phone(written)


@given(st.text("ab\n", max_size=40), st.data())
def test_a_place_is_where_the_character_stands(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    place = Text("x.md", text).place(offset)
    lines = text.split("\n")
    assert sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1 == offset
