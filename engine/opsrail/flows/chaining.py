"""Chains: flows made of flows. What is wrong with one, and what a step is given.

A step's input is written with `{input.x}` and `{earlier-step.y}`. A text that is one reference
becomes the value itself, and is left out where there is none; within a longer text it is written
out, a missing one as nothing. Braces around anything else stay as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from opsrail.evals.reading.asserted import part
from opsrail.findings import Finding, in_order
from opsrail.flows.files import CODE, ReadFlow
from opsrail.flows.formats import Step
from opsrail.flows.schemas import knows
from opsrail.llm.model import Json

INPUT: Final = "input"
MOST_STEPS: Final = 50
"""Of a chain, those of chains within it counted."""
_REFERENCE: Final = re.compile(r"\{([a-z0-9][a-z0-9-]*)((?:\.[^{}.\s]+)*)\}")
_ABSENT: Final = object()


def given_to(step: Step, values: Mapping[str, Json]) -> Json:
    """The input of a step. `values`: the chain's input as `input`, and each output so far."""
    found = {key: _filled(value, values) for key, value in step.given.items()}
    return {key: value for key, value in found.items() if value is not _ABSENT}


def _filled(value: Any, values: Mapping[str, Json]) -> Any:  # noqa: ANN401 - any JSON, or `_ABSENT`
    if isinstance(value, str):
        if whole := _REFERENCE.fullmatch(value):
            return _part(whole, values)
        return _REFERENCE.sub(lambda found: _written(_part(found, values)), value)
    if isinstance(value, Mapping):
        inner = {key: _filled(one, values) for key, one in value.items()}
        return {key: one for key, one in inner.items() if one is not _ABSENT}
    if isinstance(value, list | tuple):
        return [one for one in (_filled(one, values) for one in value) if one is not _ABSENT]
    return value


def _part(found: re.Match[str], values: Mapping[str, Json]) -> Any:  # noqa: ANN401 - any JSON, or `_ABSENT`
    if found[1] not in values:
        return _ABSENT
    try:
        return part(values[found[1]], found[2].removeprefix("."))
    except KeyError:
        return _ABSENT


def _written(value: Any) -> str:  # noqa: ANN401 - any JSON, or `_ABSENT`
    if value is _ABSENT or value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def chain_findings(flows: Mapping[str, ReadFlow]) -> Mapping[str, tuple[Finding, ...]]:
    """What is wrong with each chain, seen together with the flows it is made of."""
    found = {
        name: in_order(_faults(read, flows))
        for name, read in flows.items()
        if read.flow and read.flow.file.steps
    }
    return {name: findings for name, findings in found.items() if findings}


def steps_of(name: str, flows: Mapping[str, ReadFlow], above: Sequence[str] = ()) -> Iterator[str]:
    """The flows that a chain runs, in order, those of chains within it too; each as often as it
    runs. Ends at a cycle, whose flow it names once more.
    """
    read = flows.get(name)
    if name in above or read is None or read.flow is None:
        return
    for step in read.flow.file.steps:
        yield step.flow
        yield from steps_of(step.flow, flows, (*above, name))


