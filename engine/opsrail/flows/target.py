"""Flows as targets of eval suites: each case's input is one run's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final
from uuid import uuid4

from opsrail.evals.model import Answer, Case
from opsrail.evals.reading.cases import fingerprint
from opsrail.findings import CannotWork
from opsrail.flows.model import Kind, Outcome, Run, World
from opsrail.flows.reading import dependencies, files_of
from opsrail.flows.running import Flows, open_flows
from opsrail.llm.asking import Asker, open_asker
from opsrail.llm.model import FaultKind, Json, Mode
from opsrail.repo.snapshot import Snapshot
from opsrail.tailor.catalog import Catalog

_NO_ANSWER: Final = frozenset(
    f"no answer: {kind}"
    for kind in (
        FaultKind.NO_RECORDING,
        FaultKind.NO_ENDPOINT,
        FaultKind.UNAUTHORISED,
        FaultKind.RATE_LIMITED,
        FaultKind.REFUSED,
        FaultKind.SERVER_ERROR,
        FaultKind.UNREACHABLE,
        FaultKind.TIMED_OUT,
        FaultKind.CUT,
        FaultKind.CONTENT_TYPE,
    )
) | {"time"}
"""What says something about the machine or the recordings, and nothing about the flow. A model
that refuses or answers badly is another matter: then the flow's answer is its baseline's.
"""


@dataclass(frozen=True)
class FlowTarget:
    """A flow of one version. Its answer is its output with `author`: `baseline` or `model`."""

    world: World
    name: str
    asker: Asker
    known: Mapping[str, Kind] | None = field(default=None, repr=False)
    also: Snapshot | None = field(default=None, repr=False)
    """Where else the asker looks for recordings."""

    def key(self, _case: Case) -> str:
        """The files on which its outcome depends, recordings among them, and where a model's
        answers come from.
        """
        return self._digest

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """A run for each case and repeat. Without a model they are all the same."""
        try:
            flows = self._flows
            flows.get(self.name)
        except CannotWork as error:
            broken = Answer(error=f"{error} ({error.hint})" if error.hint else str(error))
            return [(broken,) * repeats for _ in cases]
        return [
            tuple(self._answer(flows, case.input, repeat) for repeat in range(repeats))
            for case in cases
        ]

    def _answer(self, flows: Flows, given: Json, repeat: int) -> Answer:
        run = flows.run(self.name, given, self.asker, repeat=repeat)
        if run.outcome in (Outcome.REFUSED_INPUT, Outcome.FAILED) or _is_unanswered(run):
            return Answer(error="; ".join(run.reasons) or run.outcome.value, seconds=run.seconds)
        return Answer(_with_author(run), run.seconds)

    @cached_property
    def _flows(self) -> Flows:
        return open_flows(self.world, (self.name,), self.known)

    @cached_property
    def _digest(self) -> str:
        snapshot = self.world.catalog.snapshot
        needed = dependencies(snapshot, self.name, self.known)
        files = [files_of(one, needed) for one in (snapshot, self.also) if one is not None]
        if self.asker.mode in {Mode.LIVE, Mode.RECORD}:
            # What is asked anew is not to be remembered, and what is remembered is not recorded.
            return uuid4().hex
        return fingerprint([self.name, self.asker.mode.value, *files])


def open_flow_target(
    catalog: Catalog,
    today: date,
    name: str,
    asker: Asker | None = None,
    also: Snapshot | None = None,
) -> FlowTarget:
    """The flow of this name as a target. Opening runs nothing. Without an asker, no model is
    asked. `also` has further recordings that the asker may find.
    """
    off = open_asker(Mode.OFF, {}, lambda _path: None)
    return FlowTarget(World(catalog, today), name, asker or off, also=also)


def _is_unanswered(run: Run) -> bool:
    if not _NO_ANSWER.isdisjoint(run.causes):
        return True
    return any(_is_unanswered(step) for step in run.steps)


def _with_author(run: Run) -> Json:
    said = run.output if isinstance(run.output, Mapping) else {"output": run.output}
    return {**said, "author": run.author.value}
