"""Running flows: the one way from an input to what came of it.

Nothing here changes anything: what a flow would do is a value of its run. Nothing is kept from
one run for another, so that many may go on at a time in several threads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from opsrail.findings import CannotWork, Finding
from opsrail.flows.chaining import given_to, steps_of
from opsrail.flows.files import CODE, ReadFlow, digest_of
from opsrail.flows.formats import Permission, Step
from opsrail.flows.limits import NO_LIMITS, Limits
from opsrail.flows.model import Author, Flow, Kind, Misconfigured, Outcome, Run, World
from opsrail.flows.reading import flow_names, read_flows
from opsrail.flows.schemas import MOST_BYTES, problems, size_fault, texts, told
from opsrail.flows.writing import Ready, Terms, written
from opsrail.llm.asking import Asker
from opsrail.llm.injection import scan
from opsrail.llm.model import FREE, Json, Usage

_WHOLE: Final = "the input"
_SHORTEST: Final = 12
"""Characters. Nobody gives an order in fewer, and most texts of long lists are names."""


class UnknownFlow(CannotWork):
    """A flow was asked for that there is not."""


class BrokenFlow(CannotWork):
    """A flow was asked for that cannot run. `findings` say why, each at its place."""

    def __init__(self, name: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"the flow {name} cannot run: {findings[0]}", "`opsrail check` says more")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Chain:
    """A flow of steps, opened."""

    flow: Flow
    input: Mapping[str, Any]
    output: Mapping[str, Any]


class Flows:
    """The flows of one world, opened: what they learn is learnt, and they run from here on."""

    def __init__(
        self,
        world: World,
        ready: Mapping[str, Ready | Chain],
        broken: Mapping[str, tuple[Finding, ...]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.ready = ready
        self.broken = broken
        self._clock = clock

    def get(self, name: str) -> Ready | Chain:
        """A flow that can run. Raises `UnknownFlow` or `BrokenFlow`."""
        if name in self.broken:
            raise BrokenFlow(name, self.broken[name])
        if name not in self.ready:
            there = ", ".join(flow_names(self.world.catalog.snapshot)) or "none yet"
            raise UnknownFlow(f"there is no flow {name}", f"there are: {there}")
        return self.ready[name]

    def run(
        self,
        name: str,
        given: Json,
        asker: Asker,
        limits: Limits = NO_LIMITS,
        *,
        most_bytes: int = MOST_BYTES,
        repeat: int = 0,
    ) -> Run:
        """Run a flow on one input. What is wrong with the input is an outcome, no exception.

        `limits` hold beside the flow's own budget; `repeat` tells the second answer to the same
        input from the first. Raises `UnknownFlow` or `BrokenFlow`.
        """
        flow = self.get(name)
        if fault := size_fault(given, most_bytes):
            return Run(name, Outcome.REFUSED_INPUT, reasons=(fault,), causes=("input",))
        return self._run(flow, given, asker, Terms(limits, repeat, self._clock))

    def _run(self, flow: Ready | Chain, given: Json, asker: Asker, terms: Terms) -> Run:
        started = self._clock()
        if wrong := problems(flow.input, given):
            reasons = tuple(told(one, _WHOLE) for one in wrong)
            done = Run(flow.flow.name, Outcome.REFUSED_INPUT, reasons=reasons, causes=("input",))
        else:
            limits = terms.limits.narrowed(flow.flow.file.budget, started)
            narrowed = replace(terms, limits=limits)
            if isinstance(flow, Ready):
                done = self._alone(flow, given, asker, narrowed)
            else:
                done = self._chained(flow, given, asker, narrowed)
        ends = {"input": digest_of(given), "output": digest_of(done.output)}
        digests = {**_digests(flow.flow), **ends}
        return replace(done, seconds=self._clock() - started, digests=digests)

    def _alone(self, ready: Ready, given: Json, asker: Asker, terms: Terms) -> Run:
        made = written(ready, given, asker, terms)
        name, file = ready.flow.name, ready.flow.file
        suspicions = tuple(_suspected(given))
        if not made.is_fit:
            return Run(
                name,
                Outcome.FAILED,
                reasons=made.reasons,
                causes=made.causes,
                suspicions=suspicions,
            )
        may = Permission.PROPOSE_BRANCH in file.permissions
        effect = ready.task.effect(given, made.output) if may else None
        waits = bool(effect and file.approval)
        return Run(
            name,
            Outcome.WAITING if waits else Outcome.DONE,
            made.output,
            made.author,
            made.reasons,
            made.usage,
            effect=effect,
            approval=file.approval if waits else "",
            suspicions=suspicions,
            causes=made.causes,
        )

    def _chained(self, chain: Chain, given: Json, asker: Asker, terms: Terms) -> Run:
        """The steps in order. One that fails or refuses its input ends the chain.

        No effect is carried out on the way, so that no step depends on one: all of a chain's
        effects come last, each after its own approval.
        """
        values: dict[str, Json] = {"input": given}
        runs: list[Run] = []
        used: Usage = FREE
        for step in chain.flow.file.steps:
            left = replace(terms, limits=terms.limits.less(used))
            one = self._run(self.get(step.flow), given_to(step, values), asker, left)
            one = _approved(one, step, chain.flow)
            runs.append(one)
            used = used + one.usage
            if one.outcome in (Outcome.FAILED, Outcome.REFUSED_INPUT):
                break
            values[step.flow] = one.output
        return _together(chain, runs, used)


def _approved(run: Run, step: Step, chain: Flow) -> Run:
    """The run of a step, waiting for whom the chain names where its own flow names nobody."""
    team = run.approval or step.approval or chain.file.approval
    if run.effect is None or not team:
        return run
    return replace(run, outcome=Outcome.WAITING, approval=team)


def _together(chain: Chain, runs: list[Run], used: Usage) -> Run:
    last = runs[-1]
    output = {run.flow: run.output for run in runs}
    outcome, reasons, causes = Outcome.DONE, [], []
    for run in runs:
        reasons += [f"{run.flow}: {reason}" for reason in run.reasons]
        causes += [f"{run.flow}: {cause}" for cause in run.causes]
    if last.outcome in (Outcome.FAILED, Outcome.REFUSED_INPUT):
        outcome = Outcome.FAILED
    elif wrong := problems(chain.output, output):
        outcome = Outcome.FAILED
        reasons += [told(one, "the output") for one in wrong]
        causes.append("output schema")
    elif any(run.outcome is Outcome.WAITING for run in runs):
        outcome = Outcome.WAITING
    by_model = any(run.author is Author.MODEL for run in runs)
    return Run(
        chain.flow.name,
        outcome,
        None if outcome is Outcome.FAILED else output,
        Author.MODEL if by_model else Author.BASELINE,
        tuple(reasons),
        used,
        suspicions=tuple(dict.fromkeys(one for run in runs for one in run.suspicions)),
        steps=tuple(runs),
        causes=tuple(causes),
    )


def _suspected(given: Json) -> Iterator[str]:
    """What the scanner says of the input's texts. Advisory: what decides is what comes out."""
    first = {text: place or _WHOLE for place, text in reversed([*texts(given)])}
    for text, place in reversed(first.items()):
        if len(text) >= _SHORTEST:
            yield from (f"{place}: {one.message}" for one in scan(text))


