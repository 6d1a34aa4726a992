"""The two interfaces of an endpoint: the body that asks, and where the answer stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from opsrail.llm.answers import Answer, Ended
from opsrail.llm.canonical import plain, sendable
from opsrail.llm.faults import misshapen
from opsrail.llm.formats import Api
from opsrail.llm.model import Request
from opsrail.llm.schema_words import is_strict, sent_messages

_SCHEMA_NAME: Final = "answer"


def body_of(request: Request) -> dict[str, Any]:
    """The request's body. Nothing is to be stored at the endpoint."""
    messages = [{"role": one.speaker.value, "content": one.text} for one in sent_messages(request)]
    body: dict[str, Any] = {"model": request.model, "store": False}
    if request.api is Api.CHAT:
        body |= {"messages": messages, "max_tokens": request.most_tokens}
        body |= {} if request.seed is None else {"seed": request.seed}
    else:
        body |= {"input": messages, "max_output_tokens": request.most_tokens}
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.schema is not None:
        named = {
            "name": _SCHEMA_NAME,
            "schema": plain(request.schema),
            "strict": is_strict(request.schema),
        }
        if request.api is Api.CHAT:
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        else:
            body["text"] = {"format": {"type": "json_schema", **named}}
    return body


def answer_of(api: Api, payload: Any) -> Answer:  # noqa: ANN401 - whatever the endpoint sent
    """The answer in a response's JSON. Raises `Failed` where there is none."""
    try:
        return _of_chat(payload) if api is Api.CHAT else _of_responses(payload)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise misshapen() from None


def _of_chat(payload: Any) -> Answer:  # noqa: ANN401 - whatever the endpoint sent
    choice = payload["choices"][0]
    message, finish = choice["message"], choice.get("finish_reason")
    refusal = message.get("refusal")
    used = payload.get("usage") or {}
    tokens = _count(used, "prompt_tokens"), _count(used, "completion_tokens")
    if refusal or finish == "content_filter":
        return Answer(_text(refusal), Ended.REFUSAL, *tokens)
    ended = Ended.LENGTH if finish == "length" else Ended.STOP
    return Answer(_text(message.get("content")), ended, *tokens)


def _of_responses(payload: Any) -> Answer:  # noqa: ANN401 - whatever the endpoint sent
    parts = [
        part
        for item in payload["output"]
        if item.get("type") == "message"
        for part in item["content"]
    ]
    used = payload.get("usage") or {}
    tokens = _count(used, "input_tokens"), _count(used, "output_tokens")
    refusals = [_text(part.get("refusal")) for part in parts if part.get("type") == "refusal"]
    why = (payload.get("incomplete_details") or {}).get("reason")
    if refusals or why == "content_filter":
        return Answer("".join(refusals), Ended.REFUSAL, *tokens)
    if payload.get("status") not in {"completed", "incomplete", None}:
        raise misshapen()
    is_cut = payload.get("status") == "incomplete"
    said = [_text(part.get("text")) for part in parts if part.get("type") == "output_text"]
    return Answer("".join(said), Ended.LENGTH if is_cut else Ended.STOP, *tokens)


def _text(content: Any) -> str:  # noqa: ANN401 - whatever the endpoint sent
    """Text, or the texts of parts, as some servers answer. Anything else is no answer."""
    if content is None:
        return ""
    if isinstance(content, str):
        return sendable(content)
    return "".join(_text(part["text"]) for part in content if part["type"] == "text")


def _count(used: Mapping[str, Any], name: str) -> int | None:
    count = used.get(name)
    return count if type(count) is int and count >= 0 else None
