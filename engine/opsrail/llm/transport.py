"""The way to an endpoint: the openai client over HTTP that is kept on a short lead.

Imported only where a call is made: it takes the openai client with it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from typing import Final

import httpx2
from openai import AsyncOpenAI

from opsrail.llm.endpoint import Endpoint

LARGEST_RESPONSE: Final = 8 * 1024 * 1024
"""Bytes. The longest answer there is has a hundredth of that."""
CONNECT_SECONDS: Final = 10.0
_TALKATIVE: Final = ("httpcore2.http11", "httpcore2.http2")
_SENT: Final = frozenset({"host", "content-type", "content-length", "accept"})


class TooLarge(httpx2.RequestError):
    """A response with more bytes than `LARGEST_RESPONSE`."""


class Compressed(httpx2.RequestError):
    """A response in an encoding that nobody asked for; unpacked it could have any size."""


class _Bounded(httpx2.AsyncByteStream):
    """A response's bytes, up to the largest number of them."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._stream:
            size += len(chunk)
            if size > LARGEST_RESPONSE:
                raise TooLarge("too large")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Guarded(httpx2.AsyncBaseTransport):
    """Sends the headers that a request needs and no others, and takes bounded responses.

    The client would add what it finds in the environment (other keys, an organisation) and what
    it knows of this machine.
    """

    def __init__(self, endpoint: Endpoint, context: ssl.SSLContext) -> None:
        self._key = endpoint.key
        self._inner = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        # A request of our own: the client still reads notes to itself in the headers of its one.
        headers = [(name, text) for name, text in request.headers.items() if name in _SENT]
        headers += [
            ("authorization", f"Bearer {self._key}"),
            ("accept-encoding", "identity"),
            ("user-agent", "opsrail"),
        ]
        bare = httpx2.Request(
            request.method,
            request.url,
            headers=headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        response = await self._inner.handle_async_request(bare)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            await response.stream.aclose()
            raise Compressed("compressed", request=request)
        response.stream = _Bounded(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


def _tells_no_headers(record: logging.LogRecord) -> bool:
    """Whether a record may be logged: a response's headers may repeat the key."""
    return not str(record.msg).startswith("receive_response_headers")


def open_client(endpoint: Endpoint, context: ssl.SSLContext) -> AsyncOpenAI:
    """A client of the endpoint, for one event loop. It follows no redirect, asks no proxy of the
    environment, and leaves retries and deadlines to its caller.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_tells_no_headers)  # the same one twice is once
    http = httpx2.AsyncClient(
        transport=_Guarded(endpoint, context),
        follow_redirects=False,
        trust_env=False,
        timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS),
    )
    return AsyncOpenAI(
        api_key=endpoint.key, base_url=endpoint.url, max_retries=0, timeout=None, http_client=http
    )
