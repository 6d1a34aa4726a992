"""Text from elsewhere in plain words: what it says, without anything to follow or to run."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from opsrail.evals.texts.plain import plain

LONGEST: Final = 320
_ADDRESS: Final = re.compile(
    r"//|@|\bwww\.|[\w-]\.[a-z]{2}|^\W*(?:javascript|vbscript|data|file|mailto|tel):\S",
    re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^<>]{0,400}>")
_MARKS: Final = re.compile(r"[<>\[\]{}`|\\]+")


def plain_words(text: str) -> str:
    """A text on one line without marks, tags, addresses and characters that nobody sees."""
    text = unicodedata.normalize("NFKC", text)
    seen = "".join(one for one in text if one.isspace() or one.isprintable())
    words = _TAG.sub(" ", plain(seen)).split()
    told = " ".join("…" if _ADDRESS.search(word) else word for word in words)
    return _clipped(" ".join(_MARKS.sub(" ", told).split()).lstrip("#>*+- "))


def _clipped(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 1].rpartition(' ')[0]} …"
