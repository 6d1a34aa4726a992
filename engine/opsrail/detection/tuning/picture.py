"""Trials as a picture: alerts a day against incidents caught, as SVG with words for everyone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from opsrail.detection.tuning.sweep import Trial, Tuning, caught
from opsrail.detection.words.nouns import number
from opsrail.report.escaping import shortened, visible

_WIDTH: Final = 720
_HEIGHT: Final = 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 60, 60
_LONGEST_TITLE: Final = 50
_STYLE: Final = """
    svg { color: #1f2933; background: #ffffff; font: 13px system-ui, sans-serif }
    text { fill: currentColor } .axis, .grid { stroke: currentColor } .grid { opacity: .15 }
    .mark { fill: none; stroke: currentColor; stroke-width: 1.5 }
    .best { fill: #0b6bcb; stroke: #0b6bcb } .front { fill: none; stroke: #0b6bcb }
    .now { fill: none; stroke: #b4470e; stroke-width: 3 }
    @media (prefers-color-scheme: dark) {
      svg { color: #e4e7eb; background: #16202a }
      .best { fill: #6cb6ff; stroke: #6cb6ff } .front { stroke: #6cb6ff } .now { stroke: #ffa657 }
    }
"""


def picture(tuning: Tuning) -> str:
    """The picture of all trials. Filled points are the best ones, a square is the current one;
    each point says in words what it is, for pointers and screen readers.
    """
    trials = tuning.trials
    most = max((caught(trial) for trial in trials), default=0)
    known = max((trial.score.recall.whole for trial in trials if trial.score.recall), default=0)
    scale = _Scale(_ceiling(max((trial.per_day for trial in trials), default=0)), max(known, 1))
    title = shortened(visible(tuning.rule.title), _LONGEST_TITLE)
    title += ": alerts a day against incidents caught"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"',
        'role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(_described(trials, most, known))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<text x="{_LEFT}" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="44">filled: best settings · square: the current one</text>',
        *_axes(scale),
        _frontier(trials, scale),
        # The best ones and the current one last, so that none lies under another.
        *(
            _point(one, scale)
            for one in sorted(trials, key=lambda one: (one.is_best, one.is_current))
        ),
        *_labels(trials, scale),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


class _Scale:
    """Where a value stands in the picture."""

    def __init__(self, per_day: float, incidents: int) -> None:
        self.per_day = per_day
        self.incidents = incidents

    def x(self, per_day: float) -> float:
        """From the left."""
        return round(_LEFT + per_day / self.per_day * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(self, incidents: float) -> float:
        """From the top."""
        share = incidents / self.incidents
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    def at(self, trial: Trial) -> tuple[float, float]:
        """Where a trial stands."""
        return self.x(trial.per_day), self.y(caught(trial))


def _ceiling(value: float) -> float:
    """The next round number: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _described(trials: Sequence[Trial], most: int, known: int) -> str:
    best = sorted({str(trial.setting) for trial in trials if trial.is_best})
    told = f"{len(trials)} settings; the most that one catches is {most} of {known} incidents."
    told += f" Best: {', '.join(best)}." if best else ""
    now = next((trial for trial in trials if trial.is_current), None)
    if now:
        told += f" Now: {_told(now)}."
    return told


def _told(trial: Trial) -> str:
    per_day = number(round(trial.per_day, 2))
    return f"{trial.setting}: {per_day} alerts a day, {trial.score.recall or 'no'} incidents caught"


def _axes(scale: _Scale) -> Iterator[str]:
    bottom, right = scale.y(0), scale.x(scale.per_day)
    step = max(1, -(-scale.incidents // 10))
    for count in range(0, scale.incidents + 1, step):
        y = scale.y(count)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{count}</text>'
    for tick in range(6):
        value = scale.per_day * tick / 5
        x = scale.x(value)
        yield f'<line class="grid" x1="{x}" y1="{_TOP}" x2="{x}" y2="{bottom}"/>'
        shown = number(round(value, 3))
        yield f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{shown}</text>'
    yield f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}"/>'
    yield f'<line class="axis" x1="{_LEFT}" y1="{_TOP}" x2="{_LEFT}" y2="{bottom}"/>'
    middle = (_LEFT + right) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 16}" text-anchor="middle">alerts a day</text>'
    across = (_TOP + bottom) / 2
    yield (
        f'<text x="20" y="{across}" text-anchor="middle" transform="rotate(-90 20 {across})">'
        f"incidents caught, of {scale.incidents}</text>"
    )


def _frontier(trials: Sequence[Trial], scale: _Scale) -> str:
    points = sorted({scale.at(trial) for trial in trials if trial.is_best})
    told = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="front" points="{told}"/>' if len(points) > 1 else ""


def _point(trial: Trial, scale: _Scale) -> str:
    x, y = scale.at(trial)
    kind = "best" if trial.is_best else "mark"
    told = f"<title>{escape(_told(trial))}</title>"
    ring = (
        f'<rect class="now" x="{x - 9:.1f}" y="{y - 9:.1f}" width="18" height="18"/>'
        if trial.is_current
        else ""
    )
    return f'<g>{told}<circle class="{kind}" cx="{x}" cy="{y}" r="5"/>{ring}</g>'


def _labels(trials: Sequence[Trial], scale: _Scale) -> Iterator[str]:
    """Names of the best settings and of the current one, none over another: a label that would
    touch one before it moves down, and settings at one place share a label.
    """
    places: dict[tuple[float, float], list[str]] = {}
    for trial in trials:
        if trial.is_best or trial.is_current:
            name = f"{trial.setting} (now)" if trial.is_current else str(trial.setting)
            places.setdefault(scale.at(trial), []).append(name)
    taken: list[tuple[float, float, float]] = []
    for (x, y), names in sorted(places.items()):
        told = ", ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"
        wide, height = 7.0 * len(told), y + 20
        while any(_touch((x, height, wide), other) for other in taken):
            height += 15
        taken.append((x, height, wide))
        yield f'<text x="{x + 10}" y="{height}">{escape(told)}</text>'


def _touch(left: tuple[float, float, float], right: tuple[float, float, float]) -> bool:
    is_level = abs(left[1] - right[1]) < 14
    return is_level and left[0] < right[0] + right[2] and right[0] < left[0] + left[2]
