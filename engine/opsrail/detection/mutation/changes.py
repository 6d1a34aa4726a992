"""Small changes to a rule's text, each told in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsrail.detection.mutation.written import Written

_SHOWN = 60
"""Characters of the text that are quoted when a change is told."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The characters `start` up to `end` become `new`."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that belong together, what they mean in words, and the character they are about."""

    words: str
    edits: tuple[Edit, ...]
    at: int


def applied(text: str, edits: Iterable[Edit], offset: int = 0) -> str:
    """The text with the edits made. `offset`: the character of the file that `text` starts at."""
    for edit in sorted(edits, reverse=True):
        text = text[: edit.start - offset] + edit.new + text[edit.end - offset :]
    return text


@dataclass(frozen=True, slots=True)
class Pen:
    """Makes changes to one text."""

    text: str

    def of(self, written: Written) -> str:
        """The characters of a value."""
        return self.text[written.start : written.end]

    def replaced(self, key: Written, value: Written, new: str) -> Change:
        """The value of a key becomes `new`."""
        name = self.of(key)
        words = f"`{name}: {self._short(value)}` becomes `{name}: {new}`"
        return Change(words, (Edit(value.start, value.end, new),), key.start)

    def renamed(self, key: Written, value: Written, new: str) -> Change:
        """A key becomes `new` and keeps its value."""
        told = self._short(value)
        words = f"`{self.of(key)}: {told}` becomes `{new}: {told}`"
        return Change(words, (Edit(key.start, key.end, new),), key.start)

    def rewritten(self, key: Written, value: Written, new: str) -> Change:
        """A key with its value becomes `new`."""
        words = f"`{self.of(key)}: {self._short(value)}` becomes `{new}`"
        return Change(words, (Edit(key.start, value.end, new),), key.start)

    def within(self, value: Written, start: int, end: int, new: str) -> Change:
        """Some characters within a value become `new`; the whole value is told."""
        before = self.of(value)
        after = applied(before, [Edit(start, end, new)], value.start)
        words = f"`{_squeezed(before)}` becomes `{_squeezed(after)}`"
        return Change(words, (Edit(start, end, new),), start)

    def without_entry(self, mapping: Written, name: str) -> Change | None:
        """A mapping loses a key and its value; None where that is all it has."""
        index = next((i for i, (key, _) in enumerate(mapping.entries) if key.value == name), None)
        if index is None:
            return None
        key, value = mapping.entries[index]
        edit = _cut([(key.start, value.end) for key, value in mapping.entries], index)
        words = f"`{self.of(key)}: {self._short(value)}` is dropped"
        return Change(words, (edit,), key.start) if edit else None

    def without_item(self, name: str, listed: Written, index: int) -> Change | None:
        """The list that `name` holds loses one item; None where that is all it has."""
        item = listed.items[index]
        edit = _cut([(one.start, one.end) for one in listed.items], index)
        words = f"`{self._short(item)}` is dropped from `{name}`"
        return Change(words, (edit,), item.start) if edit else None

    def added(self, mapping: Written, name: str, value: str, words: str) -> Change:
        """A mapping gets a key in front of those it has."""
        first = mapping.entries[0][0].start
        line = self.text.rfind("\n", 0, first) + 1
        is_flow = self.text[mapping.start] == "{"
        between = ", " if is_flow else "\n" + " " * (first - line)
        return Change(words, (Edit(first, first, f"{name}: {value}{between}"),), first)

    def _short(self, written: Written) -> str:
        """A value on one line, cut where it is long."""
        if written.items or written.entries:
            return _squeezed(self.of(written))
        return _squeezed(self.of(written)) or "null"


def _squeezed(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _cut(spans: Sequence[tuple[int, int]], index: int) -> Edit | None:
    """Take one of several things out, with what parts it from its neighbour."""
    if len(spans) == 1:
        return None
    if index + 1 < len(spans):
        return Edit(spans[index][0], spans[index + 1][0], "")
    return Edit(spans[index - 1][1], spans[index][1], "")
