"""Changes to what an event must look like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Final

from opsrail.detection.mutation.changes import Change, Pen
from opsrail.detection.mutation.numbers import SWAPPED, nearby
from opsrail.detection.mutation.written import Written
from opsrail.streams.formats import Column, ColumnType

_LOOSE: Final = ("contains", "startswith", "endswith")
_COMPARING: Final = ("gte", "gt", "lte", "lt")
_NO_SELECTION: Final = ("condition", "timeframe")
_NOT: Final = re.compile(r"(?<![\w-])not\s+")
_WORD: Final = re.compile(r"(?<![\w-])(and|or)(?![\w-])")
_QUANTITY: Final = re.compile(r"(?<![\w-])(1|any|all)(\s+of\s+)([\w*-]+)")


def changes_of(pen: Pen, detection: Written, columns: Mapping[str, Column]) -> Iterator[Change]:
    """Changes to the `detection` block of a rule over a stream with these columns."""
    for key, value in detection.entries:
        if key.value not in _NO_SELECTION:
            yield from _in_selection(pen, key, value, columns)
    names = [str(key.value) for key, _ in detection.entries if key.value not in _NO_SELECTION]
    condition = detection.get("condition")
    for one in (condition.items or (condition,)) if condition else ():
        yield from in_condition(pen, one)
        yield from _in_quantities(pen, one, names)


def in_condition(pen: Pen, condition: Written) -> Iterator[Change]:
    """A `not` is dropped, an `and` becomes an `or` and the other way round."""
    text = pen.of(condition)
    for found in _NOT.finditer(text):
        start = condition.start + found.start()
        yield pen.within(condition, start, condition.start + found.end(), "")
    for found in _WORD.finditer(text):
        start, end = (condition.start + at for at in found.span())
        yield pen.within(condition, start, end, "or" if found[0] == "and" else "and")


def _in_quantities(pen: Pen, condition: Written, names: list[str]) -> Iterator[Change]:
    """`1 of` becomes `all of`, where there is more than one to choose from."""
    for found in _QUANTITY.finditer(pen.of(condition)):
        pattern = "[!_]*" if found[3] == "them" else found[3]
        if sum(fnmatchcase(name, pattern) for name in names) > 1:
            start, end = (condition.start + at for at in found.span(1))
            yield pen.within(condition, start, end, "1" if found[1] == "all" else "all")


def _in_selection(
    pen: Pen, key: Written, value: Written, columns: Mapping[str, Column]
) -> Iterator[Change]:
    if value.entries:
        yield from _in_fields(pen, value, columns)
    for index, item in enumerate(value.items):
        if (change := pen.without_item(pen.of(key), value, index)) is not None:
            yield change
        if item.entries:
            yield from _in_fields(pen, item, columns)


def _in_fields(pen: Pen, selection: Written, columns: Mapping[str, Column]) -> Iterator[Change]:
    for key, value in selection.entries:
        name = str(key.value)
        dropped = pen.without_entry(selection, name) or _any_value(pen, key, value)
        if dropped is not None:
            yield dropped
        for index in range(len(value.items)):
            if (change := pen.without_item(pen.of(key), value, index)) is not None:
                yield change
        yield from _in_modifiers(pen, key, value, columns)


def _any_value(pen: Pen, key: Written, value: Written) -> Change | None:
    """The only line of a selection: the field may then hold anything."""
    field, *modifiers = str(key.value).split("|")
    if "exists" in modifiers or not field:
        return None
    return pen.rewritten(key, value, f"{field}|exists: true")


def _in_modifiers(
    pen: Pen, key: Written, value: Written, columns: Mapping[str, Column]
) -> Iterator[Change]:
    field, *modifiers = str(key.value).split("|")
    for modifier in modifiers:
        if modifier in _LOOSE or (modifier == "all" and len(value.items) > 1):
            yield pen.renamed(key, value, pen.of(key).replace(f"|{modifier}", "", 1))
        elif modifier in _COMPARING:
            yield from (pen.replaced(key, value, new) for new in nearby(value.value))
            # Of whole numbers, "more than 20" is "21 or more", which was told already.
            if field not in columns or columns[field].type is not ColumnType.INTEGER:
                swapped = pen.of(key).replace(f"|{modifier}", f"|{SWAPPED[modifier]}", 1)
                yield pen.renamed(key, value, swapped)
        elif modifier == "exists" and isinstance(value.value, bool):
            yield pen.replaced(key, value, str(not value.value).lower())
