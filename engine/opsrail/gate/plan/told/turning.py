"""Scripts that run from right to left, kept from turning a change around."""

from __future__ import annotations

import unicodedata
from typing import Final

_FROM_THE_RIGHT: Final = {"R", "AL", "AN"}
_LEFT_TO_RIGHT: Final = "\u200e"
_BETWEEN: Final = (" → ", " · ", ": ", ", ", " (", ") ")
"""Without a semicolon, at which an entity of HTML may end."""


def kept_in_order(text: str) -> str:
    """`text`, in which `old → new` stands in that order in Hebrew and Arabic as well.

    Between two words from the right a display would run the arrow from right to left, and old and
    new change places (Unicode Standard Annex 9, rule N1). A mark on both sides of it stops that.
    """
    if text.isascii() or not any(
        unicodedata.bidirectional(char) in _FROM_THE_RIGHT for char in text
    ):
        return text
    for mark in _BETWEEN:
        text = text.replace(mark, f"{_LEFT_TO_RIGHT}{mark}{_LEFT_TO_RIGHT}")
    return text