def output_of_steps(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> Mapping[str, Any]:
    """The schema of what a chain without faults gives: each step's output under its flow's name."""
    assert read.flow is not None
    names = [step.flow for step in read.flow.file.steps]
    return {
        "type": "object",
        "required": names,
        "properties": {name: _embedded(flows[name], flows) for name in names},
        "additionalProperties": False,
    }


def _embedded(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> Mapping[str, Any]:
    """A flow's output schema as a part of another. One that refers to parts of itself cannot be."""
    assert read.flow is not None
    file = read.flow.file
    schema = output_of_steps(read, flows) if file.steps and file.output is None else read.output
    return {} if '"$ref"' in json.dumps(schema) else schema


def _faults(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> Iterator[Finding]:
    assert read.flow is not None
    earlier: list[str] = []
    for at, step in enumerate(read.flow.file.steps):
        place = read.place("steps", at, "flow")
        if step.flow in earlier:
            message = f"`{step.flow}` is a step of this chain twice"
            hint = "write a second flow for it: later steps refer to a step by its flow's name"
            yield Finding(place, CODE, message, hint=hint)
        elif step.flow == INPUT:
            yield Finding(place, CODE, "a step cannot be named `input`", hint="rename its flow")
        elif step.flow == read.name or read.name in _below(step.flow, flows):
            yield Finding(place, CODE, f"`{step.flow}` leads back to this flow, without end")
        elif step.flow not in flows:
            hint = f"flows are files of policies/flows: {', '.join(sorted(flows))}"
            yield Finding(place, CODE, f"there is no flow `{step.flow}`", hint=hint)
        else:
            yield from _unlike(read, at, step, flows[step.flow])
        yield from _of_references(read, at, step, earlier, flows)
        earlier.append(step.flow)
    yield from _too_long(read, flows)


def _below(name: str, flows: Mapping[str, ReadFlow]) -> set[str]:
    """Every flow that a flow leads to."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        read = flows.get(waiting.pop())
        new = {step.flow for step in read.flow.file.steps} if read and read.flow else set()
        waiting += new - seen
        seen |= new
    return seen


def _too_long(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> Iterator[Finding]:
    if read.name in _below(read.name, flows):
        return
    for count, _ in enumerate(steps_of(read.name, flows), start=1):
        if count > MOST_STEPS:
            message = f"with all chains within it, this one has more than {MOST_STEPS} steps"
            yield Finding(read.place("steps"), CODE, message)
            return


def _unlike(read: ReadFlow, at: int, step: Step, other: ReadFlow) -> Iterator[Finding]:
    """What a step's own flow and the chain say differently."""
    assert read.flow is not None
    if other.flow is None:
        message = f"`{step.flow}` is broken itself"
        yield Finding(read.place("steps", at, "flow"), CODE, message, hint="mend that flow first")
        return
    for missing in sorted(set(other.flow.file.permissions) - set(read.flow.file.permissions)):
        message = f"the step `{step.flow}` has the permission `{missing}`, and this chain has not"
        hint = f"add `{missing}` to its `permissions`: a chain may do what its steps may"
        yield Finding(read.place("permissions"), CODE, message, hint=hint)
    theirs = other.flow.file.approval
    if step.approval and theirs and step.approval != theirs:
        message = f"`{step.flow}` waits for {theirs}, and this step for {step.approval}"
        hint = "remove it here: a flow's own approval always holds"
        yield Finding(read.place("steps", at, "approval"), CODE, message, hint=hint)


def _of_references(
    read: ReadFlow, at: int, step: Step, earlier: Sequence[str], flows: Mapping[str, ReadFlow]
) -> Iterator[Finding]:
    assert read.flow is not None
    later = [one.flow for one in read.flow.file.steps[at:]]
    for route, reference in _references(step.given):
        name, path = reference[1], reference[2].removeprefix(".")
        place = read.place("steps", at, "given", *route)
        if name == INPUT:
            schema = read.input
        elif name in earlier:
            schema = flows[name].output if name in flows else {}
        elif name in later:
            message = f"{reference[0]} is not known yet: `{name}` does not run before this step"
            yield Finding(place, CODE, message, hint="change the order of the steps")
            continue
        else:
            message = f"{reference[0]} stands for nothing"
            hint = f"there are {', '.join([INPUT, *earlier])}"
            yield Finding(place, CODE, message, hint=hint)
            continue
        if path and not knows(schema, path.split(".")):
            whose = "the input" if name == INPUT else f"the output of `{name}`"
            yield Finding(place, CODE, f"{reference[0]}: {whose} has no part `{path}`")


def _references(
    value: object, route: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], re.Match[str]]]:
    if isinstance(value, str):
        for found in _REFERENCE.finditer(value):
            yield route, found
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _references(inner, (*route, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from _references(inner, (*route, at))
