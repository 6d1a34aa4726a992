"""A small picture of paired differences in text, for terminals and Markdown, without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from opsrail.evals.statistics.paired import Paired

WIDTH = 40
"""The longest bar, in characters."""
_EIGHTHS = " ▏▎▍▌▋▊▉"
_LEVELS = "▁▂▃▄▅▆▇█"
_EDGES = (-1.0, -0.75, -0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
"""Of the histogram's columns; finer around zero, where most differences are."""
_COLUMN = 5


def picture(paired: Paired) -> str:
    """How many cases got worse, stayed and got better; for graded scores, by how much.

    At most 60 characters wide, a few lines, without a line break at the end.
    """
    lines = [*_bars(paired)]
    if not paired.is_binary:
        lines += ["", *_histogram(paired.differences)]
    return "\n".join(line.rstrip() for line in lines)


def _bars(paired: Paired) -> Iterator[str]:
    same = len(paired) - paired.worse - paired.better
    most = max(paired.worse, paired.better)
    yield f"worse   {_bar(paired.worse, most)} {paired.worse:,}".replace("  0", " 0")
    yield f"same    {same:,}"
    yield f"better  {_bar(paired.better, most)} {paired.better:,}".replace("  0", " 0")


def _bar(count: int, most: int) -> str:
    """As long as its share of the larger one; a single case is one block, if there is room."""
    if not count:
        return ""
    eighths = max(1, round(8 * count * min(WIDTH, most) / most))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _histogram(differences: Sequence[float]) -> Iterator[str]:
    """Columns from −100 to +100 points: loss to the left, gain to the right."""
    counts = [*_counts(differences)]
    most = max(*counts, 1)
    blocks = [_LEVELS[round((len(_LEVELS) - 1) * n / most)] * 3 if n else "·" for n in counts]
    marks = [f"{round(100 * edge):+d}".replace("-", "−") if edge else "0" for edge in _EDGES]
    yield "".join(block.center(_COLUMN) for block in blocks)
    yield "".join(f"{count:,}".center(_COLUMN) for count in counts)
    yield f"{marks[0]}{'0'.center(_COLUMN * len(counts) - 8)}{marks[-1]}"


def _counts(differences: Sequence[float]) -> Iterator[int]:
    """Cases by column; those that stayed the same are told above, and in none of them."""
    for low, high in pairwise(_EDGES):
        if high <= 0:
            yield sum(low <= one < high for one in differences)
        else:
            yield sum(low < one <= high for one in differences)
