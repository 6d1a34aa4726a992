"""Changes to what a correlation looks at, and when it is too much."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.detection.formats import CorrelationType
from opsrail.detection.model import COUNTING
from opsrail.detection.mutation.changes import Change, Pen
from opsrail.detection.mutation.detections import in_condition
from opsrail.detection.mutation.numbers import (
    SWAPPED,
    longer_timespan,
    nearby,
    shorter_timespan,
)
from opsrail.detection.mutation.written import Written

WHOLE: Final = frozenset({*(kind.value for kind in COUNTING), CorrelationType.TEMPORAL.value})
"""Types whose value is a whole number."""


def changes_of(pen: Pen, root: Written) -> Iterator[Change]:
    """Changes to the `correlation` block of the rule whose document is `root`."""
    block = root.get("correlation")
    if block is None:
        return
    yield from _in_type(pen, block)
    yield from _in_timespan(pen, block)
    yield from _in_condition(pen, block)
    yield from _in_rules(pen, block)
    yield from _in_group(pen, root, block)


def kind_of(block: Written) -> str:
    """The correlation's type, as it is written."""
    kind = block.get("type")
    return str(kind.value) if kind else ""


def waits_for_more(block: Written) -> bool:
    """Whether it raises where something did not follow: `a and not b`."""
    condition = block.get("condition")
    ordered = kind_of(block) == CorrelationType.TEMPORAL_ORDERED.value
    return ordered and condition is not None and not condition.entries


def _in_type(pen: Pen, block: Written) -> Iterator[Change]:
    pair = block.entry("type")
    if pair and kind_of(block) == "temporal_ordered" and not waits_for_more(block):
        yield pen.replaced(*pair, "temporal")


def _in_timespan(pen: Pen, block: Written) -> Iterator[Change]:
    pair = block.entry("timespan")
    if pair:
        timespan = str(pair[1].value)
        yield pen.replaced(*pair, longer_timespan(timespan))
        if (half := shorter_timespan(timespan)) is not None:
            yield pen.replaced(*pair, half)


def _in_condition(pen: Pen, block: Written) -> Iterator[Change]:
    condition = block.get("condition")
    if condition is None:
        return
    if not condition.entries:
        yield from in_condition(pen, condition)
        return
    compared = [pair for pair in condition.entries if pair[0].value in SWAPPED]
    for key, value in compared:
        name = str(key.value)
        yield from (pen.replaced(key, value, new) for new in nearby(value.value))
        # Of whole numbers, "more than 20" is "21 or more", which was told already.
        if kind_of(block) not in WHOLE or name in {"eq", "neq"}:
            yield pen.renamed(key, value, SWAPPED[name])
        if len(compared) > 1 and (change := pen.without_entry(condition, name)) is not None:
            yield change


def _in_rules(pen: Pen, block: Written) -> Iterator[Change]:
    rules = block.get("rules")
    for index in range(len(rules.items) if rules else 0):
        if rules and (change := pen.without_item("rules", rules, index)) is not None:
            yield change


def _in_group(pen: Pen, root: Written, block: Written) -> Iterator[Change]:
    """Each group key is dropped; from what deduplicates by it and its aliases as well."""
    keys = block.get("group-by")
    for index, item in enumerate(keys.items if keys else ()):
        assert keys is not None
        name = str(item.value)
        change = pen.without_item("group-by", keys, index) or pen.without_entry(block, "group-by")
        if change is None:
            continue
        also = [_deduped(pen, root, name), _aliased(pen, block, name)]
        edits = (edit for one in also if one for edit in one.edits)
        yield Change(change.words, (*change.edits, *edits), change.at)


def _deduped(pen: Pen, root: Written, name: str) -> Change | None:
    dedupe = root.get("ops", "dedupe")
    keys = dedupe.get("key") if dedupe else None
    names = [item.value for item in keys.items] if keys else []
    if dedupe is None or keys is None or name not in names:
        return None
    return pen.without_item("key", keys, names.index(name)) or pen.without_entry(dedupe, "key")


def _aliased(pen: Pen, block: Written, name: str) -> Change | None:
    aliases = block.get("aliases")
    if aliases is None or aliases.entry(name) is None:
        return None
    return pen.without_entry(aliases, name) or pen.without_entry(block, "aliases")
