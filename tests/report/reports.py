"""Reports for tests: read from the case folders, or made by Hypothesis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from opsrail.findings import Finding, Location, Severity
from opsrail.report import Report

CASES = Path(__file__).parent.parent / "cases" / "report"
EXPECTED = {
    "github": "github.txt",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "comment.md",
    "sarif": "report.sarif",
    "text": "text.txt",
}


def read_case(folder: Path) -> Report:
    content = json.loads((folder / "input.json").read_text(encoding="utf-8"))
    return Report(
        title=content["title"],
        findings=tuple(_finding(found) for found in content["findings"]),
        explanations=content["explanations"],
        checked=tuple(content["checked"]),
        facts=content.get("facts", {}),
    )


def _finding(content: dict[str, Any]) -> Finding:
    return Finding(
        _location(content["at"]),
        content["code"],
        content["message"],
        Severity(content.get("severity", "error")),
        content.get("hint", ""),
        tuple((_location(place), label) for place, label in content.get("related", [])),
    )


def _location(text: str) -> Location:
    path, line, column = text.rsplit(":", 2)
    return Location(path, int(line), int(column))


NASTY = st.text(
    st.sampled_from(
        "ab \n\r\t|`@#:/%,<>&*_[]()!\\~$\x00\x1b\x85\u2028\u202e\ud800\udcff\ufffe🙂é-"
    ),
    max_size=12,
) | st.sampled_from(
    [
        "::error file=x::y",
        "]]>",
        "<!--",
        "@acme",
        "##[error]x",
        "https://evil.example",
        "\n\n# h",
        "\n|---|",
        "```",
        "www.evil.example",
    ]
)
LOCATIONS = st.builds(Location, NASTY, st.integers(1, 10**6), st.integers(1, 10**4))
FINDINGS = st.builds(
    Finding,
    LOCATIONS,
    NASTY,
    NASTY,
    st.sampled_from(Severity),
    NASTY,
    st.lists(st.tuples(LOCATIONS, NASTY), max_size=2).map(tuple),
)
REPORTS = st.builds(
    Report,
    NASTY,
    st.lists(FINDINGS, max_size=4).map(tuple),
    st.dictionaries(NASTY, NASTY, max_size=3),
    st.lists(NASTY, max_size=3).map(tuple),
    st.dictionaries(NASTY, NASTY, max_size=3),
)
