"""What a change does to rules, aspect by aspect, in words that a reviewer weighs at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from opsrail.detection.formats import Ops, Season
from opsrail.detection.library import Library
from opsrail.detection.model import Correlation, Detection, Operator, Rule, Threshold
from opsrail.detection.words.nouns import number
from opsrail.detection.words.selections import clauses
from opsrail.findings import Location
from opsrail.streams.spans import micros, spelled

_SIGNS = {
    Operator.GT: "more than {}",
    Operator.GTE: "{} or more",
    Operator.LT: "fewer than {}",
    Operator.LTE: "{} or fewer",
    Operator.EQ: "exactly {}",
    Operator.NEQ: "not {}",
}
_SPANS = ("timespan", "cooldown", "quiet", "every", "remember", "lookback", "minimum history")

TEST = "test"


class RuleChangeKind(StrEnum):
    """What happened to a rule, or to one aspect of it."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One aspect of a rule before and after; the whole rule where `aspect` is empty.

    `remark` says which way it went, where that can be said: "lowered", "shorter".
    """

    rule: str
    place: Location
    kind: RuleChangeKind
    aspect: str = ""
    old: str = ""
    new: str = ""
    remark: str = ""

    def describe(self) -> str:
        """The change on one line."""
        if not self.aspect:
            return {
                RuleChangeKind.ADDED: f"new rule: {self.new}",
                RuleChangeKind.REMOVED: f"rule removed: {self.old}",
            }.get(self.kind, f"moved here from {self.old}")
        if self.aspect.startswith(TEST):
            return f"{self.aspect} {self.kind}"
        if not self.old:
            return f"{self.aspect}  {self.new}  (new)"
        if not self.new:
            return f"{self.aspect}  {self.old}  (removed)"
        remark = f"  ({self.remark})" if self.remark else ""
        return f"{self.aspect}  {self.old} → {self.new}{remark}"


def rule_changes(before: Library, after: Library) -> tuple[RuleChange, ...]:
    """Every difference between the rules of two libraries, by the rule's place.

    A rule is known by its name, wherever its file is. What is written otherwise and means the
    same is no change.
    """
    found = [
        change
        for name in sorted(before.rules.keys() | after.rules.keys())
        for change in _between(before.rules.get(name), after.rules.get(name))
    ]
    return tuple(sorted(found, key=lambda one: (one.place.path, one.rule)))


def _between(old: Rule | None, new: Rule | None) -> Iterator[RuleChange]:
    if old is None or new is None:
        rule = new or old
        assert rule is not None
        kind = RuleChangeKind.ADDED if new else RuleChangeKind.REMOVED
        titles = ("", rule.title) if new else (rule.title, "")
        yield RuleChange(rule.name, rule.place, kind, "", *titles)
        return
    if old.place.path != new.place.path:
        yield RuleChange(new.name, new.place, RuleChangeKind.MOVED, "", old.place.path, "here")
    was, now = _aspects(old), _aspects(new)
    for aspect in dict.fromkeys((*was, *now)):
        before, after = was.get(aspect, ""), now.get(aspect, "")
        if before != after:
            remark = _remark(aspect, before, after, old, new)
            yield RuleChange(
                new.name, new.place, _kind(before, after), aspect, before, after, remark
            )


def _kind(before: str, after: str) -> RuleChangeKind:
    if not before:
        return RuleChangeKind.ADDED
    return RuleChangeKind.CHANGED if after else RuleChangeKind.REMOVED


def _aspects(rule: Rule) -> Mapping[str, str]:
    """What there is to say of a rule: aspect → how it stands, in words."""
    body = rule.body
    said = {"level": rule.level.value, "status": rule.status.value}
    if isinstance(body, Detection):
        said |= {"stream": body.stream, "events": clauses(body.condition)}
    else:
        said |= _of_correlation(body)
    if rule.ops:
        said |= _of_ops(rule.ops)
    return {aspect: words for aspect, words in said.items() if words}


def _of_correlation(body: Correlation) -> Mapping[str, str]:
    aliases = (f"{key} is {by}" for key, rules in body.aliases.items() for by in rules.items())
    return {
        "type": body.type.value,
        "looks at": ", ".join(body.rules),
        "group by": ", ".join(body.group_by),
        "timespan": spelled(body.timespan),
        "threshold": " and ".join(_said(one) for one in body.thresholds),
        "of": ", ".join(body.fields),
        "percentile": str(body.percentile or ""),
        "group keys": ", ".join(aliases),
        "presence": str(body.presence or ""),
    }


def _said(threshold: Threshold) -> str:
    return _SIGNS[threshold.operator].format(number(threshold.value))


def _of_ops(ops: Ops) -> Mapping[str, str]:
    dedupe, baseline, minimum = ops.dedupe, ops.baseline, ops.minimum
    said = {
        "owner": ops.owner,
        "route": ops.route,
        "runbook": ops.runbook,
        "window": ops.window.value,
        "counts different": ops.distinct or "",
        "every": ops.every or "",
        "remember": ops.remember or "",
        "events without a key": ops.group_nulls.value,
        "silent while": ", ".join(ops.inhibited_by),
        "levels": ", ".join(_level(one.model_dump(exclude_none=True)) for one in ops.severities),
    }
    if dedupe:
        said |= {"folds by": ", ".join(dedupe.key or ())}
        said |= {"cooldown": dedupe.cooldown or "", "quiet": dedupe.quiet or ""}
    if minimum:
        said["minimum events"] = str(minimum.events or "")
        said["minimum different"] = ", ".join(f"{k} {n}" for k, n in minimum.distinct.items())
    if baseline:
        season = "" if baseline.season is Season.NONE else baseline.season.value
        said |= {
            "baseline": f"{baseline.direction.value} what is usual {season}".strip(),
            "lookback": baseline.lookback,
            "rate ratio": number(baseline.rate_ratio),
            "significance": number(baseline.significance),
            "minimum history": baseline.minimum_history,
        }
    # A test is told by its name, and by what it says where only that differs.
    said |= {f"{TEST} “{test.name}”": test.model_dump_json() for test in ops.tests}
    return said


def _level(severity: Mapping[str, object]) -> str:
    (comparison,) = (
        _said(Threshold(Operator(key), float(str(value))))
        for key, value in severity.items()
        if key != "level"
    )
    return f"{severity['level']} at {comparison}"


def _remark(aspect: str, before: str, after: str, old: Rule, new: Rule) -> str:
    """Which way it went: what makes a rule quieter must not need arithmetic to be seen."""
    if not before or not after:
        return ""
    if aspect == "level":
        return "raised" if new.level.rank > old.level.rank else "lowered"
    if aspect == "threshold":
        return _threshold_remark(old.body, new.body)
    if aspect in _SPANS:
        return "longer" if micros(after) > micros(before) else "shorter"
    return ""


def _threshold_remark(old: Detection | Correlation, new: Detection | Correlation) -> str:
    if not isinstance(old, Correlation) or not isinstance(new, Correlation):
        return ""
    if len(old.thresholds) != 1 or len(new.thresholds) != 1:
        return ""
    (before,), (after,) = old.thresholds, new.thresholds
    if before.operator is not after.operator or before.value == after.value:
        return ""
    return "raised" if after.value > before.value else "lowered"
