"""Text as a person reads it: without Markdown's marks, on one line, with straight quotes.

What is looked for and what it is looked for in are both read this way, so `within **30 days**`
contains "within 30 days", however the line was wrapped.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

_SINGLE: Final = "‘’\N{SINGLE LOW-9 QUOTATION MARK}\N{SINGLE HIGH-REVERSED-9 QUOTATION MARK}"
_STRAIGHT: Final = str.maketrans({**dict.fromkeys(_SINGLE, "'"), **dict.fromkeys("“”„‟", '"')})
_COMMENT: Final = re.compile(r"<!--.{0,400}?-->", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\[\]]{0,400})\]\([^()\s]{0,1000}(?:\s+\"[^\"]{0,400}\")?\)")
_MARK: Final = re.compile(
    r"\\(?P<kept>[\\`*_\[\]()#+.!|~-])"
    r"|`+"
    r"|(?<![\d*])\*++(?=\S)|(?<=\S)(?<!\*)\*++(?!\d)"  # 2*3 and a lone * are no emphasis
    r"|(?<!\w)_+|_+(?!\w)"  # nor is snake_case
)


def text_of(output: Any) -> str | None:  # noqa: ANN401 - an answer may be any JSON
    """An answer as a text: what is no text as compact JSON. None where there is no answer."""
    if isinstance(output, str):
        return whole(output)
    if output is None:
        return None
    try:
        written = json.dumps(output, ensure_ascii=False, separators=(",", ":"), default=str)
    except (ValueError, RecursionError, TypeError):
        return None  # circular, nested without end, a number of thousands of digits
    return whole(written)


@lru_cache(maxsize=256)
def plain(text: str) -> str:
    """The text as it reads: no emphasis, code marks, link targets or comments, one line."""
    text = unicodedata.normalize("NFC", text).translate(_STRAIGHT)
    if "](" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # twice: an image may be a link's text
    if "<!--" in text:
        text = _COMMENT.sub(" ", text)
    return " ".join(_MARK.sub(lambda found: found["kept"] or "", text).split())


def folded(text: str) -> str:
    """A text without the difference between capital and small letters."""
    return unicodedata.normalize("NFC", text.casefold())


def whole(text: str) -> str:
    """The text with halves of characters replaced: JSON may carry them, UTF-8 may not."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
