"""From YAML events to a tree that knows where each node stands, within bounds.

The events come from libyaml. Its own composer is not used: it recurses in C without a bound, so
that a file of a hundred thousand brackets ends the process, and it follows aliases blindly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

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

from opsrail.repo.yaml_scalars import (
    TAG,
    KindError,
    Scalar,
    is_known_tag,
    is_merge,
    plain,
    tagged,
)

DEEPEST: Final = 100
"""Levels of nesting a file may have."""
MOST_REPEATED: Final = 10_000
"""Nodes that all aliases of a file may add together."""

Plain = Scalar | Sequence["Plain"] | Mapping[Scalar, "Plain"]
"""Plain data: what a file says, without where it says it."""


class Fault(Exception):
    """Something is wrong at the character offset `start`; `opened` is where it began, if apart."""

    def __init__(
        self, code: str, start: int, message: str, hint: str = "", *, opened: int | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.start = start
        self.message = message
        self.hint = hint
        self.opened = opened


class Node(NamedTuple):
    """A value and the character offset at which it starts.

    `entries` are the keys and values written in a mapping, `merged` the mappings it takes keys
    over from, `items` the nodes of a list. `size` counts nodes with every alias written out.
    """

    start: int
    value: Plain
    size: int = 1
    entries: tuple[tuple[Node, Node], ...] = ()
    merged: tuple[Node, ...] = ()
    items: tuple[Node, ...] = ()

    @property
    def is_mapping(self) -> bool:
        """Whether the node has keys."""
        return isinstance(self.value, Mapping)


def documents(text: str) -> Iterator[Node]:
    """The root of each document in `text`, in order; `Fault` or ruamel's errors where it fails."""
    composer = _Composer(text)
    try:
        yield from composer.documents()
    finally:
        composer.close()


