"""Where lines may not break."""

from __future__ import annotations

import re
from typing import Final

NO_BREAK: Final = "\u00a0"
_HELD: Final = re.compile(r"(?<=\d) (?=%|points?\b|cases?\b|→)|(?<=→) (?=\d)")
"""Blanks between a number and what it counts."""


def held_together(text: str) -> str:
    """`text` with blanks that no line ends at between a number and its unit."""
    return _HELD.sub(NO_BREAK, text)
