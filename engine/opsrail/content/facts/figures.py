"""How numbers are written: digits, words, scales ("5k", "two million") and ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass

GAP = r"\s{0,8}"
"""White space between parts. Bounded, so that no text makes a search slow."""

_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), 2
    )
}
_SCALES = {
    "k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9, "dozen": 12.0, "hundred": 1e2,
    "thousand": 1e3, "million": 1e6, "billion": 1e9,
}  # fmt: skip
_ANY_ONES = "|".join(sorted(_ONES, key=len, reverse=True))
_ANY_TENS = "|".join(_TENS)
NUMBER_WORD = rf"(?:{_ANY_TENS}|{_ANY_ONES}|(?:a|one){GAP}(?:dozen|hundred|thousand|million))\b"

_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,4}(?!\d)(?:\.\d{1,6})?"
    r"|[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3}){1,2}(?![\d.,:-])|\d{1,12}(?!\d)(?:\.\d{1,6})?"
)
_WORDS = (
    rf"(?:(?:{_ANY_TENS})(?:[-\s](?:{_ANY_ONES}))?|{_ANY_ONES})"
    rf"(?:\s{{1,8}}hundred)?\b|\ba(?=\s{{1,8}}(?:dozen|hundred|thousand|million)\b)"
)
_NO_SEPARATORS = str.maketrans("", "", ", \u00a0\u202f")
_SHORT_SCALE = r"(?:[kK]|M|bn)(?![^\W_])"
_LONG_SCALE = rf"{GAP}(?:dozen|hundred|thousand|million|billion)\b"
_HALF = r"\s{1,8}and\s{1,8}a\s{1,8}half\b"
_FIGURE = re.compile(
    rf"(?P<digits>{_DIGITS})(?P<scale>{_SHORT_SCALE}|(?i:{_LONG_SCALE}))?"
    rf"|(?i:(?P<words>{_WORDS})(?P<half>{_HALF})?(?P<wordscale>{_LONG_SCALE})?)"
)
_DASH = re.compile(rf"{GAP}(?:[-\u2010-\u2014]|to\b){GAP}", re.IGNORECASE)
_AND = re.compile(rf"{GAP}and{GAP}", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s{1,8}\S{0,4}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number, or a range when `low` and `high` differ."""

    low: float
    high: float
    start: int
    end: int
    spelled: bool = False
    """Written as a word. Words are weaker evidence of a quantity than digits."""

    @property
    def shown(self) -> str:
        """`5`, `2.5` or `2–4`."""
        return span(self.low, self.high)


def span(low: float, high: float) -> str:
    """A range in its one spelling, or the number alone."""
    return plain(low) if low == high else f"{plain(low)}–{plain(high)}"


def plain(number: float) -> str:
    """A number without separators, exponent or trailing zeros."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def read_number(text: str, at: int) -> Figure | None:
    """The single number that starts at `at`."""
    found = _FIGURE.match(text, at)
    if found is None:
        return None
    if found["digits"] is not None:
        number = float(found["digits"].translate(_NO_SEPARATORS))
        scale = found["scale"]
    else:
        number = _spelled(found["words"]) + (0.5 if found["half"] else 0)
        scale = found["wordscale"]
    if scale:
        number *= _SCALES[scale.strip().lower()]
    return Figure(number, number, at, found.end(), found["digits"] is None)


def read_figure(text: str, at: int, currency: re.Pattern[str] | None = None) -> Figure | None:
    """The number or range that starts at `at`; `currency` may stand before the upper end."""
    first = read_number(text, at)
    if first is None:
        return None
    joint = _DASH.match(text, first.end)
    if joint is None and _BETWEEN.search(text, max(0, at - 24), at):
        joint = _AND.match(text, first.end)
    if joint is None:
        return first
    begin = joint.end()
    if currency is not None and (sign := currency.match(text, begin)):
        begin = sign.end()
    second = read_number(text, begin)
    if second is None:
        return first
    low = first.low
    # "5–10k" means five to ten thousand
    if low < second.high / 1000 and second.high >= 1000 and text[second.end - 1] in "kKM":
        low *= _SCALES[text[second.end - 1].lower()]
    if low >= second.high:
        return first
    return Figure(low, second.high, at, second.end, first.spelled)


def _spelled(words: str) -> float:
    total = 0.0
    for word in words.lower().replace("-", " ").split():
        if word == "hundred":
            total *= 100
        else:
            total += _TENS.get(word, _ONES.get(word, 1))
    return total
