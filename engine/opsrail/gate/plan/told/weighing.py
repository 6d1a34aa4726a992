"""RISK, ROLLOUT, ROLLBACK and NOTES: what may go wrong, and whether it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.gate.plan.model import Plan, TakeBack
from opsrail.gate.plan.told.model import Look, ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import listed, number, plural, said
from opsrail.governance.formats import RiskLevel
from opsrail.governance.kinds import MITIGATIONS_PATH
from opsrail.governance.risk.model import Factor, Risk

_LOOKS: Final = {
    RiskLevel.LOW: Look.GOOD,
    RiskLevel.MEDIUM: Look.CARE,
    RiskLevel.HIGH: Look.BAD,
}
_MOST_FACTORS: Final = 8
_MOST_FINAL: Final = 4
_MOST_NOTES: Final = 4


def risk_part(risk: Risk | None) -> ToldPart:
    """The level, then each factor that weighs, the gravest first, with what is done about it."""
    if risk is None:
        return ToldPart("RISK", line("not weighed"))
    factors = sorted(risk.factors, key=lambda one: (-one.level.rank, one.name, one.evidence))
    weighing = [one for one in factors if one.level.rank or one.is_open]
    light = [one for one in factors if one not in weighing]
    low = f"{' ·' if weighing else ':'} nothing weighs in" if light else ""
    low = f"{low} {listed([one.name for one in light], 8)}" if light else ""
    noun = "rule" if len(risk.needs) == 1 else "rules"
    rules = listed(sorted(risk.needs), 4)
    asks = f" · so it needs {noun} {rules} at least" if risk.needs else ""
    head = line(f", {plural(risk.score, 'point')}{asks}{low}", risk.level.value, _LOOKS[risk.level])
    lines = tuple(_factor(one) for one in weighing[:_MOST_FACTORS])
    return ToldPart("RISK", head, lines, len(weighing) - len(lines), "factor")


def _factor(one: Factor) -> ToldLine:
    evidence = " · ".join(said(fact, 90) for fact in one.evidence[:2])
    if len(one.evidence) > 2:
        evidence += f" and {len(one.evidence) - 2:,} more"
    lead = f"{said(one.name, 40)}, {one.level}"
    return line(f": {evidence}{_mitigated(one)}", lead, _LOOKS[one.level])


def _mitigated(one: Factor) -> str:
    if one.is_open:
        paths = listed(sorted(one.unmitigated), 2)
        return f"; no mitigation for {paths}: write it into {MITIGATIONS_PATH}"
    known = sorted(one.mitigations, key=lambda each: (each.place, each.what))
    if not known:
        return ""
    first = known[0]
    more = f" and {len(known) - 1:,} more" if len(known) > 1 else ""
    where = f"{said(first.owner, 40)}, {said(first.place.path, 60)}:{first.place.line}"
    return f"; mitigated: {said(first.what, 90)} ({where}){more}"


def rollout_part(risk: Risk | None) -> ToldPart | None:
    """What the risk demands; nothing where it may go out at once."""
    if risk is None or risk.stages <= 1:
        return None
    text = f"in {number(risk.stages)} stages at least, since its risk is {risk.level.value}"
    return ToldPart("ROLLOUT", line(text))


def rollback_part(back: TakeBack) -> ToldPart:
    """Whether a revert gives base again, and what no revert brings back."""
    words = said(back.words, 200)
    head = line(words) if back.is_clean else line(f": {words}", "not clean", Look.BAD)
    lines = tuple(
        line(f" {said(one, 200)}", "does not come back:", Look.CARE)
        for one in back.final[:_MOST_FINAL]
    )
    return ToldPart("ROLLBACK", head, lines, len(back.final) - len(lines), "consequence")


def notes_part(plan: Plan) -> ToldPart | None:
    """What else a reviewer should know."""
    notes = list(_notes(plan))
    if not notes:
        return None
    lines = tuple(line(note) for note in notes[1:_MOST_NOTES])
    return ToldPart("NOTES", line(notes[0]), lines, len(notes) - 1 - len(lines), "note")


def _notes(plan: Plan) -> Iterator[str]:
    if plan.decision.unknown:
        yield f"not in the directory of people: {listed(sorted(plan.decision.unknown))}"
    yield from (said(note, 240) for note in plan.notes)
