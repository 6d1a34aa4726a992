"""Judged suites as JUnit XML, for build servers: one test case a case.

What fails without closing the gate (cases of a sample, suites that only advise, what failed at
base already) is output of a passing test case, so that the server is as green as the gate. What
a suite as a whole says is a test case of its own, named "verdict".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree import ElementTree as ET

from opsrail.evals.decision.model import Rule
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Case, CaseResult, Verdict
from opsrail.evals.parts import Judging
from opsrail.evals.reading.suite import ReadSuite
from opsrail.evals.told.telling import (
    State,
    closing,
    is_advisory,
    picture_of,
    set_aside,
    set_aside_words,
    state_of,
    unread_name,
)
from opsrail.report.escaping import shortened, visible
from opsrail.report.model import Style

_KINDS: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}
_MOST_SAID: Final = 500
VERDICT: Final = "verdict"
"""The name of the test case that tells what the suite as a whole says."""


def render(judged: Judged, _style: Style) -> str:
    """One test suite an eval suite, and one for each that could not be read."""
    root = ET.Element("testsuites", {"name": "opsrail eval"})
    for outcome in judged.outcomes:
        _suite(root, judged, outcome)
    for unread in judged.unread:
        _unread(root, unread)
    totals = {
        name: str(sum(int(suite.get(name, "0")) for suite in root)) for name in ("tests", *_KINDS)
    }
    root.attrib.update(totals)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, judged: Judged, outcome: Outcome) -> None:
    name = visible(outcome.suite.name)
    suite = ET.SubElement(root, "testsuite", {"name": name})
    aside = {one.case: set_aside_words(one) for one in set_aside(outcome)}
    for case in outcome.suite.cases:
        element = _element(suite, name, case.id, case.place.path, case.place.line)
        result = outcome.head.get(case.id)
        if case.id in aside and not case.must_pass:
            ET.SubElement(element, "skipped", {"message": visible(aside[case.id])})
        elif result is not None:
            _result(element, outcome, case, result)
    _verdict(suite, outcome)
    if weakened := judged.weakened.get(outcome.suite.name):
        told = (f"{one.case}: {one.words}" if one.case else one.words for one in weakened)
        ET.SubElement(suite, "system-out").text = _lines(told)
    _count(suite)


def _result(element: ET.Element, outcome: Outcome, case: Case, result: CaseResult) -> None:
    state = state_of(result)
    ask = shortened(case.ask, _MOST_SAID)
    told = [f"{case.place.path}:{case.place.line}: {ask}", result.reason]
    if is_advisory(outcome):
        if state is not State.PASSES:
            ET.SubElement(element, "system-out").text = _lines(["advisory", *told])
    elif state is State.NO_SCORE:
        _wrong(element, "error", "no-score", result.reason, told)
    elif case.id in closing(outcome):
        kind = "must-pass" if case.must_pass else "eval"
        _wrong(element, "failure", kind, result.reason, told)
    elif state is State.FAILS:
        told.insert(0, "fails, and does not close the gate by itself")
        ET.SubElement(element, "system-out").text = _lines(told)


def _verdict(suite: ET.Element, outcome: Outcome) -> None:
    """What the suite as a whole says, where that is more than its cases one by one."""
    decision = outcome.decision
    is_whole = outcome.suite.judging is Judging.SAMPLE or decision.standard.floor is not None
    is_incomparable = outcome.verdict is Verdict.NOT_COMPARABLE
    if not is_whole and not is_incomparable:
        return
    element = _element(suite, visible(outcome.suite.name), VERDICT, outcome.suite.path, 1)
    told = [outcome.words, *([outcome.decided] if outcome.decided else [])]
    is_of_suite = decision.rule in {Rule.DIFFERENCE, Rule.FLOOR, Rule.COMPARABLE}
    if outcome.is_open or is_advisory(outcome) or not is_of_suite:
        ET.SubElement(element, "system-out").text = _lines(told)
        return
    kind = "error" if is_incomparable else "failure"
    message = f"{outcome.verdict.value}: {outcome.words}"
    _wrong(element, kind, decision.rule.value, message, [*told, *picture_of(outcome)])


def _unread(root: ET.Element, read: ReadSuite) -> None:
    name = visible(unread_name(read.files[0]))
    suite = ET.SubElement(root, "testsuite", {"name": name})
    first = next(iter(read.findings), None)
    line = first.location.line if first else 1
    element = _element(suite, name, VERDICT, read.files[0], line)
    told = [f"{finding.location}: {finding.message}" for finding in read.findings]
    _wrong(element, "error", "unread", "the suite cannot be read", told)
    _count(suite)


def _element(suite: ET.Element, group: str, name: str, path: str, line: int) -> ET.Element:
    attributes = {
        "classname": group,
        "name": visible(name),
        "file": visible(path),
        "line": str(line),
    }
    return ET.SubElement(suite, "testcase", attributes)


def _wrong(element: ET.Element, tag: str, kind: str, message: str, told: list[str]) -> None:
    found = ET.SubElement(element, tag, {"message": visible(message), "type": kind})
    found.text = _lines(told)


def _lines(told: Iterable[str]) -> str:
    lines = [visible(line) for line in told if line]
    return "\n" + "\n".join(lines) + "\n"


def _count(suite: ET.Element) -> None:
    """Say how many test cases there are, and how many of each kind."""
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in _KINDS.items():
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
