"""What an output has that none of the texts has which it may be taken from.

Whoever asks a model hands over text that strangers wrote. What they most want is a way out of
the conversation: an address, a command, a name to trust. An output that has none which its
grounds don't have carries nobody away, whatever the model was talked into.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opsrail.llm.injection.views import Lines, View, shown, unescaped
from opsrail.tailor.introduced.addresses import addresses, refanged
from opsrail.tailor.introduced.markup import folded, hidden, markup, target_key
from opsrail.tailor.introduced.model import Element, Introduced, Kind
from opsrail.tailor.introduced.names import new_names, vocabulary

_NEVER = frozenset({Kind.MARK, Kind.NAME, Kind.HIDDEN})
"""Kinds that no ground makes better; names are held against words when they are found."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_EMPHASIS = re.compile(r"\*+|~~|(?<!\w)_+|_+(?!\w)|`+")


def introduced(
    output: str, grounds: Sequence[str], *, allowed: Collection[str] = ()
) -> tuple[Introduced, ...]:
    """Addresses, links, names, code and markup of `output` that none of its grounds has, in order.

    `grounds` are the texts that the output may take from: never one that somebody outside wrote.
    What stands in their comments is none of it, since no reader ever saw it.
    `allowed` are single things besides: a customer's name, a page to link to. Pure.
    """
    known = _Known([*grounds, *allowed])
    lines = Lines(output)
    found = [one for one in _elements(output, known.words) if not known.has(one)]
    told: dict[tuple[int, int, str], Introduced] = {}
    covered: set[tuple[int, str]] = set()
    for one in sorted(found, key=lambda one: (one.start, list(Kind).index(one.kind))):
        line, column = lines.place(one.start)
        if (line, one.text) not in covered:
            covered.add((line, one.text))
            told.setdefault((line, column, one.kind), Introduced(one.kind, one.text, line, column))
    return tuple(told.values())


@dataclass(frozen=True, slots=True)
class _Ground:
    """What one text has for its readers to see. A comment in it grounds nothing."""

    keys: frozenset[tuple[Kind, str]]
    words: frozenset[str]
    said: str


@lru_cache(maxsize=256)
def _ground(text: str) -> _Ground:
    views = list(_views(_COMMENT.sub(" ", text)))
    found = (one for view in views for one in (*addresses(view), *markup(view)))
    return _Ground(
        frozenset((one.kind, one.key) for one in found),
        vocabulary(view.text for view in views),
        " ".join(folded(view.text) for view in views),
    )


class _Known:
    """Everything that the grounds have."""

    def __init__(self, texts: Sequence[str]) -> None:
        grounds = [_ground(text) for text in texts]
        self.words: frozenset[str] = frozenset().union(*(one.words for one in grounds))
        self._keys = frozenset().union(*(one.keys for one in grounds))
        said = " \n ".join(one.said for one in grounds)
        self._said = f" {said} "
        targets = {target_key(text.strip()) for text in texts}
        targets |= {key.partition(" ")[2] for kind, key in self._keys if kind is Kind.LINK}
        self._targets = targets | {k for kind, k in self._keys if kind in {Kind.URL, Kind.EMAIL}}
        self._hosts = {_host_of(key) for kind, key in self._keys if kind is Kind.URL}

    def has(self, one: Element) -> bool:
        if one.kind in _NEVER:
            return False
        if (one.kind, one.key) in self._keys:
            return True
        if one.kind in {Kind.URL, Kind.LINK}:
            target = one.key if one.kind is Kind.URL else one.key.partition(" ")[2]
            return target in self._targets or target in self._hosts
        if one.kind is Kind.PHONE:
            return self._has_phone(one.key)
        return one.is_quoted and self._says(one.key)

    def _has_phone(self, number: str) -> bool:
        """A number with its country's code may be told without it, not the other way round."""
        return number.startswith("0") and any(
            kind is Kind.PHONE and known.startswith("+") and known.endswith(number[1:])
            for kind, known in self._keys
        )

    def _says(self, text: str) -> bool:
        start = self._said.find(text)
        while start >= 0:
            around = self._said[start - 1] + self._said[start + len(text)]
            if not re.search(r"\w", around) or not text:
                return True
            start = self._said.find(text, start + 1)
        return False


def _host_of(key: str) -> str:
    return re.split(r"[/?#]", key.removeprefix("//"), maxsplit=1)[0].join(("//", ""))


def _elements(output: str, words: frozenset[str]) -> Iterator[Element]:
    yield from hidden(output)
    for view in _views(output):
        yield from addresses(view)
        yield from markup(view)
    first, *_ = _views(output)
    yield from new_names(first, words)


def _views(text: str) -> Iterable[View]:
    """A text as it stands there, and as a page shows it."""
    first = shown(text)
    second = refanged(unescaped(first).replaced(_EMPHASIS))
    return (first, second)
