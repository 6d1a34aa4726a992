"""What a single YAML value means: YAML 1.2 core rules, plus dates.

`yes`, `no`, `on` and `off` are text. An unquoted date is a `date`, a point in time with a zone is
a `datetime` in UTC. Infinities and not-a-number are refused: every comparison with them would
answer no, and a threshold must never be able to do that.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final

from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.util import create_timestamp, timestamp_regexp

Scalar = str | int | float | bool | date | None
"""A value without parts. (`datetime` is a `date`.)"""

TAG: Final = "tag:yaml.org,2002:"
MERGE: Final = TAG + "merge"

# Asked for a plain version-1.2 answer only, so one is enough for all texts.
_RESOLVER: Final = VersionedResolver(loadumper=None)


def _null(text: str) -> None:
    if text.lower() not in ("", "~", "null"):
        raise ValueError(text)


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _integer(text: str) -> int:
    digits = text.replace("_", "")
    prefixed = digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b")
    return int(digits, 0 if prefixed else 10)


def _number(text: str) -> float:
    number = float(text.replace("_", "").lower().replace(".inf", "inf").replace(".nan", "nan"))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _time(text: str) -> date:
    match = timestamp_regexp.match(text)
    if match is None:
        raise ValueError(text)
    moment: date = create_timestamp(**match.groupdict())
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return moment


def _text(text: str) -> str:
    return text


_READERS: Final[dict[str, tuple[str, Callable[[str], Scalar]]]] = {
    TAG + "null": ("nothing (null)", _null),
    TAG + "bool": ("true or false", _truth),
    TAG + "int": ("a whole number", _integer),
    TAG + "float": ("a finite number", _number),
    TAG + "timestamp": ("a date that exists", _time),
    TAG + "str": ("text", _text),
}


class KindError(ValueError):
    """A value that its tag, or its look, promises to be something it is not."""

    def __init__(self, text: str, expected: str) -> None:
        super().__init__(text)
        self.text = text
        self.expected = expected


def is_known_tag(tag: str) -> bool:
    """Whether a single value may carry this tag."""
    return tag in _READERS


def tagged(tag: str, text: str) -> Scalar:
    """The value of `text` read as `tag` says; `KindError` where it cannot be."""
    expected, read = _READERS[tag]
    try:
        return read(text)
    except (ValueError, OverflowError) as error:
        raise KindError(text, expected) from error


def plain(text: str) -> Scalar:
    """The value of an unquoted text without a tag; `KindError` for dates that don't exist."""
    return _short_plain(text) if len(text) <= _LONGEST_REMEMBERED else _plain(text)


def _plain(text: str) -> Scalar:
    tag = str(_RESOLVER.resolve(ScalarNode, text, (True, False)))
    return tagged(tag, text) if tag in _READERS else text


# The same few hundred keys and words make up most files.
_LONGEST_REMEMBERED: Final = 80
_short_plain: Final = lru_cache(maxsize=16_384)(_plain)


def is_merge(text: str) -> bool:
    """Whether an unquoted key stands for "take over the keys of that mapping"."""
    return text == "<<"
