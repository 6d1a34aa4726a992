"""Small pieces of English: fields, plurals, numbers, lengths of time, lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from opsrail.streams.spans import SECOND

_UNITS: Final = (
    ("day", 86_400 * SECOND),
    ("hour", 3_600 * SECOND),
    ("minute", 60 * SECOND),
    ("second", SECOND),
)
_IRREGULAR: Final = {"person": "people", "child": "children", "status": "statuses"}
_UNCOUNTED: Final = frozenset({"csat", "feedback", "traffic", "sms", "status"})


def field_in_words(field: str) -> str:
    """A field as words: `product_area` is "product area"."""
    return re.sub(r"[_.]+", " ", field).strip()


def thing(field: str) -> str:
    """What a field tells apart: `customer_id` tells customers apart, so it is "customer"."""
    words = field_in_words(field)
    return re.sub(r"(?<=\w) (id|key|number|name)$", "", words, flags=re.IGNORECASE)


def plural(noun: str) -> str:
    """The plural of a noun; only its last word changes."""
    head, _, last = noun.rpartition(" ")
    start = f"{head} " if head else ""
    if last in _IRREGULAR:
        return start + _IRREGULAR[last]
    if re.search(r"[^aeiou]y$", last):
        return f"{start}{last[:-1]}ies"
    if re.search(r"(s|x|z|ch|sh)$", last):
        return f"{noun}es"
    return f"{noun}s"


def is_plural(words: str) -> bool:
    """Whether words mean several things, so that a verb behind them has no s."""
    return words.endswith("s") and not words.endswith(("ss", "us", "is"))


def singular(noun: str) -> str:
    """The singular of a plural; only its last word changes."""
    head, _, last = noun.rpartition(" ")
    start = f"{head} " if head else ""
    for one, many in _IRREGULAR.items():
        if last == many:
            return start + one
    if last.endswith("ies") and len(last) > 4:
        return f"{start}{last[:-3]}y"
    if re.search(r"(ss|x|z|ch|sh)es$", last):
        return noun[:-2]
    return noun.removesuffix("s")


def records(stream: str) -> str:
    """What a stream's events are called, in the plural: "tickets", "audit log records"."""
    words = re.sub(r"[_-]+", " ", stream)
    is_many = is_plural(words) and words.rpartition(" ")[2] not in _UNCOUNTED
    return words if is_many else f"{words} records"


def one(noun: str) -> str:
    """A noun with its article: "a ticket", "an alert"."""
    vowel = re.match(r"[aeio]|u(?!ni|se|s\b|ti)|hour\b", noun, re.IGNORECASE)
    return f"{'an' if vowel else 'a'} {noun}"


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Words as a list: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def number(value: float) -> str:
    """A number without needless digits, thousands apart: "1,200", "0.5"."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,.6g}"


def quoted(text: str) -> str:
    """A text in quotation marks."""
    return f"“{text}”"


def length(micros: int) -> str:
    """A length of time: "15 minutes", "1 hour 30 minutes". Its sign is left out."""
    rest = abs(micros)
    parts = []
    for unit, size in _UNITS:
        many, rest = divmod(rest, size)
        if many:
            parts.append(f"{many} {unit}" if many == 1 else f"{many} {unit}s")
    return " ".join(parts) or "0 seconds"


def rounded(micros: int) -> str:
    """A length of time in the two largest units that matter: nobody needs the rest."""
    size = abs(micros)
    for grain, least in ((3_600 * SECOND, 86_400 * SECOND), (60 * SECOND, 120 * SECOND)):
        if size >= least:
            return length((size + grain // 2) // grain * grain)
    return length((size + SECOND // 2) // SECOND * SECOND)


def a_length(micros: int) -> str:
    """A length of time where an article reads better: "an hour", "15 minutes"."""
    words = length(micros)
    return one(words.removeprefix("1 ")) if re.fullmatch(r"1 [a-z]+", words) else words


def any_length(micros: int) -> str:
    """A length of time after "any" or "each": "hour", "15 minutes"."""
    words = length(micros)
    return words.removeprefix("1 ") if re.fullmatch(r"1 [a-z]+", words) else words


def capital(text: str) -> str:
    """The text with a capital at its start."""
    return text[:1].upper() + text[1:]
