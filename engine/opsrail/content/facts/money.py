"""Amounts of money: "$5k", "USD 50", "50 dollars" → `USD 50`. A bare `$` is read as USD."""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP, read_figure, span
from opsrail.content.facts.model import FactKind, Value

_NAMES = {
    "$": "USD", "us$": "USD", "a$": "AUD", "c$": "CAD", "€": "EUR", "£": "GBP", "¥": "JPY",
    "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP",
    "pounds": "GBP", "quid": "GBP", "yen": "JPY", "francs": "CHF",
}  # fmt: skip
_ISO = "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|INR|BRL"
BEFORE = rf"(?:US\$|A\$|C\$|[$€£¥]|(?:{_ISO})(?=\s{{0,8}}\d))"
_BEFORE = re.compile(BEFORE + GAP)
_AFTER = re.compile(
    rf"[-\s]{{0,8}}(?P<name>(?:{_ISO})\b|[€£]|(?i:(?:US )?dollars?|euros?|pounds?|yen|francs)\b)"
)
_SHORT = re.compile(r"(m|b)(?![^\W_])")
_GLUED = re.compile(r"[^\W_]|\.\d")


def read_prefixed(text: str, at: int) -> Value | None:
    """An amount whose currency stands first and starts at `at`."""
    sign = _BEFORE.match(text, at)
    if sign is None:
        return None
    figure = read_figure(text, sign.end(), _BEFORE)
    if figure is None:
        return None
    low, high, end = figure.low, figure.high, figure.end
    if scale := _SHORT.match(text, end):
        factor = 1e6 if scale[1] == "m" else 1e9
        low, high, end = low * factor, high * factor, scale.end()
    if _GLUED.match(text, end):
        return None
    return _value(sign[0].strip(), low, high, at, end)


def read(text: str, at: int) -> Value | None:
    """An amount whose figure starts at `at` and whose currency follows."""
    figure = read_figure(text, at)
    if figure is None:
        return None
    name = _AFTER.match(text, figure.end)
    if name is None:
        return None
    currency = re.sub(r"(?i)^US ", "", name["name"])
    return _value(currency, figure.low, figure.high, at, name.end())


def _value(sign: str, low: float, high: float, start: int, end: int) -> Value:
    currency = _NAMES.get(sign.lower(), sign.upper())
    return Value(FactKind.MONEY, f"{currency} {span(low, high)}", start, end, high)
