"""One file under policies/flows, read by itself: the flow, or what is wrong with it and where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from opsrail.findings import Finding, Location, Unreadable, in_order
from opsrail.flows.formats import FOLDER, FlowFile, Permission
from opsrail.flows.model import Flow, Kind
from opsrail.flows.registry import kinds
from opsrail.flows.schemas import schema_fault
from opsrail.llm.prompts import Prompt
from opsrail.llm.reading import prompt_path, read_prompt
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

CODE: Final = "flow-broken"
_KIND: Final = "flow"
_ANY: Final[Mapping[str, Any]] = {"type": "object"}


@dataclass(frozen=True, slots=True)
class ReadFlow:
    """A flow as it could be read: `flow` is None where it cannot run, `yaml` finds places.

    `kind` is None for a chain. `input` and `output` are the schemas that hold for it.
    """

    name: str
    flow: Flow | None
    kind: Kind | None
    yaml: YamlText | None
    findings: tuple[Finding, ...] = ()
    of_steps: Mapping[str, Any] | None = None
    """For a chain, the schema of all that its steps give."""

    def place(self, *route: str | int) -> Location:
        """Where a part of the flow's file stands."""
        return self.yaml.place(route) if self.yaml else Location(flow_path(self.name))

    @property
    def input(self) -> Mapping[str, Any]:
        """The schema of what it takes: the file's own, else the task's."""
        file = self.flow.file if self.flow else None
        if file and file.input is not None:
            return file.input
        return self.kind.input if self.kind else _ANY

    @property
    def output(self) -> Mapping[str, Any]:
        """The schema of what it gives: the file's own, else the task's or that of all steps."""
        file = self.flow.file if self.flow else None
        if file and file.output is not None:
            return file.output
        return self.kind.output if self.kind else self.of_steps or _ANY


def flow_path(name: str) -> str:
    """Where a flow of this name is written down."""
    return f"{FOLDER}/{name}.yaml"


def read_file(snapshot: Snapshot, name: str, known: Mapping[str, Kind] | None = None) -> ReadFlow:
    """Read one flow by itself; what only its neighbours can tell is `reading`'s to say.

    `known`: the kinds there are, those of the engine if left out.
    """
    path = flow_path(name)
    if path not in snapshot:
        message = f"there is no flow {name}"
        return ReadFlow(name, None, None, None, (Finding(Location(path), CODE, message),))
    try:
        yaml = YamlText.parse(path, snapshot.text(path))
    except Unreadable as error:
        return ReadFlow(name, None, None, None, (error.finding,))
    file, wrong = read_as(_KIND, FlowFile, yaml)
    if file is None:
        return ReadFlow(name, None, None, yaml, wrong)
    known = kinds() if known is None else known
    kind = known.get(file.task or "")
    prompt, wrong_prompt = _prompt(snapshot, file, yaml)
    findings = in_order([*wrong_prompt, *_faults(file, kind, prompt, yaml, known)])
    flow = None if findings else Flow(name, path, file, prompt, _digest(file, prompt))
    return ReadFlow(name, flow, kind, yaml, findings)


def _prompt(
    snapshot: Snapshot, file: FlowFile, yaml: YamlText
) -> tuple[Prompt | None, tuple[Finding, ...]]:
    if file.prompt is None:
        return None, ()
    place = yaml.place(("prompt",))
    if (path := prompt_path(file.prompt)) not in snapshot:
        message = f"there is no prompt {file.prompt}"
        return None, (Finding(place, CODE, message, hint=f"write it as {path}"),)
    prompt, wrong = read_prompt(snapshot, file.prompt)
    if prompt is None and not wrong:
        return None, (Finding(place, CODE, f"the prompt {file.prompt} cannot be read"),)
    return prompt, wrong


def _faults(
    file: FlowFile,
    kind: Kind | None,
    prompt: Prompt | None,
    yaml: YamlText,
    known: Mapping[str, Kind],
) -> Iterator[Finding]:
    yield from _of_schemas(file, yaml)
    if file.task is None:
        yield from _of_chain(file, yaml)
        return
    if kind is None:
        message = f"there is no task `{file.task}`"
        yield Finding(yaml.place(("task",)), CODE, message, hint=f"there are {_listed(known)}")
        return
    yield from _of_permissions(file, kind, yaml)
    yield from _of_settings(file, kind, yaml)
    if prompt is not None and (missing := prompt.gaps - kind.fills):
        message = f"the prompt asks for {_listed(missing)}, which this task does not give"
        hint = f"it gives {_listed(kind.fills) or 'nothing'}"
        yield Finding(yaml.place(("prompt",)), CODE, message, hint=hint)


def _of_schemas(file: FlowFile, yaml: YamlText) -> Iterator[Finding]:
    for key, schema in (("input", file.input), ("output", file.output)):
        if schema is not None and (fault := schema_fault(schema)):
            yield Finding(yaml.place((key,)), CODE, f"`{key}`: {fault}")


def _of_chain(file: FlowFile, yaml: YamlText) -> Iterator[Finding]:
    """What means nothing to a chain: its steps have it, each its own."""
    for key, value in (("prompt", file.prompt), ("settings", file.settings)):
        if value:
            message = f"`{key}` means nothing to a flow of steps"
            yield Finding(yaml.place((key,)), CODE, message, hint="put it into a step's own flow")


def _of_permissions(file: FlowFile, kind: Kind, yaml: YamlText) -> Iterator[Finding]:
    near = "permissions" if file.permissions else "prompt" if file.prompt else "task"
    place = yaml.place((near,), key=True)
    for missing in sorted(kind.needs - set(file.permissions)):
        message = f"a flow that does `{kind.name}` needs the permission `{missing}`"
        yield Finding(place, CODE, message, hint=f"add `{missing}` to its `permissions`")
    if file.prompt and Permission.ASK_MODEL not in file.permissions:
        message = "it has a prompt, and may not ask a model"
        hint = f"add `{Permission.ASK_MODEL}` to its `permissions`, or remove the prompt"
        yield Finding(place, CODE, message, hint=hint)


def _of_settings(file: FlowFile, kind: Kind, yaml: YamlText) -> Iterator[Finding]:
    if kind.settings is None:
        return
    try:
        kind.settings.model_validate(file.settings)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            place = yaml.place(("settings", *one["loc"]))
            name = ".".join(str(step) for step in one["loc"]) or "settings"
            yield Finding(place, CODE, f"`{name}`: {one['msg'].removeprefix('Value error, ')}")


def _digest(file: FlowFile, prompt: Prompt | None) -> str:
    """Without defaults, so that a key which only a later engine knows leaves it alone."""
    written = file.model_dump(mode="json", exclude_defaults=True)
    return digest_of([written, prompt.digest if prompt else None])


def digest_of(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """A SHA-256 of a JSON value, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
