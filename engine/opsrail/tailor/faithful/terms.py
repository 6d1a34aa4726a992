"""The terms under which a text was derived: what may differ without being a departure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from opsrail.tailor.formats import Form

_KEPT = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)|\{[^}\n]*\}|<?\b(?:https?://|mailto:)\S+|\S+@\S+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How one role reads a source.

    `words` are the role's own words for those of the source. `allowed` are texts that may be
    added: hand-over phrases, titles. `taken_over` are the first lines of the source's steps that
    somebody else does, `below` the lines of what is nested in them; in the place of each one of
    `hand_over` stands, and only quantities have to stay. `source_at` and `derived_at`
    are the files the texts stand in, so that their relative links can be compared.
    """

    form: Form = Form.FULL
    words: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    hand_over: tuple[str, ...] = ()
    taken_over: frozenset[int] = frozenset()
    below: frozenset[int] = frozenset()
    source_at: str = ""
    derived_at: str = ""

    @property
    def keeps_steps(self) -> bool:
        """Whether every step must be there, also one without a fact or a rule."""
        return self.form in {Form.FULL, Form.STEPS}

    def is_taken_over(self, line: int) -> bool:
        """Whether what stands on this line of the source is for somebody else to do."""
        return line in self.taken_over or line in self.below


def in_own_words(text: str, words: Mapping[str, str]) -> str:
    """A text of the source as the role would say it; code, targets and addresses stay.

    Articles before a word that was replaced become "a": see `statements.folded`.
    """
    if not words:
        return text
    table = {word.lower(): own for word, own in words.items()}
    longest = sorted(table, key=len, reverse=True)
    known = re.compile(
        rf"(?<![\w#@/-])({'|'.join(map(re.escape, longest))})(s?)(?![\w-])", re.IGNORECASE
    )

    def own(found: re.Match[str]) -> str:
        return table[found[1].lower()] + found[2]

    done, last = [], 0
    for kept in _KEPT.finditer(text):
        done += [known.sub(own, text[last : kept.start()]), kept[0]]
        last = kept.end()
    return "".join((*done, known.sub(own, text[last:])))


def without_hand_over(text: str, terms: Reading) -> str:
    """A statement without the words that hand a step over; what hands nothing over stays whole."""
    shown = text.replace("**", "")
    if not any(way.lower() in shown.lower() for way in terms.hand_over):
        return text
    for phrase in sorted((*terms.hand_over, *terms.allowed), key=len, reverse=True):
        if phrase:
            shown = re.sub(rf"(?<!\w){re.escape(phrase)}(?!\w)", " ", shown, flags=re.IGNORECASE)
    return " ".join(shown.split())
