"""Judged suites for programs, as one JSON text.

    {
      "version": 1,                layout of this text; grows when a key changes its meaning
      "open": bool,                whether every protected suite lets the change pass
      "closed_by": [str],          the suites that do not, by name
      "counts": {verdict: int},    suites by verdict
      "suites": [{
        "name", "path", "title", "owner", "target", "tier", "judge": str,
        "verdict": str, "rule": str,           what it says, and by which rule
        "open": bool, "decided": str,          whether a person decided, and who
        "words": str, "about": str, "looks": int,
        "scores": {"base": number|null, "head": number|null},
        "standard": {"confidence", "margin", "floor"},
        "comparison": {"estimate", "low", "high", "confidence", "p", "p_adjusted", "method",
                       "n", "clusters", "worse", "better"} | null,
        "floor": {"score", "low", "high", "floor", "verdict"} | null,
        "reasons": [str],                      why nothing can be compared
        "worse": [id], "better": [id],         the largest change first
        "quarantine": [{"case", "until", "flips", "reason"}],
        "picture": str,
        "cases": [{"id", "path", "line", "column", "ask", "role", "section", "cluster", "tags",
                   "must_pass", "set_aside", "closes", "head": result, "base": result|null}]
      }],
      "weakened": [{"suite", "case", "words", "about", "is_change"}],
      "unread": [{"path", "findings": [{"path", "line", "column", "code", "message", "hint"}]}]
    }

A result is {"state", "value", "passes": [bool], "reason", "error", "answer", "marks": [{"scorer",
"value", "passed", "reason", "error"}]}. Scores, estimates and intervals are shares of 1; margins
and floors are points of 100. Numbers are told to nine places. Keys always stand in this order.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Case, CaseResult, Verdict
from opsrail.evals.reading.suite import ReadSuite
from opsrail.evals.told.telling import closed_by, closing, scores, set_aside, state_of
from opsrail.report.as_json import as_text
from opsrail.report.model import Style

_VERSION: Final = 1
_PLACES: Final = 9


def render(judged: Judged, _style: Style) -> str:
    """Everything that is known, in the layout that this module documents."""
    verdicts = [one.verdict for one in judged.outcomes]
    content = {
        "version": _VERSION,
        "open": judged.is_open,
        "closed_by": list(closed_by(judged)),
        "counts": {verdict.value: verdicts.count(verdict) for verdict in Verdict},
        "suites": [_suite(one) for one in judged.outcomes],
        "weakened": [*_weakened(judged)],
        "unread": [_unread(one) for one in judged.unread],
    }
    return as_text(content)


def _suite(one: Outcome) -> dict[str, Any]:
    suite, decision = one.suite, one.decision
    before, after = scores(one)
    return {
        "name": suite.name,
        "path": suite.path,
        "title": suite.title,
        "owner": suite.owner,
        "target": suite.target.model_dump(mode="json", exclude_none=True),
        "tier": suite.tier.value,
        "judge": suite.judging.value,
        "verdict": one.verdict.value,
        "rule": decision.rule.value,
        "open": one.is_open,
        "decided": one.decided,
        "words": one.words,
        "about": one.about,
        "looks": one.looks,
        "scores": {"base": _number(before), "head": _number(after)},
        "standard": {
            "confidence": _number(decision.standard.confidence),
            "margin": _number(decision.standard.margin),
            "floor": _number(decision.standard.floor),
        },
        "comparison": _comparison(one),
        "floor": _floor(one),
        "reasons": list(decision.evidence.reasons),
        "worse": list(decision.evidence.worse),
        "better": list(decision.evidence.better),
        "quarantine": [
            {
                "case": aside.case,
                "until": aside.until.isoformat(),
                "flips": _number(aside.flips),
                "reason": aside.reason,
            }
            for aside in set_aside(one)
        ],
        "picture": one.picture,
        "cases": [_case(one, case) for case in suite.cases],
    }


def _comparison(one: Outcome) -> dict[str, Any] | None:
    found = one.decision.comparison
    if found is None:
        return None
    return {
        "estimate": _number(found.estimate),
        "low": _number(found.low),
        "high": _number(found.high),
        "confidence": _number(found.confidence),
        "p": _number(found.p_worse),
        "p_adjusted": _number(one.decision.p_value),
        "method": found.method.value,
        "n": found.cases,
        "clusters": found.clusters,
        "worse": found.worse,
        "better": found.better,
    }


def _floor(one: Outcome) -> dict[str, Any] | None:
    found = one.decision.floor
    if found is None:
        return None
    return {
        "score": _number(found.score),
        "low": _number(found.low),
        "high": _number(found.high),
        "floor": _number(found.floor),
        "verdict": found.verdict.value,
    }


def _case(one: Outcome, case: Case) -> dict[str, Any]:
    return {
        "id": case.id,
        "path": case.place.path,
        "line": case.place.line,
        "column": case.place.column,
        "ask": case.ask,
        "role": case.role,
        "section": case.section,
        "cluster": case.cluster,
        "tags": list(case.tags),
        "must_pass": case.must_pass,
        "set_aside": case.id in one.set_aside and not case.must_pass,
        "closes": case.id in closing(one),
        "head": _result(one.head.get(case.id)),
        "base": _result(one.base.get(case.id)),
    }


def _result(found: CaseResult | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "state": state_of(found).value,
        "value": None if found.error else _number(found.value),
        "passes": list(found.passes),
        "reason": found.reason,
        "error": found.error,
        "answer": found.answer,
        "marks": [
            {
                "scorer": mark.scorer,
                "value": _number(mark.value),
                "passed": mark.is_passed,
                "reason": mark.reason,
                "error": mark.error,
            }
            for mark in found.marks
        ],
    }


def _weakened(judged: Judged) -> Iterator[dict[str, Any]]:
    for name, found in sorted(judged.weakened.items()):
        for one in found:
            yield {
                "suite": name,
                "case": one.case,
                "words": one.words,
                "about": one.about,
                "is_change": one.is_change,
            }


def _unread(read: ReadSuite) -> dict[str, Any]:
    findings = [
        {
            "path": one.location.path,
            "line": one.location.line,
            "column": one.location.column,
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
        }
        for one in read.findings
    ]
    return {"path": read.files[0], "findings": findings}


def _number(value: float | None) -> float | None:
    """A number that every reader of JSON takes, the same on every machine."""
    if value is None or not math.isfinite(value):
        return None
    return round(value, _PLACES) + 0.0
