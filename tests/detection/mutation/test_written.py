from __future__ import annotations

from pathlib import Path

import pytest

from opsrail.detection.mutation.changes import Edit, Pen, applied
from opsrail.detection.mutation.numbers import (
    longer_timespan,
    nearby,
    shorter,
    shorter_timespan,
)
from opsrail.detection.mutation.written import Written, sheets
from opsrail.repo.yaml import Plain, YamlText

TEXT = """\
# a comment above
title: A title   # and one beside
list:
  - one
  - 'two words'
  - three
flow: {a: 1, b: [x, y], "c d": null}
nested:
  - name: first
    empty:
  - name: second
text: |
  several
  lines

last: 2.5
"""


def plain(written: Written) -> Plain:
    """The data that a written value holds."""
    if written.entries:
        return {key.value: plain(value) for key, value in written.entries}
    return [plain(item) for item in written.items] if written.items else written.value


def root(text: str) -> Written:
    (sheet,) = sheets(text)
    assert sheet.root is not None
    return sheet.root


def test_it_holds_the_same_data_as_the_reader() -> None:
    assert plain(root(TEXT)) == YamlText.parse("a.yaml", TEXT).value


def test_single_values_start_and_end_where_they_stand() -> None:
    pen, top = Pen(TEXT), root(TEXT)
    names = ("title", "text", "last")
    assert [pen.of(found) for name in names if (found := top.get(name))] == [
        "A title",
        "|\n  several\n  lines",
        "2.5",
    ]


def test_documents_are_told_apart() -> None:
    text = "# only a comment\n---\na: 1\n---\nb: 2\n"
    found = sheets(text)
    assert [plain(sheet.root) if sheet.root else None for sheet in found] == [{"a": 1}, {"b": 2}]
    assert [text[sheet.start : sheet.end].strip() for sheet in found] == ["a: 1", "b: 2"]


@pytest.mark.parametrize("name", ["title", "list", "flow", "nested", "text", "last"])
def test_without_an_entry_all_others_stay(name: str) -> None:
    change = Pen(TEXT).without_entry(root(TEXT), name)
    assert change is not None
    after = YamlText.parse("a.yaml", applied(TEXT, change.edits)).value
    before = YamlText.parse("a.yaml", TEXT).value
    assert isinstance(before, dict)
    assert after == {key: value for key, value in before.items() if key != name}


@pytest.mark.parametrize("index", [0, 1, 2])
def test_without_an_item_all_others_stay(index: int) -> None:
    top = root(TEXT)
    listed = top.get("list")
    assert listed is not None
    change = Pen(TEXT).without_item("list", listed, index)
    assert change is not None
    after = root(applied(TEXT, change.edits)).get("list")
    assert after is not None
    kept = ["one", "two words", "three"]
    del kept[index]
    assert plain(after) == kept


def test_the_only_entry_cannot_be_taken_away() -> None:
    text = "a: {b: 1}\nc: [1]\n"
    top = root(text)
    inner, listed = top.get("a"), top.get("c")
    assert inner is not None
    assert listed is not None
    assert Pen(text).without_entry(inner, "b") is None
    assert Pen(text).without_item("c", listed, 0) is None


def test_the_first_key_of_a_listed_mapping_leaves_its_dash() -> None:
    top = root(TEXT)
    nested = top.get("nested")
    assert nested is not None
    change = Pen(TEXT).without_entry(nested.items[0], "name")
    assert change is not None
    assert plain(root(applied(TEXT, change.edits)))["nested"][0] == {"empty": None}  # type: ignore[index, call-overload]  # plain data of a known shape


@pytest.mark.parametrize("text", ["ops:\n  owner: a\n", "ops: {owner: a}\n"])
def test_an_entry_is_added_as_its_neighbours_are_written(text: str) -> None:
    ops = root(text).get("ops")
    assert ops is not None
    change = Pen(text).added(ops, "window", "session", "words")
    after = YamlText.parse("a.yaml", applied(text, change.edits)).value
    assert after == {"ops": {"window": "session", "owner": "a"}}


def test_edits_are_made_from_the_end() -> None:
    assert applied("abcdef", [Edit(0, 1, "xx"), Edit(4, 6, "")]) == "xxbcd"
    assert applied("cdef", [Edit(4, 6, "")], offset=2) == "cd"


def test_every_rule_of_this_repository_is_read_alike(project: Path) -> None:
    paths = sorted((project / "rules").rglob("*.yaml"))
    for path in paths:
        text = path.read_text("utf-8")
        found = [plain(sheet.root) if sheet.root else None for sheet in sheets(text)]
        known = [document.value for document in YamlText.parse_all(str(path), text)]
        # Aliases stand only in tests, which no mutant changes.
        assert [_logic(one) for one in found] == [_logic(one) for one in known]


def _logic(value: Plain) -> Plain:
    assert isinstance(value, dict)
    ops = value.get("ops")
    rest = {key: one for key, one in value.items() if key != "ops"}
    if not isinstance(ops, dict):
        return rest
    told = {key: one for key, one in ops.items() if key != "tests"}
    return {**rest, "ops": {key: _without_empty(one) for key, one in told.items()}}


def _without_empty(value: Plain) -> Plain:
    """Empty brackets hold nothing that could be changed."""
    if isinstance(value, dict):
        return {key: _without_empty(one) for key, one in value.items()} or None
    return value or None if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("value", "near"),
    [(20, ["19", "21"]), (0, ["-1", "1"]), (3.5, ["3.15", "3.85"]), (True, []), ("x", [])],
)
def test_numbers_nearby(value: object, near: list[str]) -> None:
    assert list(nearby(value)) == near


@pytest.mark.parametrize(
    ("timespan", "half"),
    [("30m", "15m"), ("15m", "450s"), ("1h", "30m"), ("7d", "84h"), ("1s", None), ("1M", None)],
)
def test_half_a_timespan_has_one_unit(timespan: str, half: str | None) -> None:
    assert shorter_timespan(timespan) == half


def test_lengths_of_time() -> None:
    assert longer_timespan("15m") == "30m"
    assert shorter("1h30m") == "45m"
    assert shorter("1s") is None
