"""What is written so that a pattern does not see it, in plain letters again."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import string
import sys
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from opsrail.llm.injection.views import View
from opsrail.llm.injection.wording import compiled

_EMPHASIS = (
    r"\*{1,3}|_{1,3}|`|~~|<!--[^<>]*-->|</?[a-zA-Z][^<>]*>|[\"']\s?\+\s?[\"']"
    r"|-\n\s{0,8}"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEETED = r"[a-zA-Z013457@$!|]{2,}"
_LOOKALIKE = str.maketrans(
    "аеорсхуіјѕһԁԛԝɡɩαερονικτυχγηωßвнкмтгьΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТХУІЈЅ",
    "aeopcxyijshdqwgiaeponiktuxynwbbhkmtrbABEZHIKMNOPTYXABEKMHOPCTXYIJS",
)
_LIKE_LATIN = "[\u0391-\u03a8\u03b1-\u03bb\u03bd-\u03c9\u0400-\u052f]"
_MIXED = re.compile(f"[a-zA-Z]{_LIKE_LATIN}|{_LIKE_LATIN}[a-zA-Z]")
_BASE64 = r"(?:[A-Za-z0-9+/_-]{40,}\n)+[A-Za-z0-9+/_-]{4,}={0,2}|[A-Za-z0-9+/_-]{16,}={0,2}"
_HEX = r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s:,]{0,2}){10,}"
_PERCENT = r"(?:[^\s\"'<>%]*%[0-9a-fA-F]{2}){3,}[^\s\"'<>]*"
_ESCAPES = r"(?:(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\U[0-9a-fA-F]{8}) ?){6,}"
_BITS = r"(?:[01]{7,8}\s?){8,}"
_CODES = r"(?:1?\d\d[\s,;]{1,2}){9,}1?\d\d"
_TAGS = "[\U000e0020-\U000e007e]{4,}"
_SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{8,}"
_SPACED = r"(?:^|[^\pL\pN])((?:[\pL\pN][ .\-_*|/]{1,4}){6,}[\pL\pN])(?:$|[^\pL\pN])"
_LEAST_SHOWN = 0.9
_REACH = 30
_FEWEST_LINES = 10


def rewritten(view: View) -> Iterator[tuple[str, View]]:
    """Other readings of a whole text, each with what to call it."""
    yield "text without its markup", _without_markup(view)
    if any("\u0370" <= one <= "\u052f" for one in view.text):
        yield "letters of other alphabets", _translated(view, _LOOKALIKE)
    if re.search(r"[a-zA-Z][013457@$!|]|[013457@$!|][a-zA-Z]", view.text):
        leeted = compiled(_LEETED)
        yield "digits for letters", view.replaced(leeted, lambda found: _unleeted(found[0]))
    if view.text.isascii() or any(one in string.ascii_letters for one in view.text):
        yield "ROT13", View(codecs.encode(view.text, "rot13"), view.starts)
    yield "backwards", _backwards(view)


def decoded(view: View) -> Iterator[tuple[str, View]]:
    """Parts of a text that are another text, encoded. Each leads to where it begins."""
    for name, pattern, decode in _ENCODINGS:
        for found in compiled(pattern).finditer(view.text):
            text = decode(found[0])
            if text and _is_text(text):
                yield name, View(text, [view.at(found.start())] * (len(text) + 1))


def spelled(view: View) -> Iterator[View]:
    """Letters that stand apart from each other, and the first letters of the lines, as one word."""
    for found in compiled(_SPACED).finditer(view.text):
        letters = re.sub(r"[\W_]", "", found[1])
        yield View(letters, [view.at(found.start(1))] * (len(letters) + 1))
    firsts = list(re.finditer(r"^[^\w\n]{0,12}(\w)", view.text, re.MULTILINE))
    if len(firsts) >= _FEWEST_LINES:
        starts = [view.at(found.start(1)) for found in firsts]
        yield View("".join(found[1] for found in firsts), [*starts, starts[-1]])


def mixed_alphabets(view: View) -> tuple[int, str] | None:
    """The first word of Latin letters and such that only look like them, and where it is."""
    found = _MIXED.search(view.text)
    if found is None:
        return None
    start = max(0, found.start() - _REACH)
    around = view.text[start : found.end() + _REACH]
    words = (word for word in re.finditer(r"\w+", around) if _MIXED.search(word[0]))
    word = next(words)
    return start + word.start(), word[0]


def _without_markup(view: View) -> View:
    """Without marks inside words: "ig**no**re", and with blanks in "ignoreAllRules"."""
    letter = r"\pL"
    inside = compiled(f"{letter}(?:{_EMPHASIS}){letter}")
    whole = compiled(_EMPHASIS)
    bare = view.replaced(whole) if inside.search(view.text) else view
    return bare.replaced(_CAMEL, " ")


def _translated(view: View, table: dict[int, int]) -> View:
    return View(view.text.translate(table), view.starts)


def _unleeted(word: str) -> str:
    if word.isalpha() or not any(one.isalpha() for one in word):
        return word
    return word.replace("11", "ll").translate(_LEET)


def _backwards(view: View) -> View:
    size = len(view.text)
    starts = [view.at(size - 1 - offset) for offset in range(size)]
    return View(view.text[::-1], [*starts, 0])


def _is_text(text: str) -> bool:
    shown = sum(one.isprintable() or one in "\n\t" for one in text)
    letters = sum(one.isalpha() or one == " " for one in text)
    return shown >= _LEAST_SHOWN * len(text) and letters >= 0.6 * len(text)


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:  # no text, so no message
        return ""


def _from_base64(text: str) -> str:
    compact = re.sub(r"\s", "", text).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return _utf8(base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True))
    except binascii.Error:  # only looked like it
        return ""


def _from_hex(text: str) -> str:
    digits = re.sub(r"0x|\\x|[^0-9a-fA-F]", "", text)
    return _utf8(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _from_escapes(text: str) -> str:
    codes = re.findall(r"\\[uUx]([0-9a-fA-F]{2,8})| ", text)
    numbers = (int(code, 16) if code else 32 for code in codes)
    return "".join(chr(number) if number <= sys.maxunicode else " " for number in numbers)


def _from_bits(text: str) -> str:
    return _utf8(bytes(int(byte, 2) for byte in re.findall(r"[01]{7,8}", text)))


def _from_codes(text: str) -> str:
    return "".join(chr(int(code)) for code in re.findall(r"\d+", text) if int(code) >= 32)


def _from_tags(text: str) -> str:
    return "".join(chr(ord(one) - 0xE0000) for one in text)


def _from_selectors(text: str) -> str:
    codes = [ord(one) for one in text]
    return _utf8(bytes(code - 0xFE00 if code < 0xFFFF else code - 0xE0100 + 16 for code in codes))


def _from_percent(text: str) -> str:
    return unquote(text.replace("+", " "), errors="replace")


_ENCODINGS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("Base64", _BASE64, _from_base64),
    ("hexadecimal", _HEX, _from_hex),
    ("percent-encoding", _PERCENT, _from_percent),
    ("escaped characters", _ESCAPES, _from_escapes),
    ("binary", _BITS, _from_bits),
    ("character codes", _CODES, _from_codes),
)

UNSEEN_ENCODINGS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("tag characters", _TAGS, _from_tags),
    ("variation selectors", _SELECTORS, _from_selectors),
)
