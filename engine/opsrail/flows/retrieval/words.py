"""The words of a text as the search counts them, and the kind of fact a question asks for."""

from __future__ import annotations

import re
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.tailor.faithful.words.stemming import root

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST: Final = 40
"""Longer ones are nobody's words."""

_EMPTY: Final = frozenset(
    "a about again all also am an and any anybody anything are as ask asked asks at back be been"
    " being both but by can can't could did do does doing don't down each every everybody"
    " everything few for from get got had has have he hello her here hi him his how i i'd i'll"
    " i'm i've if in into is isn't it it's its just know let like long many may me might more most"
    " much must my need no nobody nor not now of on once one only or other our out over own please"
    " really regards s same say said says shall she should so some somebody something still such"
    " t tell than thank thanks that that's the their them then there these they they're thing this"
    " those to too under until up us very want wanted wants was we we'd we're we've were what when"
    " where which who whom whose why will with without won't would yes you you're your".split()
)
"""Words of any question: they say how it is asked, not what about. See also `asked_for`."""

_ASKED: Final = (
    (
        FactKind.DURATION,
        r"how (?:much )?(?:long|soon|fast|old)|how many (?:day|hour|minute|week|month)|\bwhen\b",
    ),
    (FactKind.MONEY, r"how much|\busd\b|[$€£] ?\d|(?:which|what) amount|\bprices?\b|\bcosts?\b"),
    (FactKind.PERCENT, r"%|\bper ?cent\b|how much"),
    (FactKind.NUMBER, r"how many|how often"),
    (FactKind.DEONTIC, r"\bmay\b|\bmust\b|\ballowed\b|\bshould|\b(?:can|do) (?:i|we)\b"),
)
_PATTERNS: Final = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKED)


def terms(text: str) -> tuple[str, ...]:
    """The roots of a text's telling words, in order, repeats included."""
    found = (word.group().lower().replace("’", "'") for word in _WORD.finditer(text))
    words = (word.removesuffix("'s") for word in found)
    return tuple(root(word) for word in words if word not in _EMPTY and len(word) <= _LONGEST)


def asked_for(text: str) -> frozenset[FactKind]:
    """The kinds of fact a question wants: a duration where it says “how long”, and so on."""
    return frozenset(kind for kind, pattern in _PATTERNS if pattern.search(text))
