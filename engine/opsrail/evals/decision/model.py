"""What the rule is given, what it is held against, and what it says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from opsrail.evals.model import Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.statistics.paired import Paired

if TYPE_CHECKING:
    # It needs numpy, which suites whose cases are judged one by one must not load.
    from opsrail.evals.statistics.compare import Comparison


class Rule(StrEnum):
    """The rules, in the order in which they are asked."""

    COMPARABLE = "comparable"
    MUST_PASS = "must-pass"  # noqa: S105 - a rule, no password
    REGRESSION = "regression"
    NEW_CASE = "new-case"
    DIFFERENCE = "difference"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Standard:
    """What evidence is held against.

    `margin` and `floor` are points of 100, `confidence` is that of the whole decision: where the
    suite may be looked at twice (`can_look_again`), each look uses half of the error.
    """

    judging: Judging
    confidence: float = 0.95
    margin: float = 2.0
    floor: float | None = None
    can_look_again: bool = False

    @property
    def look_confidence(self) -> float:
        """The confidence of one look (Bonferroni: two pre-declared looks share the error)."""
        return 1 - (1 - self.confidence) / 2 if self.can_look_again else self.confidence

    @property
    def error(self) -> float:
        """How often one look may close the gate by chance: one side of its interval."""
        return (1 - self.look_confidence) / 2


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores in [0, 1] of one version's cases, with their clusters."""

    values: tuple[float, ...] = ()
    clusters: tuple[str, ...] = ()

    @property
    def mean(self) -> float | None:
        """Their mean, where there are any."""
        return sum(self.values) / len(self.values) if self.values else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rule is given; cases by their ids, in order.

    `reasons` say why base and head cannot be compared. `must_pass` and `failing` fail at head,
    `regressions` among them passed at base, `fresh` among them have nothing at base to be
    compared with. `paired` has the scores of `ids`; `head` those of all of head's cases.
    """

    reasons: tuple[str, ...] = ()
    must_pass: tuple[str, ...] = ()
    regressions: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    paired: Paired | None = None
    head: Scores = field(default_factory=Scores)
    is_second_look: bool = False

    @property
    def worse(self) -> tuple[str, ...]:
        """The cases that score less at head, the largest loss first."""
        return self._changed(-1)

    @property
    def better(self) -> tuple[str, ...]:
        """The cases that score more at head, the largest gain first."""
        return self._changed(1)

    def seen_again(self) -> Evidence:
        """The same as evidence of the second look."""
        return replace(self, is_second_look=True)

    def _changed(self, sign: int) -> tuple[str, ...]:
        differences = self.paired.differences if self.paired else ()
        found = [
            (-sign * difference, name)
            for name, difference in zip(self.ids, differences, strict=True)
            if sign * difference > 0
        ]
        return tuple(name for _, name in sorted(found))


@dataclass(frozen=True, slots=True)
class FloorJudgement:
    """Head's score beside the floor, in points of 100. For promises there is no interval."""

    score: float
    low: float
    high: float
    floor: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, the rule that it comes from, and the cases it is about.

    `p_value` is the one that was held against the standard's `error`: adjusted, where several
    suites ran together.
    """

    verdict: Verdict
    rule: Rule
    cases: tuple[str, ...]
    evidence: Evidence
    standard: Standard
    comparison: Comparison | None = None
    floor: FloorJudgement | None = None
    p_value: float | None = None
