"""Judged suites as people and machines read them: one file a format, the same bytes each time.

A new format is one new file with a `render`, named here.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from opsrail.report.model import Style

if TYPE_CHECKING:
    from opsrail.evals.judging.judged import Judged

_MODULES: Final = {
    "json": "opsrail.evals.told.as_json",
    "junit": "opsrail.evals.told.junit",
    "markdown": "opsrail.evals.told.markdown",
    "text": "opsrail.evals.told.text",
}
FORMATS: Final = tuple(_MODULES)
"""The names of all formats."""


def render(judged: Judged, form: str, *, width: int | None = None, colour: bool = False) -> str:
    """Judged suites in one of `FORMATS`, ending in a line end. `KeyError` for another name."""
    renderer: Callable[[Judged, Style], str] = import_module(_MODULES[form]).render
    return renderer(judged, Style(width=width, colour=colour))
