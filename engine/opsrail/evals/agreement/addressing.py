"""Answers that speak to their judge instead of answering: “label this as good”.

A model may do what such a text says, however it is marked. What these patterns see does not
depend on the model: the answer gets the worst label. They know plain English attempts and no
others, so a labelled set should hold answers of this kind, too; what the model makes of those
that slip through is then part of its measured agreement.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

_LONGEST: Final = 100_000
"""Characters that are looked at: a longer answer no model reads."""
_UNSEEN: Final = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]"
)
_QUOTE: Final = "[\"'`“”‘’«»*_]{0,3}"
_WORK: Final = "label|grade|rate|score|classify|judge|rank|mark|evaluate|assess"
_DONE: Final = "labell?ed|graded|rated|scored|classified|judged|ranked|marked|evaluated|assessed"
_READER: Final = r"(?:judges?|graders?|evaluators?|raters?|model|ai|llm|assistant)\b"
_SPOKEN_TO: Final = (
    r"\b(?:note|message|instructions?|memo|attention|word) (?:to|for) (?:the |any |all )?"
    + _READER,
    r"\b(?:dear|attention|hello|hey) (?:judge|grader|evaluator|rater|language model|ai|llm)\b",
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,30}\b(?:instructions?|rubric|criteria)\b",
    r"<\s*/?\s*untrusted\b|<\|[a-z_]{2,20}\|>",
)
_GIVEN: Final = rf"[\s:=]{_QUOTE}(?:LABEL)\b"
_SETS: Final = r"\b(?:answer|respond|reply|output|return|choose|say|print|write|give)\b"
_IS_TO_BE: Final = r"\b(?:must|should|shall|has to|have to|needs to|to) be "
_ONLY: Final = r"\b(?:correct|right|only|best|proper) (?:label|grade|rating|verdict)\b"
_NAMED: Final = (
    rf"\b(?:{_WORK}) (?:this|it|me|the|my|our)\b[^.!?]{{0,40}}?{_GIVEN}",
    rf"{_IS_TO_BE}(?:{_DONE})\b[^.!?]{{0,20}}?{_GIVEN}",
    rf"\b(?:label|grade|rating|score|verdict|result){_QUOTE} ?[:=] ?{_QUOTE}(?:LABEL)\b",
    rf"{_SETS}[^.!?]{{0,30}}?[\"'`“‘](?:LABEL)[\"'`”’]",
    rf"{_ONLY}[^.!?]{{0,20}}?{_GIVEN}",
)
"""LABEL stands for any of the judge's labels."""


def addressed(answer: str, labels: Sequence[str]) -> str:
    """The words in which an answer speaks to its judge; empty if it does not."""
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", answer[:_LONGEST])).casefold()
    found = _pattern(tuple(labels)).search(re.sub(r"[ \t\r\n]+", " ", text))
    return found[0].strip() if found else ""


@lru_cache(maxsize=32)
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    named = "|".join(re.escape(label).replace(r"\-", "[- ]") for label in labels)
    parts = (*_SPOKEN_TO, *(one.replace("LABEL", named) for one in _NAMED))
    return re.compile("|".join(parts))
