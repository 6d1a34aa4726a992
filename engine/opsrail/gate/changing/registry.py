"""The registry of readers: one file a kind of artifact in `readers/`, found by walking it.

A reader looks at both sides and tells what changed there, in terms of the vocabulary. What none
of them tells is told by `leftovers`, so that nothing changes without a word.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

from opsrail.gate.changing.comparison import Comparison
from opsrail.governance.changes import Change

Read = Callable[[Comparison], Iterator[Change]]
Declared = TypeVar("Declared", bound=Read)

_DECLARED: dict[str, Read] = {}


def reader(name: str) -> Callable[[Declared], Declared]:
    """Declare a function as the reader of one kind of artifact.

    Where it leaves `owners` empty, those of the file are filled in.
    """

    def declare(read: Declared) -> Declared:
        _DECLARED[name] = read
        return read

    return declare


@cache
def readers() -> tuple[Read, ...]:
    """Every reader, by name."""
    folder = importlib.import_module("opsrail.gate.changing.readers")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return tuple(_DECLARED[name] for name in sorted(_DECLARED))
