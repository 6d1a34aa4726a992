"""An answer as a model gave it, before anybody judged whether it is any good."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Ended(StrEnum):
    """Why the model stopped."""

    STOP = "stop"
    LENGTH = "length"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said. `text` is the refusal where it `ended` in one. Tokens are None where
    the endpoint did not say.
    """

    text: str
    ended: Ended = Ended.STOP
    input_tokens: int | None = None
    output_tokens: int | None = None
