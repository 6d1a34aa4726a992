"""A second evaluator, in plain Python: slow, short, and right by being read.

It knows only rules, events and what detection is meant to do; it shares no code with the engine
beyond the values both speak in. Baselines are not in it: they have tests of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from opsrail.detection.formats import Level, Severity
from opsrail.detection.model import Alert, Crossing, Detection, Group, Key, Rule
from opsrail.detection.policies import Maintenance
from tests.detection.events import Event, moment
from tests.detection.reference_values import Seen, length
from tests.detection.reference_windows import crossings

Predicate = Callable[[Mapping[str, Key]], bool]
FOREVER = 1 << 62


@dataclass(frozen=True, slots=True)
class Reference:
    """Rules by name, and beside each detection the predicate that its condition stands for.

    `graces`: stream → how late a record may arrive and still count, in microseconds.
    """

    rules: Mapping[str, Rule]
    predicates: Mapping[str, Predicate]
    graces: Mapping[str, int] = field(default_factory=dict)
    maintenance: Sequence[Maintenance] = ()

    def alerts(
        self, names: Iterable[str], events: Iterable[Event], until: int = FOREVER
    ) -> list[Alert]:
        """What these rules raise up to `until`, in order."""
        counted = [e for e in events if e.delay <= self.graces.get(e.stream, 0)]
        found = [alert for name in names for alert in self.raised(name, counted, until)]
        return sorted(found, key=lambda alert: alert.order)

    def raised(self, name: str, events: Sequence[Event], until: int) -> list[Alert]:
        """The alerts of one rule, silenced ones among them."""
        rule = self.rules[name]
        if isinstance(rule.body, Detection):
            found = detected(rule, self.seen(name, events, until), until)
        else:
            inputs = [one for ref in rule.body.rules for one in self.seen(ref, events, until)]
            found = crossings(rule, inputs, until)
        wait = max((self.graces.get(stream, 0) for stream in self.streams(name)), default=0)
        alerts = [replace(alert, known=alert.at + wait) for alert in folded(rule, found)]
        return [self.silenced(rule, alert, events, until) for alert in alerts]

    def seen(self, name: str, events: Sequence[Event], until: int) -> list[Seen]:
        """What a correlation sees of a rule that it names: events, or a correlation's alerts."""
        body = self.rules[name].body
        if isinstance(body, Detection):
            matching = self.predicates[name]
            mine = [e for e in events if e.stream == body.stream]
            return [Seen(e.t, name, e.fields, id(e)) for e in mine if matching(e.fields)]
        alerts = self.raised(name, events, until)
        return [Seen(a.at, name, dict(a.group), (name, a.id)) for a in alerts]

    def streams(self, name: str) -> set[str]:
        """The streams that a rule or what silences it reads, itself or through other rules."""
        rule = self.rules[name]
        own = {rule.body.stream} if isinstance(rule.body, Detection) else set()
        others = (*rule.references, *rule.inhibitors)
        return own.union(*(self.streams(other) for other in others))

    def silenced(self, rule: Rule, alert: Alert, events: Sequence[Event], until: int) -> Alert:
        """The alert, with the name of what keeps it silent, if anything does."""
        for name in rule.inhibitors:
            for other in self.raised(name, events, until):
                if other.at <= alert.at < other.until and agree(other.group, alert.group):
                    return replace(alert, suppressed=name)
        for window in self.maintenance:
            if is_maintained(window, alert):
                return replace(alert, suppressed=window.name)
        return alert


def detected(rule: Rule, seen: Iterable[Seen], until: int) -> list[Crossing]:
    """Each matching event is a crossing; those of one group at one instant are the same."""
    found = {
        Crossing(one.t, tuple((key, one.fields.get(key)) for key in rule.group_by)): None
        for one in seen
        if one.t <= until
    }
    return list(found)


def folded(rule: Rule, found: Iterable[Crossing]) -> list[Alert]:
    """Alerts of crossings: those of one dedupe key are folded as `cooldown` or `quiet` says."""
    dedupe = rule.ops.dedupe if rule.ops else None
    key = rule.group_by if dedupe is None or dedupe.key is None else dedupe.key
    cooldown, quiet = (length(dedupe.cooldown), length(dedupe.quiet)) if dedupe else (0, 0)
    open_alerts: dict[tuple[Key, ...], Alert] = {}
    done: list[Alert] = []
    for crossing in sorted(found, key=lambda one: (one.at, repr(one.group))):
        same = tuple(dict(crossing.group)[name] for name in key)
        alert = open_alerts.get(same)
        if alert is not None and crossing.at < alert.until:
            open_alerts[same] = _with(alert, crossing, rule, quiet)
            continue
        if alert is not None:
            done.append(alert)
        open_alerts[same] = _first(crossing, rule, cooldown or quiet)
    return [*done, *open_alerts.values()]


def _first(crossing: Crossing, rule: Rule, lasts: int) -> Alert:
    at, level = crossing.at, level_of(rule, crossing.value)
    return Alert(rule.name, crossing.group, at, at, at + lasts, level, crossing.value)


def _with(alert: Alert, crossing: Crossing, rule: Rule, quiet: int) -> Alert:
    return replace(
        alert,
        folded=alert.folded + 1,
        last=crossing.at,
        until=crossing.at + quiet if quiet else alert.until,
        level=max(alert.level, level_of(rule, crossing.value), key=lambda level: level.rank),
    )


def level_of(rule: Rule, value: float | None) -> Level:
    """The highest level whose comparison holds, or else the rule's own."""
    entries = rule.ops.severities if rule.ops else ()
    reached = [entry.level for entry in entries if value is not None and _holds(entry, value)]
    return max(reached, key=lambda level: level.rank, default=rule.level)


def _holds(entry: Severity, value: float) -> bool:
    if entry.gte is not None:
        return value >= entry.gte
    if entry.gt is not None:
        return value > entry.gt
    if entry.lte is not None:
        return value <= entry.lte
    assert entry.lt is not None
    return value < entry.lt


def agree(one: Group, other: Group) -> bool:
    """Whether two groups have equal values in every field that both have."""
    left, right = dict(one), dict(other)
    return all(left[name] == right[name] for name in left.keys() & right.keys())


def is_maintained(window: Maintenance, alert: Alert) -> bool:
    """Whether the alert falls into a time in which it is expected."""
    if window.rules and alert.rule not in window.rules:
        return False
    if not moment(window.from_) <= alert.at < moment(window.to):
        return False
    group = dict(alert.group)
    return all(name in group and group[name] == value for name, value in window.where.items())
