"""Comparators: the words and signs beside a value that turn it into a bound."""

from __future__ import annotations

import re

from opsrail.content.facts.model import FactKind

_MORE = "(?:more|greater|higher|longer|larger|bigger|later|older)"
_FEWER = "(?:less|fewer|lower|shorter|smaller|sooner|earlier|younger)"
_PHRASES = {
    "<=": (
        f"within(?: the(?: first| last| next)?)?|inside of|(?:no|not|never) {_MORE} than"
        "|at most|at maximum|up to|as (?:much|many|long) as|not(?: to)? exceed|not exceeding"
        "|maximum(?: of)?|max\\.?|capped at|cap of|limit(?:ed)? (?:of|to)|≤|<=|not over"
        "|cannot exceed|never exceeds?|can't exceed"
    ),
    ">=": (
        f"at least|at minimum|at a minimum|minimum(?: of)?|min\\.?|(?:no|not|never) {_FEWER} than"
        "|≥|>=|starting at"
    ),
    "<": f"under|{_FEWER} than|below|<",
    ">": (
        f"over|{_MORE} than|above|beyond|in excess of|upwards? of|exceeds?|exceeding|exceeded"
        "|>|past"
    ),
    "~": "about|approximately|around|roughly|circa|ca\\.|approx\\.?|nearly|almost|~|≈",
    "=": "exactly|precisely|equal to|equals?|=",
    "": "between",
}
_TIMES = {
    "<=": "by|until|till|through",
    "<": "before",
    ">": "after",
    ">=": "since|from|as of|starting",
}
_FOLLOWING = {
    "<=": "or (?:less|fewer|earlier|below|under|lower|sooner|older)"
    "|at (?:the )?most|max(?:imum)?|tops",
    ">=": "or (?:more|longer|later|above|over|higher|newer|greater|better)"
    "|at (?:the )?least|min(?:imum)?"
    "|and (?:above|up|over|later|newer|higher)|(?<!\\s)\\+(?!\\w)|plus",
}  # fmt: skip


def _pattern(tables: tuple[dict[str, str], ...], shape: str) -> re.Pattern[str]:
    joined: dict[str, str] = {}
    for table in tables:
        for sign, phrases in table.items():
            joined[sign] = f"{joined[sign]}|{phrases}" if sign in joined else phrases
    named = "|".join(
        f"(?P<{_NAMES[sign]}>{phrases.replace(' ', chr(92) + 's{1,8}')})"
        for sign, phrases in joined.items()
    )
    return re.compile(shape.replace("PHRASES", f"(?:{named})"), re.IGNORECASE)


_NAMES = {"<=": "le", ">=": "ge", "<": "lt", ">": "gt", "~": "near", "=": "eq", "": "span"}
_SIGNS = {name: sign for sign, name in _NAMES.items()}
_SHAPE_BEFORE = r"(?:(?<=\W)|^)PHRASES\s{0,8}(?:(?:the|a|an|another)\s{1,8})?$"
_BEFORE = _pattern((_PHRASES,), _SHAPE_BEFORE)
_BEFORE_TIME = _pattern((_PHRASES, _TIMES), _SHAPE_BEFORE)
_BEFORE_LENGTH = _pattern((_PHRASES, {">": "after"}), _SHAPE_BEFORE)
_AFTER = _pattern((_FOLLOWING,), r"[\s(]{0,4}PHRASES(?!\w)")
_BOUND_KINDS = frozenset(
    {FactKind.MONEY, FactKind.DURATION, FactKind.PERCENT, FactKind.NUMBER, FactKind.DATE}
)
# "30 or more days", "90+ days": the bound stands between figure and unit
_INSIDE = re.compile(r"\bor\s{1,8}(?:more|less|fewer)\b|\d\+", re.IGNORECASE)
_REACH = 36


def comparator(text: str, kind: FactKind, start: int, end: int) -> tuple[str, int, int]:
    """The bound that stands beside a value, and the stretch of text with both.

    "After 15 minutes" is a lower bound of a duration; "by", "until", "before", "after" and "since"
    bound dates.
    """
    if kind not in _BOUND_KINDS and not text[start : start + 1].isalnum():
        return "", start, end
    pattern = _BEFORE
    if kind is FactKind.DATE:
        pattern = _BEFORE_TIME
    elif kind is FactKind.DURATION:
        pattern = _BEFORE_LENGTH
    begin = max(0, start - _REACH)
    if found := pattern.search(text[begin:start]):
        return _SIGNS[found.lastgroup or "eq"], begin + found.start(), end
    if found := _INSIDE.search(text, start, end):
        return (">=" if found[0].endswith(("+", "more")) else "<="), start, end
    if found := _AFTER.match(text, end, end + 24):
        return _SIGNS[found.lastgroup or "eq"], start, found.end()
    return "", start, end
