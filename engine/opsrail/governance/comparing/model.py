"""One difference between two versions of a file, and what nobody loses or gains anything by."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.governance.changes import Change
from opsrail.repo.formats import FileFormat

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
_LONG: Final = 100
"""Characters from which a list is not told whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A term of the vocabulary, where in the file, and both sides."""

    what: str
    subject: str
    old: str = ""
    new: str = ""


def changes_in(path: str, differences: Iterable[Difference]) -> tuple[Change, ...]:
    """The differences as changes to the file at `path`, in order."""
    found = {Change(path, one.what, one.subject, one.old, one.new) for one in differences}
    return tuple(sorted(found, key=lambda change: change.order))


def otherwise(
    what: str, subject: str, before: FileFormat, after: FileFormat, told: Collection[str]
) -> Iterator[Difference]:
    """A difference for each key that is not the same and not in `told`."""
    for words, old, new in edits(before, after, told):
        yield Difference(what, subject, f"{words} {old}", f"{words} {new}")


def edits(
    before: FileFormat, after: FileFormat, told: Collection[str]
) -> Iterator[tuple[str, str, str]]:
    """Each key that is not the same and not in `told`, in words, with both sides."""
    was, now = _values(before), _values(after)
    for key in was:
        if key not in told and was[key] != now[key]:
            old, new = _only_there(was[key], now[key]), _only_there(now[key], was[key])
            yield key.replace("_", " "), _said(old), _said(new)


def _values(one: FileFormat) -> Mapping[str, Json]:
    """What it says, by key, without what is left out further down."""
    whole: dict[str, Json] = one.model_dump(mode="json", by_alias=True)
    short: dict[str, Json] = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return whole | short


def _only_there(one: Json, other: Json) -> Json:
    """Of two long lists what only the first has, unless they differ in their order only."""
    if not isinstance(one, list) or not isinstance(other, list):
        return one
    only = [item for item in one if item not in other]
    has_same = not only and all(item in one for item in other)
    return one if has_same or max(len(_said(one)), len(_said(other))) < _LONG else only


def listed(names: Iterable[str]) -> str:
    """Names in order, or that there are none."""
    return ", ".join(sorted(names)) or "none"


def _said(value: Json) -> str:
    if not value and not isinstance(value, int):
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
