from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsrail.gate.forges.github_limits import units, within

MORE = "*There is more.*"


@given(st.text(st.sampled_from("a🙂`~\n <>/dailets"), max_size=2_000), st.integers(400, 3_000))
def test_what_comes_out_is_never_too_long_and_says_that_it_was_cut(text: str, most: int) -> None:
    cut = within(text, most, MORE)
    assert units(cut) <= most
    assert cut == text or cut.endswith(MORE)


def test_characters_that_take_two_places_are_counted_so() -> None:
    assert units("a🙂") == 3
    assert units(within("🙂" * 300 + "\nb", 600, MORE)) < 600


def test_an_open_code_block_and_fold_are_closed_before_the_last_word() -> None:
    text = "<details>\n\n```text\n" + "line\n" * 500
    lines = within(text, 1_000, MORE).split("\n")
    assert lines[-5:] == ["```", "", "</details>", "", MORE]
    assert lines.count("```") == 1


def test_a_fold_in_a_code_block_is_only_text() -> None:
    text = "```\n<details>\n```\n" + "line\n" * 500
    assert "</details>" not in within(text, 1_000, MORE)
