"""A told plan as Markdown: a comment, a job summary and a page of the staff site, the same bytes.

Everything that anybody wrote is shown letter by letter and does nothing. No link is made at all.
Laid out for three readers: GitHub, CommonMark, and the Python-Markdown of the site, in which a
list inside a list is indented by four.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from opsrail.gate.plan.told.model import Stamp, ToldLine, ToldPart, ToldPlan
from opsrail.gate.plan.told.turning import kept_in_order
from opsrail.report.markdown import escaped

MARKER: Final = "<!-- opsrail-plan -->"
"""The first line, by which the job that posts the plan finds its comment again. Nothing that is
shown can hold it: what anybody wrote has no `<`.
"""

_MOST: Final = 10_000
"""Lines are short already; nothing is cut here."""
_DOLLARS: Final = re.compile(r"(?:\\\$)+")


def as_markdown(told: ToldPlan) -> str:
    """The plan, the marker first."""
    lines = [
        MARKER,
        f"### {_shown(told.title)}",
        "",
        " · ".join(_stamp(one) for one in told.stamps),
        "",
        # In one line: a break between lines is one thing on GitHub and another on the site.
        "<br>".join(_line(one) for one in told.verdict),
        "",
    ]
    for part in told.parts:
        lines += _part(part)
    if told.rest:
        lines += ["", _shown(told.rest)]
    return "".join(f"{line}\n" for line in lines)


def _part(part: ToldPart) -> Iterator[str]:
    yield f"- **{part.label}** · {_line(part.head)}"
    yield from (f"    - {_line(one)}" for one in part.told)


def _stamp(one: Stamp) -> str:
    value = f"`{one.value}`" if one.is_id else _shown(one.value)
    return f"{one.label} {value}".strip()


def _line(one: ToldLine) -> str:
    lead = _shown(one.lead)
    # An item without words would make a heading of the line above it.
    return f"**{lead}**{_beside(one.text)}" if lead else _shown(one.text) or "–"


def _beside(text: str) -> str:
    """What follows strong words. They end only before a space or a mark."""
    shown = _shown(f"x{text}")[1:]
    return shown if not shown or shown[0] in " :;,." else f" {shown}"


def _shown(text: str) -> str:
    # Two dollars are a formula on GitHub, escaped or not, unless they stand in elements of
    # their own.
    shown = _DOLLARS.sub(lambda found: f"<span>{found[0][1::2]}</span>", escaped(text, _MOST))
    return kept_in_order(shown)