class _Composer:
    def __init__(self, text: str) -> None:
        self._loader = CBaseLoader(text)
        self._next = self._loader.get_event
        self._anchors: dict[str, Node] = {}
        self._unfinished: set[str] = set()
        self._repeated = 0
        self._depth = 0

    def close(self) -> None:
        self._loader.dispose()

    def documents(self) -> Iterator[Node]:
        while not isinstance(event := self._next(), StreamEndEvent):
            if isinstance(event, DocumentStartEvent):
                self._anchors.clear()
                self._repeated = 0
                yield self._node(self._next())

    def _node(self, event: Any) -> Node:  # noqa: ANN401 - ruamel's events have no common typed class
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        anchor: str | None = event.anchor
        if anchor:
            self._unfinished.add(anchor)
        if kind is ScalarEvent:
            node = Node(event.start_mark.index, _scalar(event))
        else:
            node = self._nested(event, kind)
        if anchor:
            self._unfinished.discard(anchor)
            self._anchors[anchor] = node
        return node

    def _alias(self, event: Any) -> Node:  # noqa: ANN401 - as in _node
        name, start = event.anchor, event.start_mark.index
        if name in self._unfinished:
            raise Fault(
                "yaml-alias-bomb",
                start,
                f"`*{name}` stands inside `&{name}`: it would contain itself",
                "write out what you mean",
            )
        if name not in self._anchors:
            raise Fault(
                "yaml-syntax",
                start,
                f"`*{name}` refers to `&{name}`, which is not above it",
                "name it with `&` first; put a text that starts with `*` in quotes",
            )
        node = self._anchors[name]
        self._repeated += node.size
        if self._repeated > MOST_REPEATED:
            raise Fault(
                "yaml-alias-bomb",
                start,
                f"with `*{name}` the aliases of this file add more than {MOST_REPEATED:,} values",
                "write out what is needed, and drop the rest",
            )
        return node

    def _nested(self, event: Any, kind: type) -> Node:  # noqa: ANN401 - as in _node
        start = event.start_mark.index
        self._depth += 1
        if self._depth > DEEPEST:
            raise Fault(
                "yaml-depth",
                start,
                f"this is nested more than {DEEPEST} levels deep",
                "look for brackets or dashes that were never meant to nest",
            )
        is_list = kind is SequenceStartEvent
        expected = TAG + ("seq" if is_list else "map")
        if event.tag not in (None, "!", expected):
            raise _unknown_tag(event.tag, start)
        node = self._list(start) if is_list else self._mapping(start)
        self._depth -= 1
        return node

    def _list(self, start: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            items.append(self._node(event))
        size = 1 + sum(item.size for item in items)
        return Node(start, [item.value for item in items], size, items=tuple(items))

    def _mapping(self, start: int) -> Node:
        written: dict[Scalar, tuple[Node, Node]] = {}
        merged: tuple[Node, ...] | None = None
        size = 1
        while not isinstance(event := self._next(), MappingEndEvent):
            key, name = self._key(event)
            value = self._node(self._next())
            size += 1 + value.size
            if _merges(event):
                if merged is not None:
                    raise _repeated_key("<<", key.start, None)
                merged = _sources(value)
            else:
                if name in written:
                    raise _repeated_key(name, key.start, written[name][0].start)
                written[name] = (key, value)
        plain_value = {name: value.value for name, (_, value) in written.items()}
        if merged:
            plain_value = _taken_over(merged) | plain_value
        return Node(start, plain_value, size, tuple(written.values()), merged or ())

    def _key(self, event: Any) -> tuple[Node, Scalar]:  # noqa: ANN401 - as in _node
        if type(event) in (ScalarEvent, AliasEvent):
            key = self._node(event)
            if not isinstance(key.value, Mapping | Sequence) or isinstance(key.value, str):
                return key, key.value
        raise Fault(
            "yaml-syntax",
            event.start_mark.index,
            "a key has to be a single text here, not a list or a mapping",
            "put a text that starts with `{` or `[` in quotes",
        )


def _merges(event: Any) -> bool:  # noqa: ANN401 - as in _Composer._node
    return type(event) is ScalarEvent and event.implicit[0] and is_merge(event.value)


def _taken_over(merged: tuple[Node, ...]) -> dict[Scalar, Plain]:
    # The first mapping named wins, so it is laid on top of the later ones.
    keys: dict[Scalar, Plain] = {}
    for node in reversed(merged):
        if isinstance(node.value, Mapping):
            keys |= node.value
    return keys


def _sources(value: Node) -> tuple[Node, ...]:
    sources = value.items or (value,)
    for source in sources:
        if not source.is_mapping:
            raise Fault(
                "yaml-syntax",
                source.start,
                "`<<` takes keys over from a mapping, and this is none",
                "point it at a mapping with `<<: *name`",
            )
    return sources


def _repeated_key(name: Scalar, start: int, first: int | None) -> Fault:
    return Fault(
        "yaml-duplicate-key",
        start,
        f"the key `{name}` is given twice",
        "keep one of the two",
        opened=first,
    )


def _scalar(event: Any) -> Scalar:  # noqa: ANN401 - as in _Composer._node
    text: str = event.value
    tag: str | None = event.tag
    try:
        if tag is None:
            return plain(text) if event.implicit[0] else text
        if tag == "!":
            return text
        if is_known_tag(tag):
            return tagged(tag, text)
    except KindError as error:
        raise Fault(
            "yaml-value",
            event.start_mark.index,
            f"`{_short(error.text)}` is not {error.expected}",
            "put it in quotes if it is meant as text",
        ) from error
    raise _unknown_tag(tag, event.start_mark.index)


def _unknown_tag(tag: str, start: int) -> Fault:
    shown = "!!" + tag.removeprefix(TAG) if tag.startswith(TAG) else tag
    return Fault(
        "yaml-tag",
        start,
        f"the tag `{_short(shown)}` is not known here",
        "remove the tag; put a text that starts with `!` in quotes",
    )


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
