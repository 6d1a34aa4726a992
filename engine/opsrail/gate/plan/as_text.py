"""A told plan for a terminal: a column of labels, lines beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from opsrail.gate.plan.told.model import LABEL, MOST_LINES, Look, Stamp, ToldLine, ToldPlan
from opsrail.gate.plan.told.turning import kept_in_order
from opsrail.report.escaping import harmless, visible

_LOOKS: Final = {
    Look.PLAIN: "bold",
    Look.GOOD: "bold green",
    Look.CARE: "bold yellow",
    Look.BAD: "bold red",
}
_NARROWEST: Final = 40
_INDENT: Final = "  "


def as_text(told: ToldPlan, *, width: int | None = None, colour: bool = False) -> str:
    """The plan, its lines broken to `width` where that leaves it on one screen."""
    lines = list(_lines(told, width, colour=colour))
    if len(lines) > MOST_LINES and width is not None:
        lines = list(_lines(told, None, colour=colour))
    return "".join(f"{line}\n" for line in lines)


def _lines(told: ToldPlan, width: int | None, *, colour: bool) -> Iterator[str]:
    yield from _laid_out(ToldLine("", told.title), "", "", width, colour=colour)
    stamps = " · ".join(_stamp(one) for one in told.stamps)
    yield from _laid_out(ToldLine(stamps), "", "", width, colour=colour)
    yield ""
    for at, line in enumerate(told.verdict):
        yield from _laid_out(line, _INDENT if at else "", "", width, colour=colour)
    yield ""
    for part in told.parts:
        yield from _laid_out(part.head, "", part.label, width, colour=colour)
        for line in part.told:
            yield from _laid_out(line, " " * LABEL, "", width, colour=colour)
    if told.rest:
        yield ""
        yield from _laid_out(ToldLine(told.rest), "", "", width, colour=colour)


def _stamp(one: Stamp) -> str:
    return f"{one.label} {one.value}".strip()


def _laid_out(
    line: ToldLine, indent: str, label: str, width: int | None, *, colour: bool
) -> Iterator[str]:
    """One told line, broken, indented and painted. Made harmless as a whole line of a log."""
    margin = f"{label:<{LABEL}}" if label else indent
    following = " " * len(margin) or _INDENT
    for at, words in enumerate(_broken(visible(line.words), width, len(margin), len(following))):
        shown = harmless((following if at else margin) + kept_in_order(words)).rstrip()
        yield _painted(shown, margin, line) if colour and not at else shown


def _broken(words: str, width: int | None, first: int, rest: int) -> list[str]:
    if width is None or len(words) + first <= width:
        return [words]
    lines = textwrap.wrap(
        words,
        max(width, _NARROWEST),
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line[rest if at else first :] for at, line in enumerate(lines)] or [""]


def _painted(shown: str, margin: str, line: ToldLine) -> str:
    """The label in bold, and what stands out in its colour."""
    # Rich is slow to import and only wanted on a terminal; its Style, unlike its Console, looks
    # at no environment variable.
    from rich.color import ColorSystem
    from rich.style import Style

    def paint(text: str, look: str) -> str:
        return Style.parse(look).render(text, color_system=ColorSystem.STANDARD) if text else ""

    label, lead = margin.rstrip(), visible(line.lead).strip()
    body = shown[len(margin) :]
    if not shown.startswith(margin):
        return shown
    start = paint(label, "bold") + margin[len(label) :]
    if lead and body.startswith(lead):
        return start + paint(lead, _LOOKS[line.look]) + body[len(lead) :]
    return start + body
