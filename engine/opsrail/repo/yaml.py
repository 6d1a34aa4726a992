"""YAML files: plain data that is read fast, and the place of every part of it on demand.

Reading builds plain data only. A place is looked up when a finding needs one, by reading the
text once more; most files never need that.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from ruamel.yaml.error import YAMLError

from opsrail.findings import Finding, Location, Unreadable
from opsrail.repo.yaml_faults import forbidden_character, in_plain_words
from opsrail.repo.yaml_nodes import Fault, Node, Plain, documents

__all__ = ["LARGEST", "Plain", "Unreadable", "YamlText"]

LARGEST: Final = 4_000_000
"""Characters a YAML file may have."""
_LINE_END: Final = re.compile("\r\n|\n|\r")
_T = TypeVar("_T")


class YamlText:
    """One YAML document: its plain data (`value`) and where each part of it stands.

    Dates without quotes are `date` values, `yes` and `on` are text, an empty document is None.
    """

    __slots__ = ("_lines", "_number", "_root", "line_offset", "path", "text", "value")

    def __init__(
        self, path: str, text: str, value: Plain, *, line_offset: int = 0, number: int = 0
    ) -> None:
        self.path = path
        self.text = text
        self.value = value
        self.line_offset = line_offset
        self._number = number
        self._root: Node | None = None
        self._lines: Sequence[int] = ()

    @classmethod
    def parse(cls, path: str, text: str, *, line_offset: int = 0) -> YamlText:
        """Read a text of one document. `line_offset`: lines of the file that stand before it.

        Raises `Unreadable`, with the line and column of what is wrong.
        """
        several = cls.parse_all(path, text, line_offset=line_offset)
        if len(several) > 1:
            second = several[1].place(())
            raise Unreadable(
                Finding(
                    second,
                    "yaml-syntax",
                    "a second document starts here, and this file may hold only one",
                    hint="remove the line `---` above it, or move the document to its own file",
                )
            )
        return several[0] if several else cls(path, text, None, line_offset=line_offset)

    @classmethod
    def parse_all(cls, path: str, text: str, *, line_offset: int = 0) -> tuple[YamlText, ...]:
        """Read a text of any number of documents separated by `---`; raises `Unreadable`."""
        text = text.removeprefix("\ufeff")
        values = _guarded(path, text, line_offset, lambda: [node.value for node in documents(text)])
        return tuple(
            cls(path, text, value, line_offset=line_offset, number=number)
            for number, value in enumerate(values)
        )

    def place(self, route: Sequence[str | int], *, key: bool = False) -> Location:
        """Where the part at `route` (keys and list indices from the root) stands.

        With `key`, where its key stands. A part that is missing is placed at the key of the
        closest parent there is.
        """
        if self._root is None:
            self._root = self._reread()
        node, start, found_all = self._root, self._root.start, True
        for step in route:
            found = _child(node, step)
            if found is None:
                found_all = False
                break
            start, node = found
        return self._location(start if key or not found_all else node.start)

    def _reread(self) -> Node:
        for number, node in enumerate(documents(self.text)):
            if number == self._number:
                return node
        return Node(0, None)

    def _location(self, start: int) -> Location:
        if not self._lines:
            self._lines = _line_starts(self.text)
        return _located(self.path, self._lines, start, self.line_offset)


def _guarded(path: str, text: str, line_offset: int, read: Callable[[], _T]) -> _T:
    """`read()`, with everything that is wrong with the text turned into `Unreadable`."""
    try:
        fault = _refused(text)
        if fault is None:
            return read()
    except Fault as raised:
        fault = raised
    except YAMLError as error:
        fault = in_plain_words(error, text)
    lines = _line_starts(text)
    related: tuple[tuple[Location, str], ...] = ()
    if fault.opened is not None and fault.opened != fault.start:
        label = "given first here" if fault.code == "yaml-duplicate-key" else "it began here"
        related = ((_located(path, lines, fault.opened, line_offset), label),)
    place = _located(path, lines, fault.start, line_offset)
    raise Unreadable(
        Finding(place, fault.code, fault.message, hint=fault.hint, related=related)
    ) from None


def _refused(text: str) -> Fault | None:
    if len(text) > LARGEST:
        return Fault(
            "yaml-too-large",
            0,
            f"this file has {len(text):,} characters; {LARGEST:,} is the most",
            "split it into several files",
        )
    return forbidden_character(text)


def _child(node: Node, step: str | int) -> tuple[int, Node] | None:
    """The node below `node` at `step`, and where its key (or list item) starts."""
    if isinstance(node.value, Mapping):
        return _entry(node, step)
    if isinstance(step, int) and 0 <= step < len(node.items):
        item = node.items[step]
        return item.start, item
    return None


def _entry(mapping: Node, name: str | int) -> tuple[int, Node] | None:
    for key, value in mapping.entries:
        if key.value == name:
            return key.start, value
    return _first(_entry(source, name) for source in mapping.merged)


def _first(candidates: Iterable[_T | None]) -> _T | None:
    return next((candidate for candidate in candidates if candidate is not None), None)


def _line_starts(text: str) -> list[int]:
    """Offsets at which lines start. Counted as editors do: libyaml also ends lines at U+2028."""
    return [0, *(match.end() for match in _LINE_END.finditer(text))]


def _located(path: str, lines: Sequence[int], start: int, line_offset: int) -> Location:
    line = bisect_right(lines, start)
    return Location(path, line + line_offset, start - lines[line - 1] + 1)
