"""The JSON Schemas of duplicates: what comes in, what goes out, what a model has to answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opsrail.llm.model import Json

MOST: Final = 2_000
"""Tickets in a batch."""

_TEXT: Final[Mapping[str, Json]] = {"type": "string"}
_IDS: Final[Mapping[str, Json]] = {"type": "array", "items": _TEXT, "minItems": 2}

INPUT: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "tickets": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": ["string", "integer"]},
                    "subject": _TEXT,
                    "body": _TEXT,
                    "at": {"type": ["string", "null"], "description": "2026-11-02T09:30:00Z"},
                    "customer_id": {"type": ["string", "integer", "null"]},
                },
                "required": ["id", "subject", "body"],
                "additionalProperties": False,
            },
        },
        "within_hours": {"type": ["number", "null"], "exclusiveMinimum": 0},
    },
    "required": ["tickets"],
    "additionalProperties": False,
}

_LINK: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "ids": {**_IDS, "description": "The oldest first: the others belong to it."},
        "same": {"type": "string", "description": "What they have in common, in words."},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
    },
    "required": ["ids", "same", "score"],
    "additionalProperties": False,
}

OUTPUT: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "groups": {
            "type": "array",
            "items": _LINK,
            "description": "Every two of a group are at least as alike as its score.",
        },
        "pairs": {
            "type": "array",
            "items": _LINK,
            "description": "Each ticket with the one it is most like, the surest first.",
        },
        "linked": {
            "type": "array",
            "items": _TEXT,
            "description": "The groups once more, each as a text: `t-1 = t-4 = t-9`.",
        },
    },
    "required": ["groups", "pairs", "linked"],
    "additionalProperties": False,
}

ANSWER: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {
        "groups": {
            "type": "array",
            "description": "The groups that are right, each with its ids. Split a group into"
            " several, or leave it out, where its tickets are not about the same matter.",
            "items": {
                "type": "object",
                "properties": {
                    "ids": _IDS,
                    "why": {"type": "string", "maxLength": 300},
                },
                "required": ["ids", "why"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["groups"],
    "additionalProperties": False,
}
