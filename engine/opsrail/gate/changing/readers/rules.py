"""Detection rules, aspect by aspect, and the streams that they look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from opsrail.detection.reading.documents import STREAMS_PATH, is_rule_file
from opsrail.findings import Severity
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import quoted
from opsrail.gate.changing.registry import reader
from opsrail.gate.changing.values import entry_changes, value_changes
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import TERMS

if TYPE_CHECKING:
    from opsrail.detection.changes import RuleChange
    from opsrail.detection.library import Library
    from opsrail.detection.model import Rule


@dataclass(frozen=True, slots=True)
class _Aspect:
    """The term of an aspect, with its direction where the remark gives one; and where it stands."""

    noun: str
    route: tuple[str, ...]
    directions: Mapping[str, str] | None = None

    def term(self, remark: str) -> str:
        name = f"{self.noun} {(self.directions or {}).get(remark, 'changed')}"
        return name if name in TERMS else "rule changed"


_SELECTED: Final = "selection"
_MOVED: Final = {"raised": "raised", "lowered": "lowered"}
_ASPECTS: Final = {
    "threshold": _Aspect("threshold", ("correlation", "condition"), _MOVED),
    "timespan": _Aspect(
        "window", ("correlation", "timespan"), {"longer": "longer", "shorter": "shorter"}
    ),
    "level": _Aspect("level", ("level",), _MOVED),
    "levels": _Aspect("level", ("ops", "severities")),
    "events": _Aspect(_SELECTED, ("detection",)),
    "stream": _Aspect(_SELECTED, ("logsource",)),
    "type": _Aspect(_SELECTED, ("correlation", "type")),
    "looks at": _Aspect(_SELECTED, ("correlation", "rules")),
    "group by": _Aspect(_SELECTED, ("correlation", "group-by")),
    "of": _Aspect(_SELECTED, ("correlation", "condition")),
    "percentile": _Aspect(_SELECTED, ("correlation", "condition")),
    "group keys": _Aspect(_SELECTED, ("correlation", "aliases")),
    "presence": _Aspect(_SELECTED, ("correlation", "condition")),
    "counts different": _Aspect(_SELECTED, ("ops", "distinct")),
    "events without a key": _Aspect(_SELECTED, ("ops", "group_nulls")),
    "minimum events": _Aspect("threshold", ("ops", "minimum")),
    "minimum different": _Aspect("threshold", ("ops", "minimum")),
    "baseline": _Aspect("threshold", ("ops", "baseline")),
    "rate ratio": _Aspect("threshold", ("ops", "baseline")),
    "significance": _Aspect("threshold", ("ops", "baseline")),
    "lookback": _Aspect("threshold", ("ops", "baseline")),
    "minimum history": _Aspect("threshold", ("ops", "baseline")),
    "window": _Aspect("folding", ("ops", "window")),
    "cooldown": _Aspect("folding", ("ops", "dedupe")),
    "quiet": _Aspect("folding", ("ops", "dedupe")),
    "folds by": _Aspect("folding", ("ops", "dedupe")),
    "silent while": _Aspect("folding", ("ops", "inhibited_by")),
    "owner": _Aspect("owner", ("ops", "owner")),
    "route": _Aspect("route", ("ops", "route")),
    "runbook": _Aspect("runbook", ("ops", "runbook")),
}
_OTHER: Final = _Aspect("rule", ("ops",))
_OF_LOGIC: Final = frozenset({"threshold", "window", _SELECTED, "folding", "level", "rule"})
_TOLD: Final = frozenset({"name", "detection", "ops", "logsource", "level", "status"})
"""Keys of a rule that its aspects tell of, or that it is known by."""
_BELOW: Final = frozenset({"lt", "lte"})


@reader("rules")
def read(compared: Comparison) -> Iterator[Change]:
    """Every aspect of every rule in a file that changed."""
    paths = [p for p in compared.changed(ArtifactKind.RULE) if is_rule_file(p)]
    if not paths:
        return
    # Reading rules takes a library of its own, and most changes touch none.
    from opsrail.detection.changes import rule_changes
    from opsrail.detection.library import read_library

    before, after = (read_library(s.snapshot, paths) for s in (compared.base, compared.head))
    told: dict[str, set[str]] = {}
    for one in rule_changes(before, after):
        for change in _told(compared, one, before, after):
            if change.path in compared.subject.changed:
                told.setdefault(one.rule, set()).add(change.term.noun)
                yield change
    for name in sorted(before.rules.keys() & after.rules.keys()):
        if after.rules[name].place.path in compared.subject.changed:
            yield from _rest(before, after, name, told.get(name, set()))
    yield from _broken(after, set(paths))


def _told(
    compared: Comparison, one: RuleChange, before: Library, after: Library
) -> Iterator[Change]:
    path = one.place.path
    at = Change(path, "rule changed", one.rule, line=one.place.line)
    if not one.aspect:
        yield replace(at, what=f"rule {one.kind}", old=one.old, new=one.new)
        if one.kind == "moved":
            owners = compared.owners(one.old, path)
            here = Change(one.old, "rule moved", one.rule, new=path, owners=owners)
            yield replace(here, line=before.rules[one.rule].place.line)
        return
    was, now = before.rules[one.rule], after.rules[one.rule]
    owners = compared.owners(was.place.path, path)
    subject, line, old, new = one.rule, one.place.line, one.old, one.new
    if one.aspect.startswith("test "):
        what, old, new = f"test {one.kind}", "", ""
        subject, line = f"{one.rule} {one.aspect}", _test_line(one, before, after)
    else:
        aspect = _ASPECTS.get(one.aspect, _OTHER)
        is_unclear = aspect.noun == "threshold" and _waits_for_less(was, now)
        what = aspect.term("" if is_unclear else one.remark)
        line = after.place(one.rule, *aspect.route, key=True).line
        is_named = one.aspect in {"threshold", "level", "owner", "route", "runbook", "timespan"}
        subject = one.rule if is_named else f"{one.rule} {one.aspect}"
    old, new = quoted(old, new)
    yield replace(at, what=what, subject=subject, line=line, old=old, new=new, owners=owners)


def _waits_for_less(before: Rule, after: Rule) -> bool:
    """Whether a rule fires on too little: there, a higher limit means more alerts."""
    thresholds = (
        one
        for rule in (before, after)
        for one in getattr(rule.body, "thresholds", ())  # a detection has none
    )
    return any(one.operator in _BELOW for one in thresholds)


def _test_line(one: RuleChange, before: Library, after: Library) -> int:
    library = before if one.kind == "removed" else after
    rule = library.rules[one.rule]
    tests = [f"test “{test.name}”" for test in rule.ops.tests] if rule.ops else []
    at = tests.index(one.aspect) if one.aspect in tests else 0
    return library.place(one.rule, "ops", "tests", at).line


def _rest(before: Library, after: Library, name: str, told: set[str]) -> Iterator[Change]:
    """What no aspect tells: titles and descriptions, and whatever else its alerts depend on."""
    was, now = before.rules[name], after.rules[name]
    path = now.place.path
    if was.logic != now.logic and not told & _OF_LOGIC:
        yield Change(path, "selection changed", name, line=now.place.line)
    for one in value_changes(before.documents[name], after.documents[name]):
        if not one.steps or one.top in _TOLD:
            continue
        if one.top == "correlation" and one.steps[-1] != "generate":
            continue
        old, new = one.quotes
        yield Change(path, "rule changed", f"{name} {one.name}", old, new, one.line)


def _broken(after: Library, paths: set[str]) -> Iterator[Change]:
    """Files with a rule that cannot be run any more: nobody can say what it would raise."""
    for path in sorted(paths):
        found = [
            one
            for one in after.findings
            if one.location.path == path and one.severity is Severity.ERROR
        ]
        if found:
            yield Change(path, "file unreadable", new=found[0].message, line=found[0].location.line)


@reader("streams")
def read_streams(compared: Comparison) -> Iterator[Change]:
    """What is recorded, and what the columns mean."""
    for path in compared.changed(ArtifactKind.STREAMS):
        was, now = compared.entries(path)
        if path == STREAMS_PATH and was and now:
            for one in entry_changes(*compared.yamls(path)):
                old, new = one.quotes
                yield Change(path, "stream changed", one.name, old, new, one.line)
        else:
            old, new = ("" if was else "not there", "" if now else "gone")
            yield Change(path, "stream changed", path.rsplit("/", 1)[-1], old, new)
