"""Characters that readers cannot see, and that carry text to whoever copies or processes it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, islice

from opsrail.findings import Finding, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import MOST, Text, changed_texts

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,24});")
_CONTROLS = {
    0x07: "BELL", 0x08: "BACKSPACE", 0x0B: "LINE TABULATION", 0x0C: "FORM FEED",
    0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE", 0x9B: "CONTROL SEQUENCE INTRODUCER",
}  # fmt: skip
_SOFT_HYPHEN = "\xad"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe0e\ufe0f"
_BLACK_FLAG = "\U0001f3f4"
_FLAGS = frozenset(
    _BLACK_FLAG + "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f"
    for region in ("gbeng", "gbsct", "gbwls")
)
_JOINED_SCRIPTS = re.compile("[\u0600-\u06ff\u0700-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af]")
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LOOKALIKE = re.compile(
    "[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03bd\u03bf\u03c1\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0423"
    "\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u0501\u051b\u051d]"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


@check("hidden-text")
def hidden_text(subject: Subject) -> Iterator[Finding]:
    """A text holds characters that nobody sees: zero-width, bidirectional, tag or control ones.

    They come along when text is pasted, break search and macros, and can hide whole sentences
    from a reviewer that a model or a browser still reads. Remove them; most editors show them
    under "render control characters". Emoji and scripts that need joiners keep theirs.
    """
    for text in changed_texts(subject):
        if not text.text.isascii() or _HIDDEN.search(text.text):
            yield from islice(_hidden(text), MOST)
        if "&" in text.text and text.path.endswith(".md"):
            yield from islice(_entities(text), MOST)


def _hidden(text: Text) -> Iterator[Finding]:
    """One finding a line: whoever mends it sees the others."""
    places = (at for found in _HIDDEN.finditer(text.text) for at in range(*found.span()))
    odd = (at for at in places if not _belongs(text.text, at) and text.is_own(at))
    for _, line in groupby(odd, key=lambda at: text.place(at).line):
        offsets = list(line)
        letters = [text.text[at] for at in offsets]
        more = f" and {len(letters) - 1} more" if len(letters) > 1 else ""
        message = f"{_named(letters[0])}{more} cannot be seen here{_spelt(letters)}"
        severity = Severity.WARNING if set(letters) == {_SOFT_HYPHEN} else Severity.ERROR
        hint = "delete it; retype the words around it if you cannot select it"
        yield Finding(text.place(offsets[0]), "hidden-text", message, severity, hint)


def _entities(text: Text) -> Iterator[Finding]:
    for found in _ENTITY.finditer(text.text):
        letter = html.unescape(found[0])
        if len(letter) == 1 and _HIDDEN.match(letter) and text.is_own(found.start()):
            message = f"`{found[0]}` stands for {_named(letter)}, which cannot be seen"
            place = text.place(found.start())
            yield Finding(place, "hidden-text", message, hint="delete it")


def _belongs(text: str, at: int) -> bool:
    """Whether an invisible character does honest work: in an emoji, a flag, a joined script."""
    letter = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if letter in _SELECTORS:
        return bool(before) and (_is_symbol(before) or before in "0123456789#*")
    if letter in _JOINERS:
        if _JOINED_SCRIPTS.match(before) and _JOINED_SCRIPTS.match(after):
            return True
        return letter == "\u200d" and _is_emoji_part(before) and _is_symbol(after)
    if "\U000e0020" <= letter <= "\U000e007f":
        flag = max(text.rfind(_BLACK_FLAG, max(at - 6, 0), at), 0)
        return any(text.startswith(region, flag) for region in _FLAGS)
    return False


def _is_symbol(letter: str) -> bool:
    return bool(letter) and unicodedata.category(letter) in {"So", "Sm", "Po"}


def _is_emoji_part(letter: str) -> bool:
    return bool(letter) and (letter in _SELECTORS or unicodedata.category(letter) in {"So", "Sk"})


def _named(letter: str) -> str:
    code = ord(letter)
    name = unicodedata.name(letter, _CONTROLS.get(code, "control character"))
    return f"U+{code:04X} {name}"


def _spelt(letters: list[str]) -> str:
    """What a run of tag characters says."""
    said = "".join(chr(ord(c) - 0xE0000) for c in letters if "\U000e0020" <= c <= "\U000e007e")
    shown = said if len(said) <= 40 else f"{said[:40]}…"
    return f"; it spells “{shown}”" if shown else ""


@check("mixed-script")
def mixed_script(subject: Subject) -> Iterator[Finding]:
    """A word mixes Latin letters with Cyrillic or Greek ones that look the same.

    Readers see no difference; search, macros and links do. It is how a false address is made
    to look right. Type the word anew.
    """
    for text in changed_texts(subject):
        if not text.text.isascii() and _FOREIGN.search(text.text):
            yield from islice(_mixed(text), MOST)


def _mixed(text: Text) -> Iterator[Finding]:
    for found in _LETTERS.finditer(text.text):
        word = found[0]
        odd = None if word.isascii() else _LOOKALIKE.search(word)
        if odd and _LATIN.search(word) and text.is_own(found.start()):
            message = f"“{word[:40]}” mixes Latin letters with {_named(odd[0])}"
            place = text.place(found.start() + odd.start())
            hint = "type the word anew"
            yield Finding(place, "mixed-script", message, Severity.WARNING, hint)
