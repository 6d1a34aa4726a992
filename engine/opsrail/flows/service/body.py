"""The body of a request: read within its limits, taken only as one strict JSON value."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from starlette.requests import Request

from opsrail.flows.inputs import value_of
from opsrail.flows.schemas import size_fault
from opsrail.flows.service.model import Limits
from opsrail.flows.service.problems import Refused
from opsrail.llm.model import Json
from opsrail.llm.validating import NotJson

_ANY_SIZE: Final = sys.maxsize
"""The bytes were counted as they came in."""


async def read_json(request: Request, limits: Limits) -> Json:
    """The JSON value that a request brings. Raises `Refused`, and `ClientDisconnect` where the
    client has gone.
    """
    _check_kind(request)
    _check_announced(request, limits.most_bytes)
    try:
        async with asyncio.timeout(limits.body_seconds):
            body = await _whole(request, limits.most_bytes)
    except TimeoutError as error:
        raise Refused(
            "slow-request",
            f"the body did not arrive within {limits.body_seconds:g} seconds",
            {"Connection": "close"},
        ) from error
    return parsed(body)


def parsed(body: bytes) -> Json:
    """The value of a JSON text (RFC 8259), read strictly: what two readers could understand in
    two ways, or what cannot be passed on, is refused. Raises `Refused`.
    """
    if body.lstrip()[:1] == b"`":
        raise _malformed("it starts with a fence, as Markdown has them")
    try:
        value = value_of(body)
    except NotJson as error:
        raise _malformed(str(error)) from error
    if fault := size_fault(value, _ANY_SIZE):
        raise _malformed(fault)
    return value


def _check_kind(request: Request) -> None:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if kind.strip().lower() != "application/json" or charset not in {"", "charset=utf-8"}:
        raise Refused("content-type", "send JSON in UTF-8, with `Content-Type: application/json`")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("content-type", "send the body as it is, without `Content-Encoding`")


def _check_announced(request: Request, most: int) -> None:
    """A body that says it is too large need not be read to be believed."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > most):
        raise _too_large(most)


async def _whole(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise _too_large(most)
    return bytes(body)


def _malformed(what: str) -> Refused:
    return Refused("malformed", f"the body cannot be read: {what}")


def _too_large(most: int) -> Refused:
    return Refused("too-large", f"the body has more than {most:,} bytes")
