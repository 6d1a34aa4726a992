"""What came of judging suites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsrail.evals.comparing.matching import Matched
from opsrail.evals.comparing.weakening import Weakening
from opsrail.evals.decision.model import Decision
from opsrail.evals.model import Case, CaseResult, Suite, Verdict
from opsrail.evals.parts import Tier
from opsrail.evals.reading.suite import ReadSuite


@dataclass(frozen=True, slots=True)
class Outcome:
    """A suite's verdict with everything that it came of.

    `head` has a result for each case, `base` for those that compare. `set_aside` are cases in
    quarantine: run and shown, not counted. `words` tell the verdict, `picture` shows the paired
    differences as text (empty where nothing was compared). `about` names this very evidence, for
    putting a person's decision on record; `decided` says who decided, and why. Only a doubt
    can be decided, and a comparison that fails since base cannot be asked any more.
    """

    matched: Matched
    decision: Decision
    head: Mapping[str, CaseResult]
    base: Mapping[str, CaseResult]
    set_aside: frozenset[str]
    looks: int
    words: str
    picture: str
    about: str
    decided: str = ""
    can_be_decided: bool = False

    @property
    def suite(self) -> Suite:
        """The suite as it was judged."""
        return self.matched.judge

    @property
    def verdict(self) -> Verdict:
        """What it says about head."""
        return self.decision.verdict

    @property
    def is_open(self) -> bool:
        """Whether it lets the change pass: by its verdict, or since a person decided."""
        return self.verdict is Verdict.PASS or bool(self.decided)

    def case(self, name: str) -> Case | None:
        """A case by its id."""
        return next((case for case in self.suite.cases if case.id == name), None)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of several suites, in order of their names.

    `unread` could not be run at head; `weakened` has, by name, what suites lost against base.
    """

    outcomes: tuple[Outcome, ...]
    unread: tuple[ReadSuite, ...] = ()
    weakened: Mapping[str, tuple[Weakening, ...]] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether every suite that can close the gate lets the change pass."""
        protected = (one for one in self.outcomes if one.suite.tier is Tier.PROTECTED)
        return not self.unread and all(one.is_open for one in protected)
