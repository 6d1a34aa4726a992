"""The canonical form of a request, and the digest that names its recording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from opsrail.llm.model import Json, Request

FORMAT: Final = 1
"""Part of every digest. Raise it when the same request is sent in other words than before: when
`schema_words` or an interface's body changes. Then no older recording is taken for an answer.
"""


def canonical(request: Request) -> dict[str, Any]:
    """What decides the answer, as plain JSON: not who asks, nor under which entry's name."""
    return {
        "format": FORMAT,
        "model": request.model,
        "api": request.api.value,
        "messages": [
            {"speaker": message.speaker.value, "text": sendable(message.text)}
            for message in request.messages
        ],
        "schema": plain(request.schema),
        "most_tokens": request.most_tokens,
        "temperature": None if request.temperature is None else float(request.temperature),
        "seed": request.seed,
        "repeat": request.repeat,
    }


def digest_of(request: Request) -> str:
    """SHA-256 of the canonical request, in hexadecimal."""
    return hashlib.sha256(canonical_json(canonical(request)).encode()).hexdigest()


def canonical_json(value: Json) -> str:
    """JSON that is the same text for equal values: sorted keys, no spaces, no NaN."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value, whatever classes it is made of
    """The value as dictionaries and lists, which is what the standard library writes."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return sendable(value) if isinstance(value, str) else value


def sendable(text: str) -> str:
    """The text as UTF-8 can carry it: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
