"""The page that explains every code the gate can print."""

from __future__ import annotations

from collections.abc import Mapping

PLACE = "findings.md"
TITLE = "What the gate says"

_OPENING = """\
A finding names a place, a code and what is wrong there, and says what would help:
`path:line:column: code: message`. Errors keep the gate of a pull request closed; warnings and
notes do not. In a terminal, `opsrail explain CODE` says what stands here.
"""


def findings_page(explanations: Mapping[str, str]) -> str:
    """Every code with its explanation, in the order of the alphabet.

    The explanations are Markdown of the engine's own, which needs no escaping.
    """
    parts = (f"## `{code}` {{#{code}}}\n\n{text}\n" for code, text in sorted(explanations.items()))
    return "\n".join((f"# {TITLE}\n", _OPENING, *parts))
