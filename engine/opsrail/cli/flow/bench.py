"""Runs flows one after the other: budget, audit log, and what is to happen with their effects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from opsrail.cli.flow.opening import revision_words
from opsrail.findings import CannotWork
from opsrail.flows.approving import Desk, do_now, put_aside
from opsrail.flows.effects import wanted
from opsrail.flows.limits import Limits
from opsrail.flows.model import Author, Outcome, Run
from opsrail.flows.records import Caller, run_record
from opsrail.flows.running import Flows
from opsrail.flows.telling import proposal_lines, summary
from opsrail.flows.waiting import Proposal
from opsrail.llm.asking import Asker
from opsrail.llm.model import FREE, Json, Usage

_GOOD = (Outcome.DONE, Outcome.WAITING)


@dataclass(frozen=True, slots=True)
class Done:
    """A run that is on record, and what became of its effects."""

    run: Run
    proposals: tuple[Proposal, ...]


@dataclass
class Bench:
    """Runs with one asker, one log and one budget. `does`: effects that wait for nobody are
    carried out. `say` takes remarks for people as they come up, the same one once.
    """

    flows: Flows
    asker: Asker
    desk: Desk
    caller: str
    say: Callable[[str], None]
    budget: float | None = None
    does: bool = False
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    by_model: int = 0
    used: Usage = FREE
    _failed: bool = False
    _remarks: set[str] = field(default_factory=set)

    def run(self, name: str, given: Json, most_bytes: int) -> Done:
        """Run a flow, put the run on record, then see to its effects."""
        limits = Limits(self.budget).less(self.used)
        run = self.flows.run(name, given, self.asker, limits, most_bytes=most_bytes)
        self.outcomes[run.outcome] += 1
        self.by_model += run.author is Author.MODEL
        self.used = self.used + run.usage
        waiting = self._put_aside(run)
        self._record(run, waiting)
        done = (*waiting, *self._do(run))
        for line in proposal_lines(done):
            self._remark(line)
        return Done(run, done)

    def summary(self, unread: int) -> str:
        """What all runs came to, in one line."""
        return summary(self.outcomes, self.by_model, self.used, unread)

    @property
    def is_good(self) -> bool:
        """Whether every run came to its end, and every effect to what it was meant to."""
        return not self._failed and all(outcome in _GOOD for outcome in self.outcomes)

    def _put_aside(self, run: Run) -> tuple[Proposal, ...]:
        try:
            snapshot = self.flows.world.catalog.snapshot
            return put_aside(self.desk, snapshot, run, self.caller, _now())
        except CannotWork as error:
            self._refused(error)
            return ()

    def _do(self, run: Run) -> tuple[Proposal, ...]:
        done = []
        for want in wanted(run):
            if want.team:
                continue
            if not self.does:
                self._remark(f"would make the branch {want.effect.name}: add --do")
                continue
            try:
                snapshot = self.flows.world.catalog.snapshot
                done.append(do_now(self.desk, snapshot, want, self.caller, _now()))
            except CannotWork as error:
                self._refused(error)
        return tuple(done)

    def _remark(self, words: str) -> None:
        if words not in self._remarks:
            self._remarks.add(words)
            self.say(words)

    def _refused(self, error: CannotWork) -> None:
        self._failed = True
        self._remark(f"not done: {error}" + (f" ({error.hint})" if error.hint else ""))

    def _record(self, run: Run, waiting: tuple[Proposal, ...]) -> None:
        record = run_record(
            run,
            Caller("cli", self.caller),
            _now(),
            self.asker.mode,
            revision_words(self.flows),
            tuple(one.id for one in waiting),
        )
        if torn := self.desk.log.append(record).set_aside:
            place = self.desk.log.path
            self._remark(
                f"the last line of {place} was torn, by a run that was killed: its {torn} bytes"
                f" are kept in {place.name}.torn"
            )


def _now() -> datetime:
    return datetime.now(UTC)
