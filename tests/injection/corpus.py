"""Attacks, and harmless texts that look like them. All are invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Attack:
    """A text that talks to a model. `wants` is what it tries to bring about: `url:…`,
    `address:…`, `command:…`, `entity:…`, `clearance:…` (a sentence the reader may not see),
    `say:…`. `written` is `unseen` for those written when the scanner was final.
    """

    id: str
    kind: str
    carrier: str
    text: str
    wants: str
    language: str
    written: str

    @property
    def aim(self) -> str:
        """The sort of thing it wants."""
        return self.wants.partition(":")[0]

    @property
    def wanted(self) -> str:
        """The thing itself."""
        return self.wants.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Harmless:
    """A text that a pattern could take for an attack."""

    id: str
    kind: str
    carrier: str
    text: str
    language: str
    written: str


@cache
def attacks() -> tuple[Attack, ...]:
    """Every attack."""
    return tuple(Attack(**row) for row in _rows("attacks.jsonl"))


@cache
def harmless() -> tuple[Harmless, ...]:
    """Every harmless text."""
    return tuple(Harmless(**row) for row in _rows("harmless.jsonl"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    return map(json.loads, (FOLDER / name).read_text("utf-8").splitlines())
