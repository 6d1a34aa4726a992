"""The JSON Schemas of triage: what comes in, what goes out, what a model has to answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opsrail.llm.model import Json

_TEXT: Final[Mapping[str, Json]] = {"type": "string"}
_MAYBE: Final[Mapping[str, Json]] = {"type": ["string", "null"]}

INPUT: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "id": {"type": ["string", "integer"]},
        "subject": _TEXT,
        "body": _TEXT,
        "channel": _MAYBE,
        "plan": _MAYBE,
        "customer_id": {"type": ["string", "integer", "null"]},
        "language": _MAYBE,
    },
    "required": ["subject", "body"],
    "additionalProperties": False,
}

OUTPUT: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "intent": {"type": ["string", "null"], "description": "Null where it is not sure."},
        "area": {"type": ["string", "null"]},
        "priority": _TEXT,
        "sentiment": {"type": ["string", "null"]},
        "confidence": {
            "type": "object",
            "description": "How likely the likeliest intents are. They need not sum to 1: what is"
            " missing is the chance that it is something else.",
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "is_sure": {
            "type": "boolean",
            "description": "Whether the ticket may be sorted by this without a person's look.",
        },
        "reasons": {"type": "array", "items": _TEXT},
    },
    "required": ["intent", "area", "priority", "sentiment", "confidence", "is_sure", "reasons"],
    "additionalProperties": False,
}

ANSWER: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "why": {"type": "string", "maxLength": 300, "description": "One plain sentence."},
        "intent": {
            "type": ["string", "null"],
            "description": "One of the list, exactly as it is written there; null for none.",
        },
        "priority": {"type": "string", "description": "One of the priorities of the list."},
        "sentiment": {"type": ["string", "null"]},
    },
    "required": ["why", "intent", "priority", "sentiment"],
    "additionalProperties": False,
}
