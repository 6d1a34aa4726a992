"""Running a rule file's tests on each of its mutants."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from opsrail.detection.library import Library
from opsrail.detection.model import Rule
from opsrail.detection.mutation.mutants import Mutant, mutants_of
from opsrail.detection.mutation.remembering import remembering
from opsrail.detection.timed.run import Outcome, Stage
from opsrail.streams.engines.model import Engine

MOST: Final = 500
"""Mutants of one file that are tried; of more, every so-manyth."""

LONGEST: Final = 300.0
"""Seconds that the mutants of one file may take."""


@dataclass(frozen=True, slots=True)
class MutationReport:
    """What the tests of a rule file notice.

    `killed` mutants made a test fail; the tests let `survivors` pass. `untried` is how many
    were left when time or patience ran out. Where tests fail as it is, they are `failing`, and
    nothing was tried; `tests` is how many there are.
    """

    path: str
    rules: tuple[str, ...]
    tests: int
    killed: int = 0
    survivors: tuple[Mutant, ...] = ()
    untried: int = 0
    failing: tuple[Outcome, ...] = ()

    @property
    def tried(self) -> int:
        """How many mutants were tried."""
        return self.killed + len(self.survivors)

    @property
    def score(self) -> float:
        """The share of mutants that a test noticed; 1 where there was nothing to notice."""
        return self.killed / self.tried if self.tried else 1.0


def mutate(
    library: Library, path: str, engine: Engine, *, seconds: float = LONGEST
) -> MutationReport:
    """Try every mutant of the rules in a file against the tests that look at them.

    These are the tests in the file itself; for a rule that none of them is built on, those of
    the rules elsewhere that are. A test that cannot run on a mutant notices it.
    """
    trial = _Trial(library, path, engine)
    report = MutationReport(path, trial.names, trial.tests)
    if failing := trial.failing():
        return replace(report, failing=failing)
    if not trial.tests:
        return report
    started = time.monotonic()
    killed = 0
    survivors: list[Mutant] = []
    mutants = _spread(list(mutants_of(library, path)))
    for number, mutant in enumerate(mutants):
        if time.monotonic() - started > seconds:
            untried = len(mutants) - number
            return replace(report, killed=killed, survivors=tuple(survivors), untried=untried)
        if trial.notices(mutant):
            killed += 1
        else:
            survivors.append(mutant)
    return replace(report, killed=killed, survivors=tuple(survivors))


def _spread(mutants: list[Mutant]) -> list[Mutant]:
    """At most `MOST` of them, from all parts of the file."""
    if len(mutants) <= MOST:
        return mutants
    return [mutants[number * len(mutants) // MOST] for number in range(MOST)]


class _Trial:
    """The tests that look at the rules of a file, staged once for all mutants."""

    def __init__(self, library: Library, path: str, engine: Engine) -> None:
        mine = [rule for rule in library.rules.values() if rule.place.path == path]
        self.names = tuple(rule.name for rule in sorted(mine, key=lambda rule: rule.number))
        self.lookers = {name: _lookers(library, path, name) for name in self.names}
        wanted = dict.fromkeys(rule for some in self.lookers.values() for rule in some)
        # Only these are looked at, however many rules there are.
        known = {rule.name: rule for rule in library.closure((*self.names, *wanted))}
        self.library = replace(library, rules=known)
        asked = remembering(engine)
        self.stages = {name: Stage(library, library.rules[name], asked) for name in wanted}

    @property
    def tests(self) -> int:
        """How many tests there are."""
        return sum(stage.count for stage in self.stages.values())

    def failing(self) -> tuple[Outcome, ...]:
        """The tests that fail on the rules as they are."""
        outcomes = (one for stage in self.stages.values() for one in stage.run(self.library))
        return tuple(outcome for outcome in outcomes if not outcome.passed)

    def notices(self, mutant: Mutant) -> bool:
        """Whether some test fails on the mutant."""
        name = mutant.rule.name
        rules = {**self.library.rules, name: mutant.rule}
        changed = replace(self.library, rules=rules)
        return any(
            not outcome.passed
            for looker in self.lookers[name]
            for outcome in self.stages[looker].run(changed)
        )


def _lookers(library: Library, path: str, name: str) -> tuple[str, ...]:
    """Rules whose tests look at the rule `name`: those of its file, or else those elsewhere."""
    tested = [rule for rule in library.rules.values() if rule.ops and rule.ops.tests]
    looking = [rule for rule in tested if name in _built_on(library.rules, rule)]
    near = [rule.name for rule in looking if rule.place.path == path]
    return tuple(near or (rule.name for rule in looking))


def _built_on(rules: Mapping[str, Rule], rule: Rule) -> frozenset[str]:
    """The rule itself and all that it is built on."""
    found: set[str] = set()
    waiting = [rule.name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += rules[name].references
    return frozenset(found)
