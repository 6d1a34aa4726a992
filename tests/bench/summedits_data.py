"""The four domains of SummEdits (Laban et al. 2023, arXiv 2305.14540) in the shared real data."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "summedits"
TUNED = ("sales_call", "podcast")
"""Chosen before any of the data was looked at: lists, weights and thresholds come from these."""
HELD_OUT = ("news", "qmsumm")
"""Their texts were never read, no weight was fitted on them; they were only scored, three times."""
FIRST_SCORED = {"P1": (58.6, 61.2), "P2": (74.0, 73.6)}
"""Balanced accuracy on the held-out domains when they were scored for the first time, at the
balanced and the gate point. What came between, without reading them: marks may stand farther from
what they are about, kindred names and abbreviations count as the same, spelled numbers add up,
words of contrast stand for each other, weights from before the lists were cleaned, and
stricter gates; then mistakes in stems, line ends and double reversals that unit tests showed.
So the last score is a little less clean than the first.
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A source, a text derived from it, and what people said of the two."""

    cluster: str
    """The document that several cases share."""
    source: str
    derived: str
    is_unfaithful: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the published files."""

    document: str
    summary: str
    seed: str
    is_consistent: bool


Protocol = Callable[[Sequence[Row]], list[Case]]


def read_rows(domain: str, folder: Path = FOLDER) -> list[Row]:
    """All rows of a domain, in the order of its file."""
    rows = json.loads((folder / f"{domain}.json").read_text(encoding="utf-8"))
    return [
        Row(row["doc"], row["summary"], row["original_summary"], row["label"] == 1) for row in rows
    ]


def published(rows: Sequence[Row]) -> list[Case]:
    """The published task: the summary against its document."""
    return [Case(row.document, row.document, row.summary, not row.is_consistent) for row in rows]


def edits(rows: Sequence[Row]) -> list[Case]:
    """The gate's task: an edit against the approved summary that it was made from.

    Seeds that people held to be inconsistent are left out, and so are the seeds themselves.
    """
    approved = {row.seed for row in rows if row.summary == row.seed and row.is_consistent}
    return [
        Case(row.document, row.seed, row.summary, not row.is_consistent)
        for row in rows
        if row.seed in approved and row.summary != row.seed
    ]
