"""Short names that decide something: versions, priorities, tiers, status codes. All are codes.

A version is one value and never split: "v3.2.1" → `3.2.1`, "Python 3.11" → `python 3.11`.
"P1", "priority 1" → `P1`; "Sev 2", "severity 2" → `SEV2`; "tier-1" → `tier 1`; "L2", "level 2" →
`level 2`; "HTTP 429", "error 429" → `429`. Addresses of machines count as versions do.
"""

from __future__ import annotations

import re

from opsrail.content.facts.figures import GAP
from opsrail.content.facts.model import FactKind, Value

_PRODUCTS = (
    r"Python|Node(?:\.js)?|Java|Ubuntu|Debian|Postgres(?:QL)?|iOS|Android|macOS|Windows|Chrome"
    r"|Firefox|Safari|TLS|Kubernetes|MySQL|Redis|PHP|Ruby"
)
NAME = (
    rf"(?:[vV]\d|[vV]ersion\b|[pP][0-5]\b|(?i:priority|severity|sev|tier|level)[-\s]?\d|[lL][1-4]\b"
    rf"|(?i:http|error|status)(?i:\s+code)?\s+[1-5]\d\d\b|(?:{_PRODUCTS})\s+\d)"
)
_NUMBER = r"\d{1,6}(?:\.(?:\d{1,6}|x\b)){0,5}(?:-(?:rc|beta|alpha)[.\d]{0,6})?"
_VERSION = re.compile(rf"(?:v|version{GAP})(?P<number>{_NUMBER})(?![^\W_])", re.IGNORECASE)
_PRODUCT = re.compile(rf"(?P<name>{_PRODUCTS}){GAP}(?P<number>{_NUMBER})(?![^\W_])")
_DOTTED = re.compile(r"\d{1,6}(?:\.\d{1,6}){2,5}(?:-[a-z]{1,6}[.\d]{0,6})?(?![^\W_])")
_PRIORITY = re.compile(r"(?:p|priority[-\s])([0-5])\b(?!\.\d)", re.IGNORECASE)
_SEVERITY = re.compile(r"(?:severity|sev)[-\s]?([0-5])\b", re.IGNORECASE)
_TIER = re.compile(r"tier[-\s]?([0-9])\b", re.IGNORECASE)
_LEVEL = re.compile(r"(?:level[-\s]?|l)([0-9])\b", re.IGNORECASE)
_STATUS = re.compile(r"(?:http|error|status)(?:\s{1,8}code)?\s{1,8}([1-5]\d\d)\b", re.IGNORECASE)
_SHAPES = ((_PRIORITY, "P{}"), (_SEVERITY, "SEV{}"), (_TIER, "tier {}"), (_LEVEL, "level {}"),
           (_STATUS, "{}"), (_VERSION, "{}"))  # fmt: skip


def read_named(text: str, at: int) -> Value | None:
    """A label that starts with a word at `at`."""
    for shape, template in _SHAPES:
        if found := shape.match(text, at):
            return Value(FactKind.CODE, template.format(found[1]), at, found.end())
    if found := _PRODUCT.match(text, at):
        shown = f"{found['name'].lower()} {found['number']}"
        return Value(FactKind.CODE, shown, at, found.end())
    return None


def read(text: str, at: int) -> Value | None:
    """A dotted version or machine address that starts with a digit at `at`."""
    found = _DOTTED.match(text, at)
    return Value(FactKind.CODE, found[0], at, found.end()) if found else None
