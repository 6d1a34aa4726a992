"""A request as it is sent: with its schema told in words, for servers that show it to no model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from opsrail.llm.canonical import plain, sendable
from opsrail.llm.model import Json, Message, Request, Speaker

_WORDS: Final = (
    "Answer with one JSON value and nothing else: no sentence before or after it, no fence. It has"
    " to be valid against this JSON Schema:\n"
)
_UNSUITED: Final = frozenset({"allOf", "if", "then", "else", "not", "oneOf", "patternProperties"})


def sent_messages(request: Request) -> tuple[Message, ...]:
    """The messages that go to the endpoint. Changing a word here takes a new `canonical.FORMAT`."""
    messages = [Message(one.speaker, sendable(one.text)) for one in request.messages]
    if request.schema is None:
        return tuple(messages)
    words = _WORDS + json.dumps(plain(request.schema), ensure_ascii=False, sort_keys=True)
    if messages and messages[0].speaker is Speaker.SYSTEM:
        messages[0] = Message(Speaker.SYSTEM, f"{messages[0].text}\n\n{words}")
        return tuple(messages)
    return (Message(Speaker.SYSTEM, words), *messages)


def is_strict(schema: Mapping[str, Json]) -> bool:
    """Whether endpoints can be asked to enforce the schema: they do so for a part of JSON Schema,
    where every key of every object is known and required, and refuse the rest.
    """
    return schema.get("type") == "object" and _is_suited(plain(schema))


def _is_suited(schema: Any) -> bool:  # noqa: ANN401 - any part of a schema
    if not isinstance(schema, dict):
        return True
    if _UNSUITED & schema.keys():
        return False
    if "properties" in schema or schema.get("type") == "object":
        known = schema.get("properties", {})
        if schema.get("additionalProperties") is not False:
            return False
        if set(schema.get("required", ())) != set(known):
            return False
        if not all(_is_suited(inner) for inner in known.values()):
            return False
    inner = [schema.get("items"), *schema.get("anyOf", ()), *schema.get("$defs", {}).values()]
    return all(_is_suited(one) for one in inner)
