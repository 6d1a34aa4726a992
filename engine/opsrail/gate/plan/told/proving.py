"""PROOFS and FINDINGS: what was tried, and what keeps the gate closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from opsrail.findings import Finding, Severity, in_order
from opsrail.gate.plan.model import Proof
from opsrail.gate.plan.told.model import Look, ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import counted, plural, said

_MOST_HOLDING: Final = 8
_MOST_FAILING: Final = 6
_MOST_FINDINGS: Final = 8
_MOST_HINT: Final = 80


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
        lead = f"all {len(holding):,} hold" if not doubtful else f"{len(holding):,} hold"
        hidden = len(doubtful) - len(advice)
        return ToldPart("PROOFS", line(_holding(holding, lead)), tuple(advice), hidden, "proof")
    shown = failing[:_MOST_FAILING]
    fails = f"{len(failing):,} of {len(every):,} {'fails' if len(failing) == 1 else 'fail'}"
    head = line(f": {_words(shown[0])}", fails, Look.BAD)
    lines = [line(_words(one), counts=1) for one in shown[1:]]
    hold = "holds" if len(holding) == 1 else "hold"
    lines += advice
    lines += [line(_holding(holding, hold), counts=len(holding))] if holding else []
    hidden = len(failing) - len(shown) + len(doubtful) - len(advice)
    return ToldPart("PROOFS", head, tuple(lines), hidden, "proof")


def _holding(holding: list[Proof], lead: str) -> str:
    words = " · ".join(_words(one) for one in holding[:_MOST_HOLDING])
    more = len(holding) - _MOST_HOLDING
    return f"{lead}: {words}{f' and {more:,} more' if more > 0 else ''}"


def _words(proof: Proof) -> str:
    words = said(proof.words, 120 if not proof.holds else 60)
    figures = f"{proof.held:,} of {proof.tried:,}" if proof.tried else "nothing to try"
    if figures in words or (words and proof.holds and proof.tried <= 1):
        figures = ""
    # “27 of 27 sections”, but “9 of 9, 3 → 2 alerts”.
    mark = " " if words.isalpha() and figures else ", " if words and figures else ""
    reported = " (by the request's own run)" if proof.is_reported else ""
    return f"{said(proof.name, 60)} {figures}{mark}{words}{reported}"


def findings_part(findings: Iterable[Finding]) -> ToldPart | None:
    """Those that close the gate, one of each code before a second of any; others are counted."""
    every = in_order(findings)
    closing = [one for one in every if one.severity is Severity.ERROR]
    others = " · ".join(_counts(every))
    if not every:
        return None
    if not closing:
        return ToldPart("FINDINGS", line(f"none that closes the gate · {others}"))
    close = "closes" if len(closing) == 1 else "close"
    shown = _first_of_each(closing)[:_MOST_FINDINGS]
    lines = tuple(_finding(one) for one in shown)
    codes = f": {counted([one.code for one in closing])}" if len(closing) > len(shown) else ""
    text = f" the gate{codes}{f' · {others}' if others else ''}"
    head = line(text, f"{len(closing):,} {close}", Look.BAD)
    return ToldPart("FINDINGS", head, lines, len(closing) - len(shown), "finding")


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


def _finding(one: Finding) -> ToldLine:
    where = f"{said(one.location.path, 80)}:{one.location.line}"
    hint = said(" ".join(one.hint.split()), _MOST_HINT)
    # Half a hint helps nobody: a long one stands in the report of the check.
    hint = f" ({hint})" if hint and len(one.hint) <= _MOST_HINT else ""
    return line(f" {said(one.code, 40)}: {said(one.message, 130)}{hint}", where)
