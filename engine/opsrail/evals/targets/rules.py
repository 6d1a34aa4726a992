"""Detection rules: which of them raise alerts about the events that a case gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import ValidationError

from opsrail.detection.reading.documents import FOLDER, SETTINGS, is_rule_file
from opsrail.evals.model import Answer, Case, Json
from opsrail.evals.reading.cases import fingerprint
from opsrail.repo.snapshot import Snapshot
from opsrail.streams.spans import spelled

if TYPE_CHECKING:
    from opsrail.detection.library import Library
    from opsrail.detection.timed.scenario import Played, Raised, Scenario

ALL = "all"


@dataclass(frozen=True)
class RulesTarget:
    """Rules by name, or all of them. An answer has three parts.

    `rules` names those that raised an alert, `silent` those whose alerts something else kept
    from being heard, `alerts` tells each alert in words, in order of time.
    """

    snapshot: Snapshot
    names: tuple[str, ...]

    def key(self, _case: Case) -> str:
        """The rule files: what a rule raises may depend on any other one."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        entries = self.snapshot.entries
        paths = [path for path in entries if is_rule_file(path) or path in SETTINGS]
        return fingerprint([FOLDER, *self.names, *((path, entries[path].blob) for path in paths)])

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """What the rules raise about each case's events. All cases together ask a rule once."""
        # Reading and running rules takes long to import.
        from opsrail.detection.timed.scenario import play_all

        library = self._library
        raising = [name for name, rule in library.rules.items() if rule.ops is not None]
        names = raising if self.names == (ALL,) else list(self.names)
        if missing := [name for name in names if name not in raising]:
            error = f"there is no rule {missing[0]} that can raise an alert"
            return [(Answer(error=error),) * repeats for _ in cases]
        read = [_scenario(case) for case in cases]
        scenarios = [one for one in read if not isinstance(one, Answer)]
        played = iter(play_all(library, names, scenarios))
        answers = (one if isinstance(one, Answer) else _answer(next(played)) for one in read)
        return [(answer,) * repeats for answer in answers]

    @cached_property
    def _library(self) -> Library:
        from opsrail.detection.library import read_library

        return read_library(self.snapshot)


def _scenario(case: Case) -> Scenario | Answer:
    """The case's events, or what keeps them from being read."""
    from opsrail.detection.timed.scenario import Scenario

    try:
        return Scenario.model_validate(case.input)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        return Answer(error=f"its events cannot be read: {where}: {first['msg']}")


def _answer(played: Played) -> Answer:
    if played.fault:
        return Answer(error=played.fault)
    heard = [one for one in played.raised if not one.is_silent]
    silent = [one for one in played.raised if one.is_silent]
    alerts: list[Json] = [_words(one) for one in played.raised]
    names: list[Json] = [*sorted({one.rule for one in heard})]
    quiet: list[Json] = [*sorted({one.rule for one in silent} - {one.rule for one in heard})]
    return Answer({"rules": names, "silent": quiet, "alerts": alerts})


def _words(one: Raised) -> str:
    group = " ".join(f"{key}={value}" for key, value in one.group.items())
    silent = " (silent)" if one.is_silent else ""
    return (
        f"{one.rule} at {spelled(one.at)}: {one.level.value}{f' {group}' if group else ''}{silent}"
    )
