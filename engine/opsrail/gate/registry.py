"""The registry of checks: one file each under `gate/checks/`, found by walking that folder.

A check is a function from the subject to findings. Its docstring is its explanation: the help
of `opsrail explain CODE`, its page on the site, the rule text in SARIF.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from opsrail.findings import Finding
from opsrail.gate import upstream
from opsrail.gate.forges import payload
from opsrail.gate.subject import Subject

Run = Callable[[Subject], Iterable[Finding]]
Declared = TypeVar("Declared", bound=Run)

_DECLARED: dict[str, Check] = {}


@dataclass(frozen=True, slots=True)
class Check:
    """A named condition. `codes` explains every code its findings may carry, its own first.

    With `forgives_old`, what base already had in the touched files is a warning: who corrects
    one sentence of an old document need not mend all of it first.
    """

    code: str
    codes: Mapping[str, str]
    run: Run
    forgives_old: bool = False


def check(
    code: str, also: Mapping[str, str] | None = None, *, forgives_old: bool = False
) -> Callable[[Declared], Declared]:
    """Declare a function as the check `code`.

    `also` explains further codes that it passes on from the layers below.
    """

    def declare(run: Declared) -> Declared:
        told = {code: run.__doc__ or "", **(also or {})}
        codes = {name: inspect.cleandoc(text) for name, text in told.items()}
        _DECLARED[code] = Check(code, codes, run, forgives_old)
        return run

    return declare


@cache
def checks() -> tuple[Check, ...]:
    """Every check, by code."""
    folder = importlib.import_module("opsrail.gate.checks")
    for module in pkgutil.iter_modules(folder.__path__):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return tuple(_DECLARED[code] for code in sorted(_DECLARED))


@cache
def explanations() -> Mapping[str, str]:
    """Code → what it means and what to do, for every code the engine can print."""
    known = {code: text for found in checks() for code, text in found.codes.items()}
    elsewhere = {**upstream.CODES, **payload.CODES}
    known |= {code: inspect.cleandoc(text) for code, text in elsewhere.items()}
    return dict(sorted(known.items()))