def _digests(flow: Flow) -> Mapping[str, str]:
    found = {"flow": flow.digest}
    if flow.prompt is not None:
        found["prompt"] = flow.prompt.digest
        found["model"] = digest_of(flow.prompt.model.model_dump(mode="json"))
    return found


def open_flows(
    world: World,
    names: Collection[str] | None = None,
    known: Mapping[str, Kind] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Flows:
    """Open flows (all, or those named with the steps of chains among them), ready to run.

    Broken ones are kept apart with their findings. `known`: the kinds of tasks there are, those
    of the engine if left out.
    """
    reads = read_flows(world.catalog.snapshot, known)
    wanted = set(reads) if names is None else set(names)
    wanted |= {step for name in wanted for step in steps_of(name, reads)}
    ready: dict[str, Ready | Chain] = {}
    broken: dict[str, tuple[Finding, ...]] = {}
    for name in sorted(wanted & set(reads)):
        opened = _opened(world, reads[name])
        if isinstance(opened, tuple):
            broken[name] = opened
        else:
            ready[name] = opened
    _spread(reads, ready, broken)
    return Flows(world, ready, broken, clock)


def _opened(world: World, read: ReadFlow) -> Ready | Chain | tuple[Finding, ...]:
    if read.flow is None:
        return read.findings
    if read.kind is None:
        return Chain(read.flow, read.input, read.output)
    try:
        task = read.kind.open(world, read.flow.file.settings)
    except Misconfigured as error:
        place = read.place("settings", *error.route)
        return (Finding(place, CODE, str(error), hint=error.hint),)
    return Ready(read.flow, read.kind, task, read.input, read.output)


def _spread(
    reads: Mapping[str, ReadFlow],
    ready: dict[str, Ready | Chain],
    broken: dict[str, tuple[Finding, ...]],
) -> None:
    """A chain of which a step is broken is broken as well, for the same reason."""
    for name in sorted(ready):
        for step in steps_of(name, reads):
            if step in broken:
                broken[name] = broken[step]
                ready.pop(name, None)
