"""What the scanner says: what in a text looks like a message to a model, and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What such a message is after."""

    OVERRIDE = "override"
    """To put other instructions in the place of the model's own."""
    PERSONA = "persona"
    """To make the model play somebody who has no rules."""
    PROMPT = "prompt"
    """To get the model's instructions told."""
    EXFILTRATION = "exfiltration"
    """To carry data out by a link, an image or a message."""
    COMMAND = "command"
    """To have a tool called, a command run, a check skipped."""
    TURN = "turn"
    """To look like another speaker or like the end of the text."""
    HIDDEN = "hidden"
    """Text that people are not meant to see."""
    ENCODED = "encoded"
    SPLIT = "split"
    """A message in pieces that the model is to put together."""
    AUTHORITY = "authority"
    """To claim a right that the model can't check."""
    SECRET = "secret"  # noqa: S105 - a kind of attack, and no password
    """To get what the reader may not see."""


_SAID = {
    Kind.OVERRIDE: "“{text}” tells a model to follow other instructions",
    Kind.PERSONA: "“{text}” tells a model to play somebody without rules",
    Kind.PROMPT: "“{text}” asks a model for its own instructions",
    Kind.EXFILTRATION: "“{text}” would carry data out",
    Kind.COMMAND: "“{text}” tells a model to act, or to have somebody act",
    Kind.TURN: "“{text}” looks like another speaker, or like the end of the text",
    Kind.HIDDEN: "there is text here that a reader can't see ({text})",
    Kind.ENCODED: "“{text}” hands a model an encoded message",
    Kind.SPLIT: "“{text}” hands a model a message in pieces",
    Kind.AUTHORITY: "“{text}” claims a right over the model",
    Kind.SECRET: "“{text}” asks for what the reader may not see",
}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One place that looks like an attack: `text` quotes it, `line` and `column` count from 1.

    `reading` says how it was read, where it does not stand there in plain letters: `base64`,
    `letters of other alphabets`.
    """

    kind: Kind
    text: str
    line: int
    column: int
    reading: str = ""

    @property
    def message(self) -> str:
        """One plain sentence."""
        how = f" (read as {self.reading})" if self.reading else ""
        return _SAID[self.kind].format(text=self.text) + how
