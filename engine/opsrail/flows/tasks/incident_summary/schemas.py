"""What an incident summary takes and gives, and what a model has to answer for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_TEXT: Final = {"type": "string"}
_SPAN: Final = {
    "type": ["object", "null"],
    "required": ["seconds", "text"],
    "properties": {"seconds": {"type": "integer", "minimum": 0}, "text": _TEXT},
    "additionalProperties": False,
}
INPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["incident"],
    "properties": {
        "incident": {
            "type": "string",
            "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
            "maxLength": 120,
            "description": "The name of its folder in content/incidents.",
        }
    },
    "additionalProperties": False,
}
_TIMELINE: Final = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["at", "what"],
        "properties": {"at": _TEXT, "what": _TEXT},
        "additionalProperties": False,
    },
}
_FIRED: Final = {
    "type": "array",
    "description": "The rules that its file names: those that have to see it.",
    "items": {
        "type": "object",
        "required": ["rule", "title", "level"],
        "properties": dict.fromkeys(("rule", "title", "level", "owner", "runbook"), _TEXT),
        "additionalProperties": False,
    },
}
OUTPUT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": [
        "is_found",
        "title",
        "severity",
        "summary",
        "timeline",
        "impact",
        "what_fired",
        "duration",
        "detection_lag",
        "citations",
        "open_points",
    ],
    "properties": {
        "is_found": {"type": "boolean"},
        "title": _TEXT,
        "severity": {"type": ["string", "null"]},
        "summary": _TEXT,
        "timeline": _TIMELINE,
        "impact": _TEXT,
        "what_fired": _FIRED,
        "duration": _SPAN,
        "detection_lag": {**_SPAN, "description": "From its beginning until people noticed."},
        "citations": {"type": "array", "items": _TEXT},
        "open_points": {"type": "array", "items": _TEXT},
    },
    "additionalProperties": False,
}
ANSWER: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["summary"],
    "properties": {
        "summary": {
            "type": "string",
            "minLength": 1,
            "maxLength": 1200,
            "description": "Two to five plain sentences.",
        }
    },
    "additionalProperties": False,
}
