"""Assertions: one scorer with its setting, read before anything runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError

from opsrail.evals.model import Assertion, Json
from opsrail.evals.scorers.registry import COMMON, scorers
from opsrail.findings import Finding
from opsrail.repo.yaml import YamlText

CODE: Final = "eval-case"
REFERENCE: Final = re.compile(r"\{(expected|input)((?:\.[^{}.]+)*)\}")
Route = tuple[str | int, ...]


def read_assertion(
    raw: Mapping[str, Any], yaml: YamlText, route: Route
) -> tuple[Assertion | None, list[Finding]]:
    """The assertion that stands at `route`, or what is wrong with it."""
    names = [name for name in raw if name not in COMMON]
    if len(names) != 1:
        message = (
            f"one line names one scorer, and this one names {' and '.join(names)}"
            if names
            else "this line names no scorer"
        )
        hint = "write each scorer on a line of its own: `- contains: within 30 days`"
        return None, [Finding(yaml.place(route), CODE, message, hint=hint)]
    (name,) = names
    if wrong := _unknown(name) or _misset(raw):
        message, hint = wrong
        return None, [Finding(yaml.place((*route, name)), CODE, message, hint=hint)]
    setting = raw[name]
    if not _refers(setting) and (fault := setting_fault(name, setting)):
        return None, [Finding(yaml.place((*route, name)), CODE, f"`{name}`: {fault}")]
    found = Assertion(
        name,
        setting,
        str(raw.get("of", "")),
        float(raw.get("at_least", 1.0)),
        float(raw.get("weight", 1.0)),
    )
    return found, []


def _unknown(name: str) -> tuple[str, str] | None:
    """That no scorer has this name, which only the schema of a suite's own file would say."""
    if name in scorers():
        return None
    close = get_close_matches(name, scorers(), 1)
    hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(scorers())}"
    return f"there is no scorer `{name}`", hint


def _misset(raw: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with the keys that may stand beside any scorer."""
    for key, least, most in (("at_least", 0, 1), ("weight", 0, 1000)):
        value = raw.get(key, 1)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most or (key == "weight" and not value):
            return f"`{key}` is a number from {least} to {most}, and not {value}", ""
    if not isinstance(raw.get("of", ""), str):
        return "`of` names a part of the answer", "write it as `intent` or `steps.0`"
    return None


def setting_fault(name: str, setting: Json) -> str:
    """Why a scorer cannot use this setting; empty if it can."""
    try:
        scorers()[name].setting.validate_python(setting)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        return str(first["msg"]).removeprefix("Value error, ")
    return ""


def filled(setting: Json, expected: Json, given: Json) -> Json:
    """The setting with every `{expected}` and `{input.part}` replaced by what it stands for.

    A text that is one reference becomes the value itself; within a longer text it becomes text.
    Raises `KeyError` with the reference if the case has no such part.
    """
    if isinstance(setting, str):
        return _filled_text(setting, {"expected": expected, "input": given})
    if isinstance(setting, Mapping):
        return {key: filled(value, expected, given) for key, value in setting.items()}
    if isinstance(setting, list | tuple):
        return [filled(value, expected, given) for value in setting]
    return setting


def _filled_text(text: str, sources: Mapping[str, Json]) -> Json:
    if whole := REFERENCE.fullmatch(text):
        return part(sources[whole[1]], whole[2].removeprefix("."))
    return REFERENCE.sub(
        lambda found: str(part(sources[found[1]], found[2].removeprefix("."))), text
    )


def part(value: Json, path: str) -> Json:
    """The part of a value at a dotted path: `intent`, `steps.0`. Raises `KeyError` without one."""
    for step in path.split(".") if path else ():
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list | tuple) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise KeyError(path)
    return value


def _refers(setting: Json) -> bool:
    if isinstance(setting, str):
        return REFERENCE.search(setting) is not None
    if isinstance(setting, Mapping):
        return any(_refers(value) for value in setting.values())
    return isinstance(setting, list | tuple) and any(_refers(value) for value in setting)
