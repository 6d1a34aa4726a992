"""Text of other people, made safe to show: nothing acts, nothing hides."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_JOINERS: Final = "\u200c\u200d"  # in emoji and in Persian, Hindi and other scripts
_BRACKET_COMMAND: Final = re.compile(r"##(?=\w*\[)")
"""How GitHub (`##[`), Azure (`##vso[`) and TeamCity (`##teamcity[`) begin a command."""
_PLAIN: Final = re.compile(r"[\x20-\x7e]*")


def visible(text: str) -> str:
    r"""`text` on one line, with every control or invisible character written as `\x1b` or `\u202e`.

    Halves of surrogate pairs and characters that are none are written out as well, so the result
    can be encoded as UTF-8 and stand in XML.
    """
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_spelt_out(char) if _acts_or_hides(char) else char for char in text)


def visible_lines(text: str) -> list[str]:
    """The lines of `text`, each as by `visible`. Only line feeds part lines."""
    return [visible(line.removesuffix("\r")) for line in text.split("\n")]


def harmless(line: str) -> str:
    """A line that no build server takes for a command when a log shows it."""
    shown = _BRACKET_COMMAND.sub(r"#\\x23", line)
    return shown.replace("::", r"\x3a:", 1) if shown.lstrip().startswith("::") else shown


def shortened(text: str, most: int) -> str:
    """`text`, cut to `most` characters with an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _acts_or_hides(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cf":
        return char not in _JOINERS
    return category in ("Cc", "Cs", "Zl", "Zp") or _is_no_character(ord(char))


def _is_no_character(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _spelt_out(char: str) -> str:
    code = ord(char)
    if char in "\t\n\r":
        return {"\t": r"\t", "\n": r"\n", "\r": r"\r"}[char]
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
