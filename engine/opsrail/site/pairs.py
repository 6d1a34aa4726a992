"""The picture of a sample: how its cases moved, and how sure the difference is. Inline SVG.

Colours are the style sheet's, so that it reads in light and in dark; every colour has its word.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from opsrail.evals.decision.words import points

if TYPE_CHECKING:
    from opsrail.evals.statistics.compare import Comparison
    from opsrail.evals.statistics.paired import Paired

WIDTH: Final = 360
"""Units from edge to edge; the page scales them."""
_BAR: Final = 12
_GAP: Final = 2
_LEAST: Final = 3
_COLUMNS: Final = 44
"""How high the highest column is."""
_EDGES: Final = tuple(edge / 5 for edge in range(-5, 6))
_REACHES: Final = (1, 2, 5, 10, 20, 50, 100)
"""How far the axis may reach, in points."""


def pairs_figure(name: str, paired: Paired, comparison: Comparison, margin: float) -> str:
    """The figure as one HTML block. `name` makes its ids unique; `margin` is points of 100."""
    parts = [*_moved(paired)]
    height = 34
    if not paired.is_binary:
        parts += _by_how_much(paired, height + 12)
        height += _COLUMNS + 38
    parts += _interval(comparison, margin, height + 20)
    height += 50
    title = "Base against head: cases that got worse, stayed the same and got better"
    return (
        '<figure class="ops-pairs">'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{title}</title>'
        f'<desc id="{name}-desc">{_in_words(paired, comparison, margin)}</desc>'
        f"{''.join(parts)}</svg>"
        "<figcaption>The difference with its interval; shaded, what the margin allows."
        "</figcaption></figure>"
    )


def _in_words(paired: Paired, comparison: Comparison, margin: float) -> str:
    same = len(paired) - paired.worse - paired.better
    return (
        f"{paired.worse} worse, {same} the same, {paired.better} better. Difference"
        f" {points(comparison.estimate)} points, between {points(comparison.low)} and"
        f" {points(comparison.high)}; up to {margin:g} worse is allowed."
    )


def _moved(paired: Paired) -> Iterator[str]:
    """One bar in three parts, with the count of each below it."""
    same = len(paired) - paired.worse - paired.better
    counts = (("worse", paired.worse), ("same", same), ("better", paired.better))
    shown = [(kind, count) for kind, count in counts if count]
    room = WIDTH - _GAP * (len(shown) - 1)
    spare = room - _LEAST * len(shown)
    at = 0.0
    for kind, count in shown:
        width = _LEAST + spare * count / len(paired)
        yield _rect(kind, at, 0, width, _BAR)
        at += width + _GAP
    places = ((0, "start"), (WIDTH / 2, "middle"), (WIDTH, "end"))
    for (kind, count), (x, anchor) in zip(counts, places, strict=True):
        yield _text(x, _BAR + 15, f"{count:,} {kind}", anchor)


def _by_how_much(paired: Paired, top: float) -> Iterator[str]:
    """Columns of losses and gains; cases that stayed the same are told above."""
    counts = [*_counts(paired)]
    most = max(*counts, 1)
    width = WIDTH / len(counts)
    bottom = top + _COLUMNS
    for place, count in enumerate(counts):
        if count:
            high = max(_LEAST, (_COLUMNS - 12) * count / most)
            kind = "worse" if place < len(counts) / 2 else "better"
            yield _rect(kind, place * width + _GAP, bottom - high, width - 2 * _GAP, high)
            yield _text((place + 0.5) * width, bottom - high - 4, f"{count:,}", "middle")
    yield _line("axis", 0, bottom, WIDTH, bottom)
    yield _text(0, bottom + 14, "−100", "start")
    yield _text(WIDTH / 2, bottom + 14, "0 points", "middle")
    yield _text(WIDTH, bottom + 14, "+100", "end")


def _counts(paired: Paired) -> Iterator[int]:
    for low, high in pairwise(_EDGES):
        if high <= 0:
            yield sum(low <= one < high for one in paired.differences)
        else:
            yield sum(low < one <= high for one in paired.differences)


def _interval(comparison: Comparison, margin: float, y: float) -> Iterator[str]:
    """The difference with its interval, beside what is allowed."""
    ends = (abs(100 * comparison.low), abs(100 * comparison.high), margin)
    reach = next((one for one in _REACHES if one >= max(ends)), _REACHES[-1])

    def x(value: float) -> float:
        return WIDTH / 2 + (WIDTH / 2 - 6) * max(-1.0, min(1.0, value / reach))

    allowed = x(-margin)
    yield _rect("allowed", allowed, y - 9, x(reach) - allowed, 18)
    yield _line("zero", x(0), y - 12, x(0), y + 12)
    yield _line("interval", x(100 * comparison.low), y, x(100 * comparison.high), y)
    middle = x(100 * comparison.estimate)
    yield f'<circle class="ops-pairs-estimate" cx="{middle:.1f}" cy="{y:.1f}" r="4"/>'
    yield _text(0, y + 25, f"−{reach}", "start")
    yield _text(x(0), y + 25, "0 points", "middle")
    yield _text(WIDTH, y + 25, f"+{reach}", "end")


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="ops-pairs-{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
        f' height="{height:.1f}"/>'
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line class="ops-pairs-{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
