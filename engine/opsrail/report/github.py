"""Findings as GitHub workflow commands, which the runner turns into annotations of the diff."""

from __future__ import annotations

from typing import Final

from opsrail.findings import Finding, Severity
from opsrail.report.escaping import visible, visible_lines
from opsrail.report.model import Report, Style

_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def render(report: Report, _style: Style) -> str:
    """One command a finding, then the count and the gate for the log."""
    lines = [_command(finding) for finding in report.findings]
    return "\n".join([*lines, f"{report.tally()} · {visible(report.verdict())}"]) + "\n"


def _command(finding: Finding) -> str:
    location = finding.location
    properties = {
        "file": visible(location.path),
        "line": str(location.line),
        "col": str(location.column),
        "title": visible(finding.code),
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    body = [visible(finding.message)]
    if finding.hint:
        body += visible_lines(finding.hint)
    body += [visible(f"{place}: {label}") for place, label in finding.related]
    return f"::{_COMMANDS[finding.severity]} {written}::{_data(chr(10).join(body))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
