"""How much each kind of evidence weighs, and how much of it is too much.

Weights of a logistic regression with weights of zero or more (a piece of evidence never speaks
*for* a text) and equal say for faithful and unfaithful texts, fitted on two domains of SummEdits
(Laban et al. 2023, arXiv 2305.14540), sales calls and podcasts, and rounded to a tenth. The lists
of words were cleaned by hand on the same texts later. That makes the evidence look more reliable
there than it is elsewhere, so the weights of opposites and reversals are those from before. This,
and the stricter gates, were decided after two further domains had been scored once.
`python -m tests.bench summedits` fits them anew and prints them beside these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from opsrail.tailor.faithful.words.evidence import Evidence, Trait, traits_in


class Point(StrEnum):
    """Where to draw the line."""

    BALANCED = "balanced"
    """Misses and false alarms weigh the same."""
    GATE = "gate"
    """A false alarm costs trust. Faithful texts stopped: 3 % of edits and 5 % of summaries where
    the weights were made, 7 % and 14 % in two domains whose texts nobody read for it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Weights, and the sum from which on a text is held to be unfaithful."""

    weights: Mapping[Trait, float]
    thresholds: Mapping[Point, float]

    def weigh(self, found: Iterable[Evidence]) -> float:
        """The sum over the kinds of evidence, each counted once: 0 where there is none."""
        return sum(self.weights.get(trait, 0.0) for trait in sorted(traits_in(found)))

    def is_too_much(self, found: Iterable[Evidence], point: Point) -> bool:
        """Whether the evidence reaches the threshold."""
        return self.weigh(found) >= self.thresholds[point] - 1e-9


SUPPORT = Scale(
    {
        Trait.NUMBER: 1.0,
        Trait.NAME: 1.4,
        Trait.NEGATION: 1.3,
        Trait.LIMIT: 1.0,
        Trait.CONTRAST: 0.5,
        Trait.OPPOSITE_HERE: 0.3,
        Trait.OPPOSITE: 0.5,
        Trait.REVERSAL: 0.4,
    },
    {Point.BALANCED: 0.6, Point.GATE: 1.0},
)
"""For a text against a longer source, of which it says the gist."""

EDIT = Scale(
    {
        Trait.NUMBER: 1.3,
        Trait.NAME: 1.4,
        Trait.NEGATION: 1.7,
        Trait.LIMIT: 1.0,
        Trait.CONTRAST: 0.6,
        Trait.OPPOSITE: 1.4,
        Trait.SIBLING: 1.2,
        Trait.REVERSAL: 0.6,
        Trait.REPLACED: 0.3,
        Trait.ADDED: 0.2,
    },
    {Point.BALANCED: 0.8, Point.GATE: 1.2},
)
"""For a text against an approved one of much the same wording."""
