"""The plan in the format that is asked for. Formats are told apart here and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from opsrail.gate.plan.model import Plan
from opsrail.gate.plan.telling import tell

FORMATS: Final = ("text", "markdown", "json")
"""The names of all formats."""


def render(
    plan: Plan,
    format: str,  # noqa: A002 - the word people know
    *,
    width: int | None = None,
    colour: bool = False,
    now: datetime,
) -> str:
    """The plan in one of `FORMATS`, ending in a line end. `KeyError` for another name.

    `width` (characters a line) and `colour` matter to text on a terminal only. The same plan at
    the same `now` gives the same bytes.
    """
    told = tell(plan, now)
    match format:
        case "text":
            from opsrail.gate.plan.as_text import as_text

            return as_text(told, width=width, colour=colour)
        case "markdown":
            from opsrail.gate.plan.as_markdown import as_markdown

            return as_markdown(told)
        case "json":
            from opsrail.gate.plan.as_json import as_json

            return as_json(plan, told, now)
    raise KeyError(format)
