"""Reports: the same findings as text, JSON, Markdown, GitHub annotations, SARIF and JUnit.

A reporter never judges and never prints: it turns a `Report` into one text, the same bytes each
time. A new format is one new file with a `render`, named here.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Final

from opsrail.report.model import Report, Style

__all__ = ["FORMATS", "Report", "Style", "render"]

# A format's module is imported when it is asked for, and none when only the names are needed.
_MODULES: Final = {
    "github": "opsrail.report.github",
    "json": "opsrail.report.as_json",
    "junit": "opsrail.report.junit",
    "markdown": "opsrail.report.markdown",
    "sarif": "opsrail.report.sarif",
    "text": "opsrail.report.text",
}
FORMATS: Final = tuple(_MODULES)
"""The names of all formats."""


def render(report: Report, format: str, *, width: int | None = None, colour: bool = False) -> str:  # noqa: A002 - the word people know
    """The report in one of `FORMATS`, ending in a line end. `KeyError` for another name.

    `width` (characters a line) and `colour` matter to text on a terminal only.
    """
    renderer: Callable[[Report, Style], str] = import_module(_MODULES[format]).render
    return renderer(report, Style(width=width, colour=colour))
