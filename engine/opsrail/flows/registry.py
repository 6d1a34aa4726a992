"""The registry of kinds of tasks: one module each in `flows/tasks/`, found by walking it.

Each has a `KIND`. A broken one is an error of the engine, and raised as soon as anybody looks.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Final

from opsrail.flows.formats import Permission
from opsrail.flows.model import Kind
from opsrail.flows.schemas import schema_fault

_FOLDER: Final = "opsrail.flows.tasks"


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of task, by name. Raises `TypeError` for a module whose `KIND` is not usable."""
    return kinds_in(_FOLDER)


def kinds_in(package: str) -> Mapping[str, Kind]:
    """The kinds that the modules of a package hold, by name, sorted."""
    folder = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    found = [_kind_of(f"{package}.{name}", name.replace("_", "-")) for name in names]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.name)}


def _kind_of(module: str, name: str) -> Kind:
    kind = getattr(importlib.import_module(module), "KIND", None)
    if not isinstance(kind, Kind):
        raise TypeError(f"{module} has no KIND")
    if kind.name != name:
        raise TypeError(f"{module}: its KIND is named {kind.name}, and its file {name}")
    if unknown := kind.needs - set(Permission):
        raise TypeError(f"{module}: there is no permission {', '.join(sorted(unknown))}")
    for part, schema in (("input", kind.input), ("output", kind.output), ("answer", kind.answer)):
        if fault := schema_fault(schema):
            raise TypeError(f"{module}: {part}: {fault}")
    return kind
