"""Words of a text in one form: small letters without accents, single blanks between them."""

from __future__ import annotations

import re
import unicodedata

from opsrail.llm.injection.views import View

STOP = " . "
"""What stands for the end of a sentence."""

_LETTERS = dict(
    pair.split(":")
    for pair in (
        "ł:l ø:o ß:ss \u0131:i đ:d æ:ae œ:oe þ:th ð:d \u0629:\u0647 \u0649:\u064a \u0640:".split()
    )
)
"""Letters that Unicode does not take apart; the Arabic ones are spelled either way."""
_ACCENTED = re.compile("[\u00a0-\u052f\u0600-\u06ff\u0900-\u097f\u1e00-\u1fff]")
_ACCENT = re.compile("[\u0300-\u036f\u064b-\u0655\u0670\u093c]")
_CAPITALS = re.compile(r"[A-Z]+|[^\x00-\x7f]+")
_MARKS = "\u0900-\u0dff\u0e00-\u0eff"
"""Scripts whose vowel signs are no letters to a regular expression."""
_BETWEEN = re.compile(rf"(?:[^\w{_MARKS}]|_)+")
_ENDS = re.compile(r"[^.!?…]*[.!?…]\S*\s")
_ENDS_ANYWHERE = re.compile(r"[\u3002\uff01\uff1f\u0964\u061f]|\n[ \t]*\n")


def folded(view: View) -> View:
    """A view in small letters without accents."""
    low = view.text.lower()
    is_as_long = len(low) == len(view.text)
    lower = View(low, view.starts) if is_as_long else view.replaced(_CAPITALS, _lowered)
    return lower.replaced(_ACCENTED, lambda found: _bare(found[0])).replaced(_ACCENT)


def in_words(view: View) -> View:
    """A folded view of nothing but words, blanks, and stops where sentences end."""
    return view.replaced(_BETWEEN, _between)


def fold(text: str) -> str:
    """A text's letters without accents, as those of a folded view."""
    return _ACCENT.sub("", _ACCENTED.sub(lambda found: _bare(found[0]), text))


def _lowered(found: re.Match[str]) -> str:
    lower = found[0].lower()
    return lower if len(lower) == len(found[0]) else found[0]


def _bare(letter: str) -> str:
    known = _LETTERS.get(letter)
    if known is not None:
        return known
    return _ACCENT.sub("", unicodedata.normalize("NFD", letter)) if letter.isalpha() else letter


def _between(found: re.Match[str]) -> str:
    is_end = _ENDS.match(found[0]) or _ENDS_ANYWHERE.search(found[0])
    return STOP if is_end else " "
