"""What goes wrong between here and an endpoint, in words for who has to do something about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from opsrail.llm.model import FaultKind
from opsrail.llm.validating import shown

_AGAIN: Final = "try again later; until then the baseline does the work"
_OPERATOR: Final = "tell who runs the endpoint"
_GATEWAY: Final = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY})


@dataclass
class Failed(Exception):
    """A try that brought no answer.

    `is_passing`: another try may go well, after `wait` seconds where the endpoint said so.
    `is_paid`: the model may have done its work all the same, and that is charged.
    """

    kind: FaultKind
    message: str
    hint: str = ""
    is_passing: bool = False
    is_paid: bool = False
    wait: float | None = None


def of_status(status: int, body: str, wait: float | None) -> Failed:
    """What a response with this status means. `body` may say more, without its endpoint's key."""
    said = _said(body)
    told = f": {said}" if said else ""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Failed(
            FaultKind.UNAUTHORISED,
            f"the endpoint does not accept the key (status {status}){told}",
            "check OPSRAIL_LLM_KEY, and that the key may use this model",
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _rate_limited(body, told, wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failed(
            FaultKind.SERVER_ERROR,
            f"the endpoint failed (status {status}){told}",
            _AGAIN,
            is_passing=True,
            is_paid=status in _GATEWAY,
            wait=wait,
        )
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Failed(
            FaultKind.REFUSED,
            f"the endpoint sends callers to another address (status {status}), and the key is not"
            " sent there",
            "set OPSRAIL_LLM_URL to the address that answers, usually one that ends in /v1",
        )
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or "context_length_exceeded" in body:
        return Failed(
            FaultKind.TOO_LONG,
            f"the endpoint takes no request this long (status {status}){told}",
            "shorten what the prompt is filled with, and correct the model's `context` in"
            " policies/models.yaml",
        )
    hint = "check `name`, `api` and the other settings of the model in policies/models.yaml"
    if status == HTTPStatus.NOT_FOUND:
        hint = "check OPSRAIL_LLM_URL (it usually ends in /v1) and the model's `name` and `api`"
    return Failed(
        FaultKind.REFUSED,
        f"the endpoint refused the request (status {status}){told}",
        hint,
        is_passing=status in _PASSING,
        wait=wait,
    )


def _rate_limited(body: str, told: str, wait: float | None) -> Failed:
    if "insufficient_quota" in body:
        return Failed(
            FaultKind.RATE_LIMITED,
            f"the account behind the key has nothing left to spend (status 429){told}",
            "raise the account's limit, or wait for its next period",
        )
    pause = f"; it asked to wait {wait:,.0f} s" if wait is not None else ""
    return Failed(
        FaultKind.RATE_LIMITED,
        f"the endpoint takes no more requests for now (status 429){pause}{told}",
        "lower `at_once` of the model in policies/models.yaml, or try again later",
        is_passing=True,
        wait=wait,
    )


def _said(body: str) -> str:
    """The endpoint's own words, of which only its error message is worth repeating."""
    try:
        whole: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    detail = whole.get("detail", whole.get("message")) if isinstance(whole, dict) else None
    return said_in(whole) or (shown(detail) if isinstance(detail, str) else "")


def said_in(payload: Any) -> str:  # noqa: ANN401 - whatever the endpoint sent
    """The message of the error that a response reports, also one that came as a success."""
    error = payload.get("error") if isinstance(payload, dict) else None
    said = error.get("message") if isinstance(error, dict) else error
    return shown(said) if isinstance(said, str) else ""


def reported(said: str) -> Failed:
    """An error in a response that claims success."""
    message = f"the endpoint reports an error: {said}"
    return Failed(FaultKind.SERVER_ERROR, message, _AGAIN, is_paid=True)


def unreachable(why: str) -> Failed:
    """Nobody was there to take the request."""
    return Failed(
        FaultKind.UNREACHABLE,
        f"the endpoint cannot be reached{why}",
        "check OPSRAIL_LLM_URL and the network",
        is_passing=True,
    )


def cut() -> Failed:
    """The connection ended before the answer did."""
    return Failed(
        FaultKind.CUT,
        "the connection ended before the answer was complete",
        _AGAIN,
        is_passing=True,
        is_paid=True,
    )


def timed_out(deadline: float, last: Failed | None) -> Failed:
    """The deadline passed, with every retry in it."""
    before = f"; the try before: {last.message}" if last else ""
    return Failed(
        FaultKind.TIMED_OUT,
        f"no complete answer within {deadline:g} s{before}",
        "raise `deadline` of the model in policies/models.yaml, or ask for a shorter answer",
        is_paid=True,
    )


def too_large(most: int) -> Failed:
    """The response is longer than any answer has to be."""
    return Failed(
        FaultKind.CUT,
        f"the response is larger than {most // 1024**2} MiB and was not read to its end",
        _OPERATOR,
        is_paid=True,
    )


def not_json() -> Failed:
    """The response itself, not the answer in it."""
    return Failed(
        FaultKind.NOT_JSON, "the endpoint's response is not valid JSON", _OPERATOR, is_paid=True
    )


def misshapen() -> Failed:
    """JSON, and no answer in it."""
    return Failed(
        FaultKind.NOT_JSON,
        "the endpoint's response has no answer where one belongs",
        "check the model's `api` in policies/models.yaml: `chat` and `responses` differ",
        is_paid=True,
    )


def of_content_type(content_type: str) -> Failed:
    """Often the page of a proxy or a sign-in form."""
    named = f"`{shown(content_type, 60)}`" if content_type else "something else"
    return Failed(
        FaultKind.CONTENT_TYPE,
        f"the endpoint answered with {named} where JSON was expected",
        "check OPSRAIL_LLM_URL: it may lead to a web page, a proxy or a sign-in form",
        is_paid=True,
    )
