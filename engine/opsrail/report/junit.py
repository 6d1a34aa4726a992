"""Findings as JUnit XML: one test case a check, failed where the check found an error."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from opsrail.findings import Finding, Severity
from opsrail.report.escaping import visible, visible_lines
from opsrail.report.model import Report, Style


def render(report: Report, _style: Style) -> str:
    """One suite with a case for every code; warnings and notes are output of a passing case."""
    counts = {
        "tests": str(len(report.codes)),
        "failures": str(len(report.closed)),
        "errors": "0",
        "skipped": "0",
    }
    suites = ET.Element("testsuites", {"name": "opsrail", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": visible(report.title), **counts})
    if report.facts:
        properties = ET.SubElement(suite, "properties")
        for name, value in report.facts.items():
            ET.SubElement(properties, "property", {"name": visible(name), "value": visible(value)})
    for code in report.codes:
        _case(suite, report, code)
    ET.indent(suites)
    body = ET.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _case(suite: ET.Element, report: Report, code: str) -> None:
    case = ET.SubElement(suite, "testcase", {"classname": "opsrail", "name": visible(code)})
    found = [finding for finding in report.findings if finding.code == code]
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    others = [finding for finding in found if finding.severity is not Severity.ERROR]
    if errors:
        meaning = report.explanations.get(code, "")
        message = f"{len(errors)} × {code}" + (f": {meaning}" if meaning else "")
        failure = ET.SubElement(
            case, "failure", {"message": visible(message), "type": visible(code)}
        )
        failure.text = _lines(errors)
    if others:
        ET.SubElement(case, "system-out").text = _lines(others)


def _lines(findings: list[Finding]) -> str:
    lines = []
    for finding in findings:
        weight = "" if finding.severity is Severity.ERROR else f"{finding.severity.value}: "
        lines.append(visible(f"{finding.location}: {weight}{finding.message}"))
        lines += [f"    {line}" for line in visible_lines(finding.hint) if finding.hint]
    return "\n" + "\n".join(lines) + "\n"
