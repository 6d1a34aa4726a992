"""A YAML document as it is written: every value with where it starts and ends in the text.

Changing a rule in its text, and not in its data, leaves all else as its author wrote it, so that
a change reads as a difference of one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.cyaml import CBaseLoader
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from opsrail.repo.yaml_scalars import Scalar, plain


@dataclass(frozen=True, slots=True)
class Written:
    """A value in a text, from the character `start` up to `end`.

    A mapping has `entries`, pairs of key and value; a list has `items`; what has neither is a
    single value, or an alias such as `*name`, which is nobody's to change here.
    """

    start: int
    end: int
    value: Scalar = None
    entries: tuple[tuple[Written, Written], ...] = ()
    items: tuple[Written, ...] = ()
    is_alias: bool = False

    def entry(self, name: str) -> tuple[Written, Written] | None:
        """The key of that name and its value."""
        return next((pair for pair in self.entries if pair[0].value == name), None)

    def get(self, *names: str) -> Written | None:
        """The value below, key by key; None where there is none."""
        found = self
        for name in names:
            pair = found.entry(name)
            if pair is None:
                return None
            found = pair[1]
        return found


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document's part of its file's text, and the value it holds (None where it is empty)."""

    start: int
    end: int
    root: Written | None


def sheets(text: str) -> tuple[Sheet, ...]:
    """Every document of a text that `YamlText` can read, in order."""
    loader = CBaseLoader(text)
    try:
        return tuple(_sheets(text, loader.get_event))
    finally:
        loader.dispose()


def _sheets(text: str, take: Any) -> Iterator[Sheet]:  # noqa: ANN401 - ruamel's loader is not typed
    start = 0
    while not isinstance(event := take(), StreamEndEvent):
        if isinstance(event, DocumentStartEvent):
            start = event.end_mark.index if event.explicit else event.start_mark.index
            root = _value(text, take(), take)
            end = take().end_mark.index
            yield Sheet(start, end, root if root.end > root.start else None)


def _value(text: str, event: Any, take: Any) -> Written:  # noqa: ANN401 - as in _sheets
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, AliasEvent):
        return Written(start, end, is_alias=True)
    if isinstance(event, ScalarEvent):
        value = plain(event.value) if event.implicit[0] and not event.tag else event.value
        # A block of text ends where the next thing starts; its last line is what counts.
        return Written(start, start + len(text[start:end].rstrip()), value)
    if isinstance(event, SequenceStartEvent):
        items: list[Written] = []
        while not isinstance(inner := take(), SequenceEndEvent):
            items.append(_value(text, inner, take))
        return Written(start, _end(event, inner, items, start), items=tuple(items))
    entries: list[tuple[Written, Written]] = []
    while not isinstance(inner := take(), MappingEndEvent):
        key = _value(text, inner, take)
        entries.append((key, _value(text, take(), take)))
    values = [value for _, value in entries]
    return Written(start, _end(event, inner, values, start), entries=tuple(entries))


def _end(opening: Any, closing: Any, parts: Sequence[Written], start: int) -> int:  # noqa: ANN401 - as in _sheets
    """Where brackets close, or where the last part of a block ends."""
    if opening.flow_style or not parts:
        end: int = closing.end_mark.index
        return end
    return max(start, parts[-1].end)
