from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsrail.gate.changing.quoting import LONGEST, quoted
from opsrail.gate.changing.values import entry_changes, is_same_value, value_changes
from opsrail.repo.yaml import YamlText

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.sampled_from("abc"))
KEYS = st.sampled_from(["name", "files", "x", "y"])
VALUES = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=3) | st.dictionaries(KEYS, one, max_size=3)
)


def yaml(text: str) -> YamlText:
    return YamlText.parse("a.yaml", text)


def told(before: str, after: str) -> list[tuple[str, str, str, int]]:
    return [(c.name, c.old, c.new, c.line) for c in value_changes(yaml(before), yaml(after))]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a: 1\n", "# x\na: 2\n", [("a", "1", "2", 2)]),
        ("a: {b: 1}\n", "a: {b: 1, c: 2}\n", [("a.c", "", "2", 1)]),
        ("b: 0\na: 1\n", "b: 0\n", [("a", "1", "", 2)]),
        ("a: [x, y]\n", "a: [y, x]\n", [("a", "x, y", "y, x", 1)]),
        ("a: 5\n", 'a: "5"\n', [("a", "5 (int)", "5 (str)", 1)]),
        ("a: yes\n", "a: true\n", [("a", "yes", "true", 1)]),
        ("a: []\n", "a: {}\n", [("a", "[]", "{}", 1)]),
        ("a: []\n", "b: 1\n", [("b", "", "1", 1), ("a", "[]", "", 1)]),
        ("a:\n", "b: 1\n", [("b", "", "1", 1), ("a", "null", "", 1)]),
    ],
)
def test_a_value_that_differs_is_told_with_its_place(
    before: str, after: str, expected: list[object]
) -> None:
    assert told(before, after) == expected


def test_a_new_entry_at_the_top_is_one_new_entry() -> None:
    before = "a:\n  - {name: x, n: 1}\n  - {name: y, n: 2}\n"
    after = "a:\n  - {name: z, n: 0}\n  - {name: x, n: 1}\n  - {name: y, n: 3}\n"
    assert told(before, after) == [
        ("a.z.name", "", "z", 2),
        ("a.z.n", "", "0", 2),
        ("a.y.n", "2", "3", 4),
    ]
    whole = [(one.name, one.new) for one in entry_changes(yaml(before), yaml(after))]
    assert whole == [("a.z", "name: z, n: 0"), ("a.y.n", "3")]


def test_another_order_is_told_where_entries_have_names() -> None:
    before, after = "a: [{name: x}, {name: y}]\n", "a: [{name: y}, {name: x}]\n"
    assert told(before, after) == [("a.(order)", "x, y", "y, x", 1)]


@given(VALUES, VALUES)
def test_what_differs_is_told_whatever_it_is(one: object, other: object) -> None:
    before, after = (yaml(json.dumps({"top": value})) for value in (one, other))
    is_same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert bool(value_changes(before, after)) != is_same
    assert bool(entry_changes(before, after)) != is_same
    assert bool(value_changes(after, before)) != is_same


@given(VALUES, VALUES)
def test_only_the_very_same_is_the_same(one: object, other: object) -> None:
    before, after = (yaml(json.dumps(value)).value for value in (one, other))
    assert is_same_value(before, after) == (json.dumps(one) == json.dumps(other))


# Quoting


def test_long_texts_are_cut_to_where_they_differ() -> None:
    start, end = "word " * 60, " tail" * 60
    old, new = quoted(f"{start}before{end}", f"{start}after{end}")
    assert old == "…word word word before tail tail tail…"
    assert new == "…word word word after tail tail tail…"


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_quote_is_one_short_line(one: str, other: str) -> None:
    for quote in quoted(one, other):
        assert len(quote) <= LONGEST
        assert not set(quote) & set("\n\r\t\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
