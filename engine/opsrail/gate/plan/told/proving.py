"""PROOFS and FINDINGS: what was tried, and what keeps the gate closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from opsrail.findings import Finding, Severity, in_order
from opsrail.gate.plan.model import Proof
from opsrail.gate.plan.told.model import COLUMNS, LABEL, Look, ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import counted, cut, plural, said

_MOST_HOLDING: Final = 8
_MOST_FAILING: Final = 6
_MOST_FINDINGS: Final = 8
_MOST_HINT: Final = 80
_KEPT_ROWS: Final = 6
"""Rows for one finding of each code, which no other part takes."""


def proofs_part(proofs: Iterable[Proof]) -> ToldPart:
    """Failing ones on lines of their own, then those that hold on one."""
    every = sorted(proofs, key=lambda one: (one.holds, one.name, one.words, one.held, one.tried))
    failing = [one for one in every if not one.holds and not one.is_advisory]
    doubtful = [one for one in every if not one.holds and one.is_advisory]
    holding = [one for one in every if one.holds]
    advice = [line(f"{_words(one)}: only advises") for one in doubtful[:_MOST_FAILING]]
    if not every:
        return ToldPart("PROOFS", line("nothing was tried"))
    if not failing:
        lead = _that_hold(len(holding), len(every))
        hidden = len(doubtful) - len(advice)
        return ToldPart("PROOFS", line(_holding(holding, lead)), tuple(advice), hidden, "proof")
    shown = failing[:_MOST_FAILING]
    tried = len(every) - len(doubtful)
    fails = f"{len(failing):,} of {tried:,} {'fails' if len(failing) == 1 else 'fail'}"
    fails = fails if tried > 1 else "it fails"
    head = line(f": {_words(shown[0])}", fails, Look.BAD)
    lines = [line(_words(one), counts=1) for one in shown[1:]]
    hold = "holds" if len(holding) == 1 else "hold"
    lines += advice
    lines += [line(_holding(holding, hold), counts=len(holding))] if holding else []
    hidden = len(failing) - len(shown) + len(doubtful) - len(advice)
    return ToldPart("PROOFS", head, tuple(lines), hidden, "proof")


def _that_hold(count: int, every: int) -> str:
    if count == every:
        return "it holds" if count == 1 else f"all {count:,} hold"
    return f"{count:,} {'holds' if count == 1 else 'hold'}"


def _holding(holding: list[Proof], lead: str) -> str:
    if not holding:
        return "nothing that could close the gate"
    words = " · ".join(_words(one) for one in holding[:_MOST_HOLDING])
    more = len(holding) - _MOST_HOLDING
    return f"{lead}: {words}{f' and {more:,} more' if more > 0 else ''}"


def _words(proof: Proof) -> str:
    words = said(proof.words, 120 if not proof.holds else 60)
    figures = f"{proof.held:,} of {proof.tried:,}" if proof.tried else "nothing to try"
    if figures in words or (words and proof.tried <= 1):
        figures = ""
    # “27 of 27 sections”, but “9 of 9, 3 → 2 alerts”.
    is_close = words.isalpha() or words.startswith("(")
    mark = "" if not words or not figures else " " if is_close else ", "
    reported = " (by the request's own run)" if proof.is_reported else ""
    return f"{said(proof.name, 60)} {figures}{mark}{words}{reported}"


def findings_part(findings: Iterable[Finding], target: str = "main") -> ToldPart | None:
    """Those that close the gate, one of each code before a second of any; others are counted.

    The first of each code keep their rows whatever else there is, as far as six rows go.
    """
    every = in_order(findings)
    closing = [one for one in every if one.severity is Severity.ERROR]
    others = " · ".join(_counts(every))
    if not every:
        return None
    if not closing:
        return ToldPart("FINDINGS", line(f"none that closes the gate · {others}"))
    close = "closes" if len(closing) == 1 else "close"
    shown = _first_of_each(closing)[:_MOST_FINDINGS]
    kept = min(len({one.code for one in closing}), _KEPT_ROWS)
    most = (_KEPT_ROWS // kept) * (COLUMNS - LABEL)
    lines = tuple(_finding(one, most) for one in shown)
    codes = f": {counted([one.code for one in closing])}" if len(closing) > len(shown) else ""
    text = f" the gate{codes}{f' · {others}' if others else ''}"
    head = line(text, f"{len(closing):,} {close}", Look.BAD)
    all_of_them = f": `opsrail check --base {said(target, 40)}` shows all"
    hidden = len(closing) - len(shown)
    return ToldPart("FINDINGS", head, lines, hidden, "finding", kept=kept, elsewhere=all_of_them)


def _counts(findings: Iterable[Finding]) -> Iterator[str]:
    weights = [one.severity for one in findings]
    for severity in (Severity.WARNING, Severity.NOTE):
        if count := weights.count(severity):
            yield plural(count, severity.value)


def _first_of_each(findings: list[Finding]) -> list[Finding]:
    seen: dict[str, int] = {}
    ranked = []
    for one in findings:
        rank = seen[one.code] = seen.get(one.code, 0) + 1
        ranked.append((rank, one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _finding(one: Finding, most: int) -> ToldLine:
    where = f"{said(one.location.path, 80)}:{one.location.line}"
    hint = said(" ".join(one.hint.split()), _MOST_HINT)
    # Half a hint helps nobody: a long one stands in the report of the check.
    hint = f" ({hint})" if hint and len(one.hint) <= _MOST_HINT else ""
    text = f" {said(one.code, 40)}: {said(one.message, 130)}"
    # A hint that there is no room for goes before the message does.
    text += hint if len(where + text + hint) <= most else ""
    return line(cut(text, max(most - len(where), most // 2)), cut(where, most // 2))
