"""overlap: how many words an answer shares with the right one."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.texts.passages import clipped, listed
from opsrail.evals.texts.plain import folded, plain, text_of
from opsrail.evals.texts.sought import Sought

_PUNCTUATION: Final = re.compile(r"[^\w\s]|_")
_ARTICLES: Final = frozenset({"a", "an", "the"})


@scorer("overlap", Sought)
def overlap(asked: Asked) -> Score:
    """How many words the answer shares with this text, from 0 (none) to 1 (all, and no others).

    The F1 of words as SQuAD counts it (Rajpurkar et al. 2016, section 4): without punctuation,
    capital letters and articles; words that are repeated count as often as they are in both. It
    does not see the order of words or a missing "not": use `states` for facts.
    """
    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to compare")
    got, wanted = _words(text), _words(asked.setting)
    if not got and not wanted:
        return Score(1.0)
    shared = (got & wanted).total()
    value = 2 * shared / (got.total() + wanted.total())
    return Score(value, "" if value == 1 else clipped(_told(got, wanted, value)))


def _words(text: str) -> Counter[str]:
    words = _PUNCTUATION.sub("", folded(plain(text))).split()
    return Counter(word for word in words if word not in _ARTICLES)


def _told(got: Counter[str], wanted: Counter[str], value: float) -> str:
    said = [f"shares {value:.0%} of words"]
    if missing := list(wanted - got):
        said.append(f"missing: {listed(missing)}")
    if extra := list(got - wanted):
        said.append(f"extra: {listed(extra)}")
    return "; ".join(said)
