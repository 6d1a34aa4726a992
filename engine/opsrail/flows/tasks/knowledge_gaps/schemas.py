"""What a knowledge-gap flow takes and gives, and what a model has to answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_TEXTS: Final = {"type": "array", "items": _TEXT}
INPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["tickets", "role"],
    "properties": {
        "tickets": {
            "type": "array",
            "maxItems": 2000,
            "items": {
                "type": "object",
                "required": ["id", "subject", "body"],
                "properties": {
                    "id": {"type": ["string", "integer"]},
                    "subject": {"type": "string", "maxLength": 500},
                    "body": {"type": "string", "maxLength": 20000},
                    "customer_id": {
                        "type": ["string", "integer", "null"],
                        "description": "Tells a customer who asks three times from three who ask.",
                    },
                },
            },
        },
        "role": {"type": "string", "description": "Whose pages should have answered."},
        "least": {
            "type": "integer",
            "minimum": 2,
            "description": "So many tickets about one thing make a gap; 3 if left out.",
        },
    },
    "additionalProperties": False,
}
OUTPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["gaps", "answered", "unanswered"],
    "properties": {
        "gaps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["title", "tickets", "count", "terms", "nearest", "proposal"],
                "properties": {
                    "title": _TEXT,
                    "tickets": _TEXTS,
                    "count": _COUNT,
                    "terms": _TEXTS,
                    "questions": _TEXTS,
                    "nearest": {
                        "type": ["object", "null"],
                        "required": ["section", "score"],
                        "properties": {"section": _TEXT, "score": {"type": "number"}},
                    },
                    "proposal": {
                        "type": ["object", "null"],
                        "required": ["path", "anchor", "text"],
                        "properties": {"path": _TEXT, "anchor": _TEXT, "text": _TEXT},
                    },
                },
                "additionalProperties": False,
            },
        },
        "answered": _COUNT,
        "unanswered": _COUNT,
    },
    "additionalProperties": False,
}
ANSWER: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["gaps"],
    "properties": {
        "gaps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "title", "questions"],
                "properties": {
                    "number": {"type": "integer", "description": "Of the group, as given."},
                    "title": {"type": "string", "maxLength": 80},
                    "questions": {
                        "type": "array",
                        "maxItems": 5,
                        "items": {"type": "string", "maxLength": 160},
                    },
                },
                "additionalProperties": False,
            },
        }
    },
    "additionalProperties": False,
}
