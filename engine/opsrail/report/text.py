"""Findings for people at a terminal: `path:line:col: code: message`, the hint on the next line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from opsrail.findings import Finding, Severity
from opsrail.report.escaping import harmless, visible, visible_lines
from opsrail.report.model import Report, Style

_INDENT: Final = "    "
_COLOURS: Final = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.NOTE: "bold cyan",
}


def render(report: Report, style: Style) -> str:
    """One paragraph of findings, a blank line, then the count and the gate."""
    following = (*report.findings[1:], None)
    lines = [
        line
        for finding, after in zip(report.findings, following, strict=False)
        for line in _finding(finding, style, says_hint=after is None or after.hint != finding.hint)
    ]
    if lines:
        lines.append("")
    verdict = _harmless(f"{report.tally()} · {report.verdict()}")
    lines.append(_painted(verdict, "bold red" if report.closed else "bold green", style))
    if report.facts:
        figures = " · ".join(f"{value} {noun}".strip() for value, noun in report.figures())
        lines.append(_painted(_harmless(figures), "dim", style))
    return "\n".join(lines) + "\n"


def _finding(finding: Finding, style: Style, *, says_hint: bool) -> Iterator[str]:
    """A finding's lines. A hint that the next finding shares is said once, under the last."""
    place = _harmless(str(finding.location))
    code = _painted(_harmless(finding.code), _COLOURS[finding.severity], style)
    weight = "" if finding.severity is Severity.ERROR else f"{finding.severity.value}: "
    message = _harmless(finding.message)
    yield f"{_painted(place, 'bold', style)}: {code}: {weight}{message}"
    for line in _wrapped(finding.hint, style) if says_hint else ():
        yield _painted(line, "dim", style) if line.strip() else ""
    for location, label in finding.related:
        yield _INDENT + _harmless(f"{location}: {label}")


def _wrapped(hint: str, style: Style) -> Iterator[str]:
    for line in visible_lines(hint) if hint else ():
        indented = _INDENT + _harmless(line)
        if style.width is None or len(indented) <= style.width:
            yield indented
        else:
            yield from textwrap.wrap(
                indented,
                max(style.width, 2 * len(_INDENT)),
                subsequent_indent=_INDENT,
                break_long_words=False,
                break_on_hyphens=False,
            )


def _harmless(text: str) -> str:
    """`text` made visible, and no command for a build server."""
    return harmless(visible(text))


def _painted(text: str, look: str, style: Style) -> str:
    if not style.colour:
        return text
    # Rich is slow to import and only wanted on a terminal; its Style, unlike its Console, looks
    # at no environment variable.
    from rich.color import ColorSystem
    from rich.style import Style as Look

    return Look.parse(look).render(text, color_system=ColorSystem.STANDARD)
