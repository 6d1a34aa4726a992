"""What is told where a request gets no result: problem details, as RFC 9457 has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from opsrail.llm.model import Json

MEDIA_TYPE: Final = "application/problem+json"
_TYPE: Final = "https://opsrail.example/problems/{name}"

TITLES: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "malformed": (HTTPStatus.BAD_REQUEST, "The request cannot be read"),
    "unauthorised": (HTTPStatus.UNAUTHORIZED, "A token is needed"),
    "unknown": (HTTPStatus.NOT_FOUND, "There is nothing of that name"),
    "method": (HTTPStatus.METHOD_NOT_ALLOWED, "That method is not for this address"),
    "slow-request": (HTTPStatus.REQUEST_TIMEOUT, "The request came in too slowly"),
    "too-large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    "content-type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is not JSON"),
    "wrong-host": (HTTPStatus.MISDIRECTED_REQUEST, "The request is meant for another host"),
    "input-refused": (HTTPStatus.UNPROCESSABLE_ENTITY, "The flow does not take this input"),
    "busy": (HTTPStatus.TOO_MANY_REQUESTS, "Too many runs are waiting"),
    "flow-failed": (HTTPStatus.INTERNAL_SERVER_ERROR, "The flow came to no result"),
    "cannot-work": (HTTPStatus.INTERNAL_SERVER_ERROR, "The service cannot do its work"),
    "bug": (HTTPStatus.INTERNAL_SERVER_ERROR, "The service failed"),
    "stopping": (HTTPStatus.SERVICE_UNAVAILABLE, "The service is stopping"),
    "no-turn": (HTTPStatus.SERVICE_UNAVAILABLE, "The run did not get its turn in time"),
    "crowded": (HTTPStatus.SERVICE_UNAVAILABLE, "Too many connections are open"),
    "slow-run": (HTTPStatus.GATEWAY_TIMEOUT, "The run took too long"),
}
"""Each kind of problem: its status and what it is called."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input; `pointer` (RFC 6901) says where."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no result, and what the caller can do about it."""

    name: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    faults: Sequence[Fault] = ()
    reasons: Sequence[str] = ()

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(TITLES[self.name][0])

    def told(self, request: str) -> Mapping[str, Json]:
        """The problem as JSON, for the request of this id."""
        told: dict[str, Json] = {
            "type": _TYPE.format(name=self.name),
            "title": TITLES[self.name][1],
            "status": self.status,
            "detail": self.detail,
            "request": request,
        }
        if self.faults:
            told["errors"] = [
                {"pointer": fault.pointer, "detail": fault.detail} for fault in self.faults
            ]
        if self.reasons:
            told["reasons"] = list(self.reasons)
        return told


class Refused(Exception):
    """A request ends here; it carries what its sender is told."""

    def __init__(self, name: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.problem = Problem(name, detail, headers or {})
