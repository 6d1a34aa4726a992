"""The values this package is about: requests, replies, faults, what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsrail.llm.formats import Api

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class Speaker(StrEnum):
    """Whose words a message holds."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a model is asked. Equal requests have equal digests, and `repeat` tells the
    second answer to the same question from the first.

    `purpose` names the prompt or flow that asks, for recordings and logs: it changes no answer
    and is no part of the digest, nor are `entry` (the model's name in policies/models.yaml, for
    prices and limits) and what it stands for except for name, interface, temperature, seed.
    """

    purpose: str
    entry: str
    model: str
    messages: tuple[Message, ...]
    most_tokens: int
    schema: Mapping[str, Json] | None = None
    api: Api = Api.CHAT
    temperature: float | None = 0.0
    seed: int | None = None
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and US dollars. `is_estimate` where the endpoint did not say."""

    input_tokens: int = 0
    output_tokens: int = 0
    dollars: float = 0.0
    is_estimate: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.dollars + other.dollars,
            self.is_estimate or other.is_estimate,
        )


FREE = Usage()
"""What a recording costs."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's whole answer. `value` is its JSON, held against the schema here, where the
    request had one; else None. What was paid is in `usage`: nothing, for a recording.
    """

    request: Request
    text: str
    value: Json = None
    usage: Usage = FREE
    is_recorded: bool = False
    retries: int = 0
    seconds: float = 0.0


class FaultKind(StrEnum):
    """Why there is no reply."""

    OFF = "off"
    NO_RECORDING = "no recording"
    NO_ENDPOINT = "no endpoint"
    BUDGET = "budget"
    TOO_LONG = "too long"
    """The request does not fit the model's context."""
    UNAUTHORISED = "unauthorised"
    RATE_LIMITED = "rate limited"
    REFUSED = "refused by the endpoint"
    """Another 4xx: the model is unknown, a parameter is not understood."""
    SERVER_ERROR = "server error"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed out"
    CUT = "cut off"
    """The answer's transfer ended before its end."""
    NOT_JSON = "not JSON"
    """The endpoint's own response, or the answer where JSON was asked for."""
    CONTENT_TYPE = "wrong content type"
    REFUSAL = "refusal"
    """The model said that it will not."""
    LENGTH = "length"
    """The answer reached its longest length and stops in the middle."""
    SCHEMA = "schema"
    """The answer is JSON, and not of the shape that was asked for."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request has no reply: a sentence for a person, and what to do about it."""

    request: Request
    kind: FaultKind
    message: str
    hint: str = ""
    usage: Usage = FREE
    """What it cost all the same: a refused or malformed answer was paid for."""


class Mode(StrEnum):
    """Where answers come from."""

    OFF = "off"
    """Nowhere: baselines do all the work."""
    REPLAY = "replay"
    """Recordings only; what is not recorded is a fault, never a call."""
    RECORD = "record"
    """Recordings, and calls for what is missing, which are recorded."""
    LIVE = "live"
    """Calls only; nothing is recorded."""
