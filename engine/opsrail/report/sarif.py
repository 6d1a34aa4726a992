"""Findings as SARIF 2.1.0, for code scanning pages and editors."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Final, NotRequired, TypedDict
from urllib.parse import quote

from opsrail import __version__
from opsrail.findings import ExitCode, Finding, Location, Severity
from opsrail.report.as_json import as_text
from opsrail.report.model import Report, Style

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_FINGERPRINT: Final = "opsrail/v1"
_LINK: Final = re.compile(r"\[(?=[^\[\]]*\]\()")


class _Message(TypedDict):
    text: str


class _Rule(TypedDict):
    id: str
    shortDescription: _Message
    fullDescription: _Message
    help: _Message
    defaultConfiguration: dict[str, str]


class _Place(TypedDict):
    physicalLocation: dict[str, dict[str, str] | dict[str, int]]
    id: NotRequired[int]
    message: NotRequired[_Message]


class _Result(TypedDict):
    ruleId: str
    ruleIndex: int
    level: str
    message: _Message
    locations: list[_Place]
    relatedLocations: NotRequired[list[_Place]]
    partialFingerprints: dict[str, str]


def render(report: Report, _style: Style) -> str:
    """One run with a rule for every code and a result for every finding."""
    run = {
        "tool": {
            "driver": {
                "name": "opsrail",
                "version": __version__,
                "rules": [_rule(report, code) for code in report.codes],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": int(report.exit_code),
                "exitCodeDescription": _ending(report.exit_code),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": _results(report),
    }
    return as_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _ending(code: ExitCode) -> str:
    return "gate open" if code is ExitCode.PASS else "gate closed"


def _rule(report: Report, code: str) -> _Rule:
    meaning = report.explanations.get(code) or f"Findings of the check {code}."
    weights = [finding.severity for finding in report.findings if finding.code == code]
    level = min(weights, key=lambda weight: weight.rank, default=Severity.ERROR)
    return {
        "id": code,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": meaning},
        "help": {"text": f"{meaning}\nRun `opsrail explain {code}` for more."},
        "defaultConfiguration": {"level": level.value},
    }


def _results(report: Report) -> list[_Result]:
    index = {code: number for number, code in enumerate(report.codes)}
    seen: Counter[tuple[str, str, str]] = Counter()
    results = []
    for finding in report.findings:
        what = (finding.code, finding.location.path, finding.message)
        results.append(_result(finding, index[finding.code], _fingerprint(*what, seen[what])))
        seen[what] += 1
    return results


def _fingerprint(code: str, path: str, message: str, repeat: int) -> str:
    # Without the line: the finding stays the same when text above it comes or goes.
    content = "\0".join((code, path, message, str(repeat)))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _result(finding: Finding, index: int, fingerprint: str) -> _Result:
    hint = f"\n{finding.hint}" if finding.hint else ""
    result: _Result = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": _message(finding.message + hint),
        "locations": [_place(finding.location)],
        "partialFingerprints": {_FINGERPRINT: fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {**_place(location), "id": number, "message": _message(label)}
            for number, (location, label) in enumerate(finding.related, start=1)
        ]
    return result


def _message(text: str) -> _Message:
    # `[text](target)` would be a link.
    return {"text": _LINK.sub(r"\\\g<0>", text)}


def _place(location: Location) -> _Place:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(location.path), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": location.line, "startColumn": location.column},
        }
    }


def _uri(path: str) -> str:
    # Bytes of a file name that are no text come as halves of surrogate pairs.
    try:
        content = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        content = path.encode("utf-8", "surrogatepass")
    return quote(content, safe="/~")
