"""How much GitHub takes at once, and text that is cut so that the rest of it still stands."""

from __future__ import annotations

from typing import Final

MOST_IN_BODY: Final = 65_536
"""Characters of a comment. Those beyond the basic plane are counted twice, to be sure."""
MOST_IN_OUTPUT: Final = 65_535
"""Characters of a check run's summary."""
MOST_ANNOTATIONS: Final = 50
"""Annotations of a check run that one request may bring."""
_FENCES: Final = ("```", "~~~")
_DETAILS: Final = ("<details", "</details>")


def units(text: str) -> int:
    """The length of `text` in UTF-16, the most that any reader counts it as."""
    return len(text) + sum(char > "\uffff" for char in text)


def within(text: str, most: int, more: str) -> str:
    """`text` if it has at most `most` characters; else its first lines, and `more` below them.

    What is open where it is cut, a code block or a fold, is closed, or it would swallow `more`.
    """
    if units(text) <= most:
        return text
    lines = text.split("\n")
    kept, room = 0, most - units(more) - 200
    for line in lines:
        room -= units(line) + 1
        if room < 0:
            break
        kept += 1
    return "\n".join([*lines[:kept], *_closings(lines[:kept]), "", more])


def _closings(lines: list[str]) -> list[str]:
    fence, folds = "", 0
    for line in lines:
        start = line.lstrip()[:3]
        if fence:
            fence = "" if start == fence else fence
        elif start in _FENCES:
            fence = start
        else:
            folds += line.count(_DETAILS[0]) - line.count(_DETAILS[1])
    return [*([fence] if fence else []), *["", _DETAILS[1]] * max(min(folds, 8), 0)]
