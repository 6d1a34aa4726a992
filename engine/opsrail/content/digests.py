"""Digests of what a text says, blind to how it is wrapped."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """SHA-256 (hex, 32 digits kept) over parts framed by their length, so that none can
    borrow from its neighbour.
    """
    summary = hashlib.sha256()
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        summary.update(b"%d:" % len(encoded))
        summary.update(encoded)
    return summary.hexdigest()[:32]


def unwrapped(text: str) -> str:
    """Text with every run of white space as one blank: a soft wrap is no change."""
    return " ".join(text.split())
