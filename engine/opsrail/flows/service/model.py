"""The values this package is about: what is on offer, who called, and the limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opsrail.flows.model import Run
from opsrail.flows.schemas import MOST_BYTES
from opsrail.llm.model import Json


@dataclass(frozen=True, slots=True)
class Served:
    """A flow on offer. `seconds` is the longest that its own budget lets a run take."""

    name: str
    title: str
    input: Mapping[str, Json]
    output: Mapping[str, Json]
    about: str = ""
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One accepted request: who sent it (the token's name), which it is, what it asks for."""

    caller: str
    request: str
    flow: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An effect that a person of a team has to approve, under this id."""

    id: str
    flow: str
    team: str


RunFlow = Callable[[str, Json], Run]
"""Runs the flow of this name. Called from several threads at a time."""

Record = Callable[[Call, Run], tuple[Waiting, ...]]
"""Puts a run on record, before its answer is sent, and gives what of it waits for a person.
Called from several threads at a time; whatever it raises keeps the answer back.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a service serves, opened once: the flows of one revision."""

    revision: str
    flows: Mapping[str, Served]
    run: RunFlow
    record: Record


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client, and all of them together, may take up. Times are in seconds."""

    most_bytes: int = MOST_BYTES
    """Of one request's body."""
    at_once: int = 4
    """Runs at a time."""
    waiting: int = 64
    """Runs that may wait for their turn; more are told to come back."""
    connections: int = 256
    head_bytes: int = 16_384
    """Of one request's first line and headers."""
    head_seconds: float = 10.0
    """For a whole head, for what a client still sends after its answer, and to read on."""
    body_seconds: float = 10.0
    idle_seconds: int = 5
    """That a connection may stay open between requests."""
    grace_seconds: float = 5.0
    """On top of a flow's own seconds, for its turn and its record."""
    drain_seconds: float = 30.0
    """That runs under way have to end when the service stops."""
