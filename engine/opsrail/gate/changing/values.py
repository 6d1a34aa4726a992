"""What differs between two YAML documents, value by value, each with its place.

Entries of a list are told apart by what names them, so that a new entry at the top is one new
entry and not a change of every other one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from opsrail.gate.changing.quoting import quoted
from opsrail.repo.yaml import Plain, YamlText

Route = tuple[str | int, ...]
Named = tuple[str, ...]

NAMES: Final = ("name", "id", "case", "tier", "from", "file", "files", "factor", "flow")
"""What names an entry of a list, the first of them that all entries have, each its own."""
ORDER: Final = "(order)"
"""The last step of a change that only puts the entries of a list in another order."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that came, went or changed. Empty texts stand for a side that has none.

    `steps` are the way to it, with entries of a list by their name; `line` is where it stands at
    head, and at base where it is gone.
    """

    steps: Named
    old: str
    new: str
    line: int
    before: object = None
    after: object = None

    @property
    def name(self) -> str:
        """As people point at it: `maintenance.nightly.from`."""
        return ".".join(self.steps)

    @property
    def top(self) -> str:
        """The first step."""
        return self.steps[0] if self.steps else ""

    @property
    def quotes(self) -> tuple[str, str]:
        """Both sides, fit to be quoted."""
        return quoted(self.old, self.new)


@dataclass(frozen=True, slots=True)
class _Leaf:
    route: Route
    value: object
    text: str
    names: tuple[str, ...] | None = None
    """Of a list, what its entries are called in their order; for that leaf alone."""


def value_changes(before: YamlText | None, after: YamlText | None) -> tuple[ValueChange, ...]:
    """Every value in which two documents differ, in the order in which they stand."""
    was, now = (dict(_leaves(one.value if one else None)) for one in (before, after))
    return tuple(
        _change(steps, was.get(steps), now.get(steps), before, after)
        for steps in dict.fromkeys((*now, *was))
        if not _is_same(was.get(steps), now.get(steps))
    )


def entry_changes(before: YamlText | None, after: YamlText | None) -> tuple[ValueChange, ...]:
    """As `value_changes`, with what came or went as a whole in one: a new entry of a list is one
    change, and not one for each of its keys.
    """
    was, now = (_parts(one) for one in (before, after))
    whole: dict[Named, list[ValueChange]] = {}
    for one in value_changes(before, after):
        shortest = 1 if before and after else 2  # a whole new file is told by its entries
        parts = (one.steps[:length] for length in range(shortest, len(one.steps) + 1))
        at = next((part for part in parts if (part in was) != (part in now)), one.steps)
        whole.setdefault(at, []).append(one)
    return tuple(_joined(steps, found) for steps, found in whole.items())


def _parts(yaml: YamlText | None) -> set[Named]:
    """The way to every value, and to everything above one."""
    every = (steps for steps, _ in _leaves(yaml.value if yaml else None))
    return {steps[:length] for steps in every for length in range(len(steps) + 1)}


def _joined(steps: Named, found: Sequence[ValueChange]) -> ValueChange:
    if len(found) == 1:
        return found[0]
    inner = [(".".join(one.steps[len(steps) :]), one) for one in found]
    old = ", ".join(f"{name}: {one.old}" for name, one in inner if one.old)
    new = ", ".join(f"{name}: {one.new}" for name, one in inner if one.new)
    return ValueChange(steps, old, new, min(one.line for one in found))


def is_same_value(one: Plain, other: Plain) -> bool:
    """Whether two documents say the same: types, and the order of keys, count."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        pairs = zip(one.items(), other.items(), strict=False)
        return len(one) == len(other) and all(
            is_same_value(key, other_key) and is_same_value(value, other_value)
            for (key, value), (other_key, other_value) in pairs
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same_value, one, other))
    return type(one) is type(other) and one == other


def _is_same(one: _Leaf | None, other: _Leaf | None) -> bool:
    if one is None or other is None:
        found = one or other
        return found is None or found.names is not None
    if one.names is not None and other.names is not None:
        shared = set(one.names) & set(other.names)
        was, now = ([n for n in names if n in shared] for names in (one.names, other.names))
        return was == now
    return type(one.value) is type(other.value) and one.value == other.value


def _change(
    steps: Named,
    old: _Leaf | None,
    new: _Leaf | None,
    before: YamlText | None,
    after: YamlText | None,
) -> ValueChange:
    leaf, yaml = (new, after) if new else (old, before)
    assert leaf is not None
    assert yaml is not None
    texts = [one.text if one else "" for one in (old, new)]
    if texts[0] == texts[1]:  # `5` and `"5"` read alike and are not the same
        texts = [f"{one.text} ({type(one.value).__name__})" if one else "" for one in (old, new)]
    was, now = texts
    return ValueChange(
        steps,
        was,
        now,
        yaml.place(leaf.route, key=True).line,
        old.value if old else None,
        new.value if new else None,
    )


def _leaves(value: Plain, steps: Named = (), route: Route = ()) -> Iterator[tuple[Named, _Leaf]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            step = key if isinstance(key, str | int) else str(key)
            yield from _leaves(inner, (*steps, str(key)), (*route, step))
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        yield from _of_list(value, steps, route)
    elif value is not None or route:
        yield steps, _Leaf(route, value, _written(value))


def _of_list(value: Sequence[Plain], steps: Named, route: Route) -> Iterator[tuple[Named, _Leaf]]:
    if not any(isinstance(one, Mapping | Sequence) and not isinstance(one, str) for one in value):
        yield steps, _Leaf(route, tuple(value), ", ".join(map(_written, value)))
        return
    names = _names(value)
    for number, inner in enumerate(value):
        yield from _leaves(inner, (*steps, names[number]), (*route, number))
    # Where order decides, another order is a change of its own.
    yield (*steps, ORDER), _Leaf(route, None, ", ".join(names), tuple(names))


def _names(entries: Sequence[Plain]) -> list[str]:
    """What tells the entries apart: a key that names them, else which one of how many it is."""
    mappings = [one for one in entries if isinstance(one, Mapping)]
    if len(mappings) == len(entries):
        for key in NAMES:
            found = [str(one.get(key, "")) for one in mappings]
            if all(found) and max(Counter(found).values()) == 1:
                return found
    return [str(number) for number in range(1, len(entries) + 1)]


def _written(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case Mapping():
            return "{}"
        case str():
            return value or '""'
        case Sequence():
            return "[]"
    return str(value)
