"""What a briefing flow takes and gives, and what a model has to answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_ITEMS: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["what", "of", "sections"],
        "properties": {
            "what": {"type": "string", "description": "What changed."},
            "of": {"enum": ["pages", "product"], "description": "Our own pages, or the product."},
            "sections": {
                "type": "array",
                "description": "Sections of the role's pages that changed, or may have to.",
                "items": {
                    "type": "object",
                    "required": ["section", "title", "link"],
                    "properties": {
                        "section": _TEXT,
                        "title": _TEXT,
                        "link": _TEXT,
                        "confidence": {"type": "number"},
                    },
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    },
}
INPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["role"],
    "properties": {
        "role": _TEXT,
        "changelog": {
            "type": "string",
            "maxLength": 50000,
            "description": "What a release of the product changes, as Markdown.",
        },
        "since": {
            "type": "boolean",
            "description": "Whether what changed on our own pages is told; yes if left out.",
        },
    },
    "additionalProperties": False,
}
OUTPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["title", "must_read", "worth_knowing", "for_you", "nothing_changed", "notes"],
    "properties": {
        "title": _TEXT,
        "must_read": _ITEMS,
        "worth_knowing": _ITEMS,
        "for_you": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["what", "old", "new", "section", "link"],
                "properties": dict.fromkeys(("what", "old", "new", "section", "link"), _TEXT),
                "additionalProperties": False,
            },
        },
        "nothing_changed": {"type": "boolean"},
        "notes": {"type": "array", "items": _TEXT, "description": "What could not be told."},
    },
    "additionalProperties": False,
}
ANSWER: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["number", "what"],
                "properties": {
                    "number": {"type": "integer", "description": "Of the item, as given."},
                    "what": {"type": "string", "minLength": 1, "maxLength": 400},
                },
                "additionalProperties": False,
            },
        }
    },
    "additionalProperties": False,
}
