"""Findings for programs, as one JSON text.

    {
      "version": 1,            layout of this text; grows when a key changes its meaning
      "title": str,            what ran
      "exit_code": int,        as the command ends: 0 open, 1 closed
      "gate": "open"|"closed",
      "closed_by": [str],      codes that close the gate, sorted
      "counts": {"error": int, "warning": int, "note": int},
      "facts": {str: str},     headline figures
      "checked": [str],        codes of the checks that ran
      "findings": [
        {"path": str, "line": int, "column": int, "code": str, "severity": str,
         "message": str, "hint": str,
         "related": [{"path": str, "line": int, "column": int, "label": str}]}
      ],
      "explanations": {str: str}  what each code among the findings means
    }

Lines and columns count from 1, columns count characters. Keys always stand in this order; those
of `facts` as given, those of `explanations` sorted. Halves of surrogate pairs, which JSON readers
disagree about, are written out as six characters (backslash, u, four digits).
"""

from __future__ import annotations

import json
import re
from typing import Final, TypedDict

from opsrail.findings import Finding, Location, Severity
from opsrail.report.model import Report, Style

_VERSION: Final = 1
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Place(TypedDict):
    path: str
    line: int
    column: int


class _Related(_Place):
    label: str


class _Finding(_Place):
    code: str
    severity: str
    message: str
    hint: str
    related: list[_Related]


def render(report: Report, _style: Style) -> str:
    """The report as JSON in the layout that this module documents."""
    found = sorted({finding.code for finding in report.findings})
    content = {
        "version": _VERSION,
        "title": report.title,
        "exit_code": int(report.exit_code),
        "gate": "closed" if report.closed else "open",
        "closed_by": list(report.closed),
        "counts": {severity.value: report.count(severity) for severity in Severity},
        "facts": dict(report.facts),
        "checked": list(report.checked),
        "findings": [_finding(finding) for finding in report.findings],
        "explanations": {
            code: report.explanations[code] for code in found if code in report.explanations
        },
    }
    return as_text(content)


def as_text(content: object) -> str:
    """`content` as JSON that every reader takes, with two spaces a level."""
    text = json.dumps(content, indent=2, ensure_ascii=False)
    return _SURROGATE.sub(lambda half: f"\\\\u{ord(half[0]):04x}", text) + "\n"


def _finding(finding: Finding) -> _Finding:
    return {
        **_place(finding.location),
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "related": [{**_place(location), "label": label} for location, label in finding.related],
    }


def _place(location: Location) -> _Place:
    return {"path": location.path, "line": location.line, "column": location.column}
