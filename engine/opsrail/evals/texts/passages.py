"""Passages of an answer to quote in a reason: around a find, or closest to what was not found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from opsrail.evals.texts.plain import folded, whole

LONGEST: Final = 160
"""Characters that a reason has at most."""
_QUOTE: Final = 56
_FURTHER: Final = 3
"""Words that a quote goes on for, so that it says what the passage is about."""
_MOST_WORDS: Final = 20_000
_WORD: Final = re.compile(r"\S+")
_END: Final = re.compile(r"[.!?;:][\"')\]]*$")
_EDGES: Final = ".,;:!?()[]\"'|"


def clipped(text: str, most: int = LONGEST) -> str:
    """The text, cut at a word with `…` where it is longer than `most` characters."""
    text = " ".join(whole(text).split())
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    words = cut.rpartition(" ")[0]
    return f"{words if len(words) > most // 2 else cut}…"


def quoted(text: str, most: int = _QUOTE) -> str:
    """The beginning of a text in quotation marks."""
    return f"“{clipped(text, most)}”"


def listed(texts: Iterable[str], most: int = 3) -> str:
    """The first few texts, each in quotation marks, and how many more there are."""
    every = list(texts)
    said = ", ".join(quoted(text, 30) for text in every[:most])
    return f"{said} and {len(every) - most} more" if len(every) > most else said


def around(text: str, start: int, end: int, words: int = 4) -> str:
    """A stretch of a text in quotation marks, with a few of the words before and behind it."""
    before = _WORD.findall(text[max(0, start - 80) : start])[-words:]
    behind = _WORD.findall(text[end : end + 80])[:words]
    first = text[:start][-1:].strip() and before.pop() if before else ""
    last = text[end:][:1].strip() and behind.pop(0) if behind else ""
    said = " ".join((*before, f"{first}{clipped(text[start:end], 60)}{last}", *behind))
    return quoted(said, 100)


def closest(text: str, sought: str) -> str:
    """The passage of a text that is most like what was looked for; empty if none is like it.

    Both are plain. Compared by the words they share: long words and figures count more.
    """
    words = [found.group() for found in _WORD.finditer(text)][:_MOST_WORDS]
    wanted = [_bare(word) for word in sought.split()]
    if len(wanted) == 1:
        return _like(words, wanted[0])
    bare = [_bare(word) for word in words]
    size = len(wanted)
    place, share = _best(bare, wanted)
    if share < 0.4 or not words:
        return ""
    last = place + size
    while last < min(len(words), place + size + _FURTHER) and not _END.search(words[last - 1]):
        last += 1
    return " ".join(words[place:last]).rstrip(".,;:")


def _bare(word: str) -> str:
    return folded(word).strip(_EDGES)


def _like(words: Sequence[str], wanted: str) -> str:
    by_bare = {_bare(word): word.strip(_EDGES) for word in reversed(words)}
    near = get_close_matches(wanted, list(by_bare)[:2_000], n=1, cutoff=0.7)
    return by_bare[near[0]] if near else ""


def _best(words: Sequence[str], wanted: Sequence[str]) -> tuple[int, float]:
    """Where the window of as many words that shares most starts, and the share in [0, 1]."""
    lacking, weights = Counter(wanted), {word: _weight(word) for word in wanted}
    total, size = sum(weights[word] for word in wanted), len(wanted)
    shared, found = 0.0, []
    for at, word in enumerate(words):
        if word in weights:
            lacking[word] -= 1
            shared += weights[word] if lacking[word] >= 0 else 0.0
        if at >= size and words[at - size] in weights:
            gone = words[at - size]
            lacking[gone] += 1
            shared -= weights[gone] if lacking[gone] > 0 else 0.0
        found.append((-round(shared, 6), max(0, at - size + 1)))
    nearest = sorted(found)[:5]
    if not nearest:
        return 0, 0.0
    most = [place for share, place in nearest if share == nearest[0][0]]
    said = " ".join(wanted)
    place = max(most, key=lambda one: _likeness(" ".join(words[one : one + size]), said))
    return place, -nearest[0][0] / total


def _weight(word: str) -> float:
    return 1.0 if len(word) > 3 or any(letter.isdigit() for letter in word) else 0.4


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one[:200], other[:200], autojunk=False).ratio()
