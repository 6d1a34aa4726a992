"""full: the section as it was written."""

from __future__ import annotations

from opsrail.content.model import Document


def lay_out(selected: Document) -> str:
    """Every line, unchanged."""
    return "\n".join(selected.lines).strip("\n")
