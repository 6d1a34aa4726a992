from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsrail.content.digests import digest, unwrapped

PARTS = st.lists(st.text(alphabet="ab:1\ud800 "), max_size=4)


@given(PARTS, PARTS)
def test_other_parts_give_another_digest(one: list[str], other: list[str]) -> None:
    assert (digest(*one) == digest(*other)) == (one == other)


@given(st.text())
def test_unwrapping_twice_changes_nothing(text: str) -> None:
    assert unwrapped(unwrapped(text)) == unwrapped(text)


def test_a_digest_is_stable() -> None:
    assert digest("item", "Wait 3 days.") == "63b2545ab7a20050cf10a5f57ad7c3c1"
