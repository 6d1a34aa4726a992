"""What a reply flow takes and gives, and what a model has to answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_SECTION: Final = {
    "type": "object",
    "required": ["page", "section", "title"],
    "properties": {"page": _TEXT, "section": _TEXT, "title": _TEXT, "quote": _TEXT, "text": _TEXT},
    "additionalProperties": False,
}
INPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["ticket", "role"],
    "properties": {
        "ticket": {
            "type": "object",
            "required": ["subject", "body"],
            "properties": {
                "subject": {"type": "string", "maxLength": 500},
                "body": {"type": "string", "maxLength": 20000},
            },
        },
        "role": {"type": "string", "description": "Of the agent who works on the ticket."},
        "customer_name": {"type": "string", "maxLength": 200},
    },
    "additionalProperties": False,
}
OUTPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["reply", "is_answered", "confidence", "citations", "for_agent", "missing"],
    "properties": {
        "reply": {"type": "string", "minLength": 1, "description": "Markdown, for the customer."},
        "is_answered": {"type": "boolean"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "citations": {"type": "array", "items": _SECTION},
        "for_agent": {"type": "array", "items": _SECTION, "description": "Not for the customer."},
        "missing": {"type": "array", "items": _TEXT},
    },
    "additionalProperties": False,
}
ANSWER: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["is_answered", "reply", "citations"],
    "properties": {
        "is_answered": {
            "type": "boolean",
            "description": "Whether the sections answer the question.",
        },
        "reply": {"type": "string", "maxLength": 4000, "description": "No greeting, no signature."},
        "citations": {"type": "array", "items": _TEXT, "description": "The keys in brackets."},
    },
    "additionalProperties": False,
}
