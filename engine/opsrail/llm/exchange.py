"""One try at one request: what is sent, and what every possible response means."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx2
from openai import APIConnectionError, APIStatusError, APITimeoutError, AsyncOpenAI

from opsrail.llm import faults
from opsrail.llm.answers import Answer, Ended
from opsrail.llm.endpoint import Endpoint
from opsrail.llm.formats import Api
from opsrail.llm.model import Request
from opsrail.llm.transport import LARGEST_RESPONSE, Compressed, TooLarge
from opsrail.llm.wire import answer_of, body_of

_UNKNOWN_PARAMETER: Final = frozenset({400, 422})
_NEVER_BEGUN: Final = (httpx2.ConnectError, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


async def exchange(client: AsyncOpenAI, endpoint: Endpoint, request: Request) -> Answer:
    """The model's answer, without the key in it. Raises `Failed`, whose words have no key.

    Servers differ in a few parameters: one that a server does not know is left out or given its
    other name, and the request is sent once more.
    """
    body = body_of(request)
    while True:
        try:
            return _whole(request, await _sent(client, endpoint, request.api, body))
        except APIStatusError as error:
            said = endpoint.redacted(error.response.text)
            if error.status_code not in _UNKNOWN_PARAMETER or not _adapted(body, said):
                wait = retry_after(error.response.headers, time.time())
                raise faults.of_status(error.status_code, said, wait) from None
        except (APIConnectionError, httpx2.RequestError) as error:
            raise _lost(error) from None


async def _sent(client: AsyncOpenAI, endpoint: Endpoint, api: Api, body: dict[str, Any]) -> Answer:
    if api is Api.CHAT:
        raw = (await client.chat.completions.with_raw_response.create(**body)).http_response
    else:
        raw = (await client.responses.with_raw_response.create(**body)).http_response
    content_type = raw.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise faults.of_content_type(endpoint.redacted(content_type))
    try:
        payload = json.loads(raw.content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise faults.not_json() from None
    if said := faults.said_in(payload):
        raise faults.reported(endpoint.redacted(said))
    answer = answer_of(api, payload)
    return replace(answer, text=endpoint.redacted(answer.text))


def _whole(request: Request, answer: Answer) -> Answer:
    """The answer, seen through where an endpoint calls one complete that it has cut short."""
    used = answer.output_tokens or 0
    if answer.ended is Ended.STOP and request.api is Api.RESPONSES and used >= request.most_tokens:
        return replace(answer, ended=Ended.LENGTH)
    return answer


def _adapted(body: dict[str, Any], said: str) -> bool:
    """Whether the body was changed by what the endpoint says that it does not know."""
    if "max_tokens" in body and "max_completion_tokens" in said:
        body["max_completion_tokens"] = body.pop("max_tokens")
        return True
    for name in ("store", "response_format"):
        if name in body and re.search(rf"""["'`]{name}\\?["'`]""", said):
            del body[name]  # the schema is told in words and held against the answer here
            return True
    return False


def _lost(error: Exception) -> faults.Failed:
    """What a connection that failed means. The client wraps the true reason."""
    cause = error.__cause__ if isinstance(error, APIConnectionError) else error
    if isinstance(cause, TooLarge):
        return faults.too_large(LARGEST_RESPONSE)
    if isinstance(cause, Compressed):
        return faults.of_content_type("a compressed response")
    if isinstance(error, APITimeoutError):  # only connecting has a limit of its own
        return faults.unreachable(": nobody answers there")
    if isinstance(cause, _NEVER_BEGUN):
        return faults.unreachable("")
    return faults.cut()


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the endpoint asks to wait (RFC 9110, 10.2.3), or None. `now`: Unix time."""
    said = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(int(said)))
    except ValueError:
        pass
    except OverflowError:  # more digits than any clock has
        return None
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, OverflowError):
        return None
