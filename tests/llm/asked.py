"""Requests and models as tests of this package use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from opsrail.llm.formats import Api, ModelEntry, Price
from opsrail.llm.model import Fault, FaultKind, Json, Message, Reply, Request, Speaker

SCHEMA: Mapping[str, Json] = {
    "type": "object",
    "properties": {"intent": {"enum": ["refund", "other"]}, "score": {"type": "integer"}},
    "required": ["intent", "score"],
    "additionalProperties": False,
}
GOOD = '{"intent": "refund", "score": 3}'


def entry(**other: Any) -> ModelEntry:  # noqa: ANN401 - any field of the format
    """A model that gives up soon."""
    return ModelEntry(
        **{
            "name": "model-1",
            "price": Price(input=1.0, output=2.0),
            "deadline": 5.0,
            "retries": 0,
            **other,
        }
    )


def asked(text: str = "My card was charged twice.", **other: Any) -> Request:  # noqa: ANN401 - any field of a request
    whole = Request(
        purpose="triage",
        entry="small",
        model="model-1",
        messages=(Message(Speaker.SYSTEM, "You sort tickets."), Message(Speaker.USER, text)),
        most_tokens=200,
    )
    return replace(whole, **other)


def reply(outcome: Reply | Fault) -> Reply:
    assert isinstance(outcome, Reply), outcome
    return outcome


def fault(outcome: Reply | Fault, kind: FaultKind) -> Fault:
    """The outcome as a fault of this kind. Each says what is wrong, and what to do about it."""
    assert isinstance(outcome, Fault), outcome
    assert outcome.kind is kind, outcome
    assert outcome.message
    assert outcome.hint
    return outcome


CHAT = Api.CHAT
RESPONSES = Api.RESPONSES
