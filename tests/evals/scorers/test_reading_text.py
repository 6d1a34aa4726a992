from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.evals.scorers.reading_level import grade, syllables
from opsrail.evals.scorers.registry import assertion_schema, scorers
from opsrail.evals.texts.members import members
from opsrail.evals.texts.passages import around, clipped, closest
from opsrail.evals.texts.plain import plain
from opsrail.evals.texts.sentences import sentences


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("within **30 days**", "within 30 days"),
        ("__never__ *ever* ~~now~~", "never ever ~~now~~"),
        ("snake_case and _this_", "snake_case and this"),
        ("2*3 and 2 * 3 and 2**3", "2*3 and 2 * 3 and 2**3"),
        ("![a [b](c)](d)", "a b"),
        ("[![shown](a.png)](https://example.com)", "shown"),
        ("`code` and ``more``", "code and more"),
        (r"a \* b and \_c\_", "a * b and _c_"),
        ("“it’s”", '"it\'s"'),
        ("a\u00a0b\n\tc", "a b c"),
        ("a<!-- needs: x -->b", "a b"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_a_text_is_read_as_it_is_seen(written: str, read: str) -> None:
    assert plain(written) == read


def test_marks_without_end_are_read_in_time_that_grows_with_the_text() -> None:
    for mark in ("<!--", "[", "[a](", "*", "_a_", "`", "\\"):
        assert len(plain(mark * 50_000)) <= len(mark) * 50_000


def test_the_closest_passage_goes_on_to_what_it_is_about() -> None:
    text = "Reply within a day. Refunds are paid within 14 days of the charge, by card."
    assert closest(text, "within 30 days") == "within 14 days of the charge"
    assert closest(text, "a charge-back") == ""
    assert closest("", "within 30 days") == ""


def test_a_find_is_quoted_with_the_words_around_it() -> None:
    text = "one two three four five six seven eight nine ten eleven"
    assert around(text, 20, 23) == "“two three four five six seven eight nine”"
    assert around("refunded", 0, 6) == "“refunded”"


@given(st.text(), st.integers(2, 200))
def test_a_clipped_text_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(clipped(text, most)) <= most


def test_sentences_end_where_a_reader_would_stop() -> None:
    markdown = """\
# A title is none

Ask Dr. Example, e.g. by phone. It costs 1.5 dollars! Right?

- one item
- another. And more.

| Plan | Answer |
|---|---|
| House | 2 hours |

```
no sentence
```
"""
    assert sentences(markdown) == (
        "Ask Dr. Example, e.g. by phone.",
        "It costs 1.5 dollars!",
        "Right?",
        "one item",
        "another.",
        "And more.",
        "Plan | Answer",
        "House | 2 hours",
    )


@pytest.mark.parametrize(
    ("word", "count"),
    [
        *(("cat", 1), ("customer", 3), ("charge", 1), ("charges", 2), ("refunded", 3)),
        *(("asked", 1), ("table", 2), ("the", 1), ("e-mail", 2), ("1,200", 2), ("people", 2)),
        *(("places", 2), ("times", 1), ("matches", 2), ("pages", 2), ("queue", 1)),
    ],
)
def test_syllables_are_counted_about_right(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words in 1 sentence, 3 + 1 + 1 + 2 + 1 + 1 = 9 syllables.
    found = grade("Customers asked us about the charge.")
    assert found is not None
    assert round(found, 2) == round(0.39 * 6 + 11.8 * 9 / 6 - 15.59, 2) == 4.45
    assert grade("The cat sat on it. The dog ran to it.") == 0
    assert grade("```\nx\n```") is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (["b", "a", "b"], ("b", "a")),
        ("a, b;c\n", ("a", "b", "c")),
        ("1. a\n2) b\n- c", ("a", "b", "c")),
        ('["a, b", 7]', ("a, b", "7")),
        ("[a](b)", ("a",)),
        (7, ("7",)),
        (["**a**", "", None], ("a",)),
        ("", ()),
        (None, None),
        (True, None),
        ({"a": 1}, None),
    ],
)
def test_lists_are_read_from_lists_and_texts(value: object, found: tuple[str, ...] | None) -> None:
    assert members(value) == found


def test_the_schema_of_assertions_stands_alone() -> None:
    schema = assertion_schema()
    assert set(scorers()) < set(schema["properties"])
    for name in scorers():
        said = schema["properties"][name]
        assert said["description"].endswith((".", "`.")) or ": " in said["description"], name
        assert '"$ref"' not in str(said).replace("'", '"'), name


def test_scorers_are_light_to_import() -> None:
    heavy = ("jsonschema", "numpy", "re2", "scipy", "ibis", "duckdb")
    code = (
        "import sys; from opsrail.evals.scorers.registry import scorers; scorers();"
        f"print(*[name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
