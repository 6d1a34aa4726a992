"""What a flow does, in plain words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from opsrail.flows.files import ReadFlow
from opsrail.flows.formats import FlowFile, Permission
from opsrail.report.model import counted

_WIDTH: Final = 100
_MAY: Final[Mapping[Permission, str]] = {
    Permission.ASK_MODEL: "ask a model",
    Permission.READ_PAGES: "read derived pages, of the role it is run for",
    Permission.READ_INCIDENTS: "read past incidents",
    Permission.READ_CHANGES: "read what changed between two revisions",
    Permission.PROPOSE_BRANCH: "make a branch with a proposed edit; it is never pushed",
}
_SHORT: Final = 60
_KINDS: Final = {
    "array": "list",
    "boolean": "yes or no",
    "integer": "whole number",
    "null": "nothing",
    "number": "number",
    "object": "mapping",
    "string": "text",
}


def in_words(read: ReadFlow, flows: Mapping[str, ReadFlow]) -> str:
    """A flow told to the people who work with it. It has to be one that can run."""
    assert read.flow is not None
    file = read.flow.file
    parts = [f"{file.title} ({read.name}, owned by {file.owner})"]
    about = file.description or (read.kind.about if read.kind else "")
    parts += [_filled(about)] if about else []
    parts.append("Takes\n" + _listed(_fields(read.input)))
    parts.append("Gives\n" + _listed(_fields(read.output)))
    parts.append(_filled(_how(read)))
    if file.steps:
        parts.append("Steps\n" + _listed(_steps(file, flows)))
    if settings := list(_settings(read)):
        parts.append("Settings\n" + _listed(settings))
    parts.append("May\n" + _listed(_may(file)))
    parts.append(_filled(_limits(file)))
    return "\n\n".join(parts)


def _how(read: ReadFlow) -> str:
    assert read.flow is not None
    prompt, kind = read.flow.prompt, read.kind
    if kind is None:
        return "It runs its steps in order; each works without a model as well."
    without = kind.without_model or "It works without any model."
    if prompt is None:
        return f"Without a model: {without} No model is asked: the flow has no prompt."
    adds = kind.with_model or "It may write the output better; what it writes is checked."
    return (
        f"Without a model: {without} With a model ({prompt.file.model}, told what"
        f" {prompt.path} says): {adds} Where its answer is missing or wrong, what the flow makes"
        " without it stands."
    )


def _steps(file: FlowFile, flows: Mapping[str, ReadFlow]) -> Iterator[str]:
    for step in file.steps:
        read = flows.get(step.flow)
        title = read.flow.file.title if read and read.flow else "broken"
        yield f"{step.flow}: {title}" + (f"; waits for {step.approval}" if step.approval else "")


def _settings(read: ReadFlow) -> Iterator[str]:
    """Each setting that the task knows, with its value here and what it means."""
    assert read.flow is not None
    given = read.flow.file.settings
    known = read.kind.settings.model_fields if read.kind and read.kind.settings else {}
    for name in sorted({*known, *given}):
        field = known.get(name)
        if name in given:
            value = _value(given[name])
        else:
            assert field is not None
            value = f"{_value(field.get_default(call_default_factory=True))}, since it is left out"
        about = f" – {field.description}" if field is not None and field.description else ""
        yield f"{name}: {value}{about}"


def _value(value: object) -> str:
    """A setting's value, short enough for a line."""
    if isinstance(value, Mapping | list | tuple) and (not value or len(str(value)) > _SHORT):
        return counted(len(value), "item")
    if value is None or value == "":
        return "nothing"
    return " ".join(str(value).split())


def _may(file: FlowFile) -> Iterator[str]:
    for permission in file.permissions:
        yield _MAY[permission]
    if not file.permissions:
        yield "do nothing but work on its input"
    if file.approval:
        yield f"have no effect before somebody of {file.approval} says yes"


def _limits(file: FlowFile) -> str:
    budget = file.budget
    asks = (
        f"One run may cost USD {budget.dollars:g} and {budget.tokens:,} tokens at most, and take"
        f" {budget.seconds:g} seconds."
    )
    suite = f" The eval suite {file.suite} holds for it." if file.suite else ""
    return asks + suite


def _fields(schema: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """The parts of a value, one a line, those of its mappings below them."""
    required = schema.get("required", ())
    properties = schema.get("properties", {})
    for name, part in properties.items():
        inner = part if isinstance(part, Mapping) else {}
        optional = "" if name in required else ", may be left out"
        about = f": {inner['description']}" if inner.get("description") else ""
        yield f"{indent}{name} ({_kind(inner)}{optional}){about}"
        below = inner if "properties" in inner else inner.get("items", {})
        if isinstance(below, Mapping):
            yield from _fields(below, indent + "  ")
    if not properties and not indent:
        yield "anything"


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    kinds = schema.get("type", "anything")
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(_KINDS.get(str(name), str(name)) for name in names)


def _filled(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH, break_on_hyphens=False)


def _listed(lines: Iterator[str] | list[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)
