"""What a timed test expected beside what was raised, line by line, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsrail.detection.formats import CorrelationType, Expected
from opsrail.detection.model import COUNTING, Alert, Correlation, Key, Rule
from opsrail.streams.spans import micros

_CLOSE = 1e-9
"""Two numbers this close, relative to their size, are the same."""


@dataclass(frozen=True, slots=True)
class Line:
    """An alert that was expected, one that was raised, or both beside each other.

    `at` is counted from the test's start, in microseconds. A side without an alert is empty;
    `wrong` says what does not fit, and is empty where all does.
    """

    at: int
    expected: str
    raised: str
    wrong: str = ""


def lines_of(
    rule: Rule, expected: Sequence[Expected], alerts: Sequence[Alert], start: int
) -> tuple[Line, ...]:
    """Every expected and every raised alert, in order of time.

    The order in which a test names alerts of one instant does not matter.
    """
    words = _Words.of(rule, expected)
    instants = sorted({*(micros(one.at) for one in expected), *(one.at - start for one in alerts)})
    return tuple(
        line
        for instant in instants
        for line in words.at(
            instant,
            [one for one in expected if micros(one.at) == instant],
            [one for one in alerts if one.at - start == instant],
        )
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """How alerts of a rule are told. `noun` is what its value is; `mentioned` are the parts of
    an alert that the test speaks of somewhere.
    """

    noun: str
    mentioned: frozenset[str]

    @classmethod
    def of(cls, rule: Rule, expected: Sequence[Expected]) -> _Words:
        body = rule.body
        counts = isinstance(body, Correlation) and body.type in {
            *COUNTING,
            CorrelationType.TEMPORAL,
        }
        return cls(
            "count" if counts else "value",
            frozenset(name for one in expected for name in one.model_fields_set),
        )

    def at(self, instant: int, expected: list[Expected], alerts: list[Alert]) -> Iterator[Line]:
        """The lines of one instant: what fits first, then what differs, then what is alone."""
        partner = _partners(expected, alerts)
        for i, j in sorted(partner.items()):
            yield Line(instant, self.wanted(expected[i]), self.raised(alerts[j]))
        missing = [one for i, one in enumerate(expected) if i not in partner]
        taken = set(partner.values())
        extra = [one for j, one in enumerate(alerts) if j not in taken]
        for wanted in missing:
            if extra:
                nearest = min(extra, key=lambda alert: len(_differences(wanted, alert, self.noun)))
                extra.remove(nearest)
                wrong = "; ".join(_differences(wanted, nearest, self.noun))
                yield Line(instant, self.wanted(wanted), self.raised(nearest), wrong)
            else:
                yield Line(instant, self.wanted(wanted), "", "was not raised")
        for alert in extra:
            yield Line(instant, "", self.raised(alert), "was not expected")

    def wanted(self, one: Expected) -> str:
        """An expected alert, as the test gives it."""
        parts = [f"{name}: {_shown(value)}" for name, value in one.group.items()]
        value = _value(one)
        parts += [f"{self.noun}: {number(value)}"] if value is not None else []
        parts += [f"level: {one.level.value}"] if one.level else []
        parts += [f"folded: {one.folded}"] if one.folded is not None else []
        parts += [f"suppressed: {one.suppressed}"] if one.suppressed else []
        return " · ".join(parts) or "an alert"

    def raised(self, alert: Alert) -> str:
        """A raised alert, with what the test may be interested in."""
        parts = [f"{name}: {_shown(value)}" for name, value in alert.group]
        parts += [f"{self.noun}: {number(alert.value)}"] if alert.value is not None else []
        parts += [f"level: {alert.level.value}"] if "level" in self.mentioned else []
        parts += [f"folded: {alert.folded}"] if "folded" in self.mentioned else []
        parts += [f"suppressed: {alert.suppressed}"] if alert.suppressed else []
        return " · ".join(parts) or "an alert"


def _partners(expected: Sequence[Expected], alerts: Sequence[Alert]) -> Mapping[int, int]:
    """Expected → raised alert, as many as fit: a largest matching, by augmenting paths.

    An expectation that leaves much open must not take the only alert that fits another one.
    """
    fitting = [
        [j for j, alert in enumerate(alerts) if not _differences(one, alert, "")]
        for one in expected
    ]
    taken: dict[int, int] = {}

    def finds(i: int, tried: set[int]) -> bool:
        for j in fitting[i]:
            if j not in tried:
                tried.add(j)
                if j not in taken or finds(taken[j], tried):
                    taken[j] = i
                    return True
        return False

    for i in range(len(expected)):
        finds(i, set())
    return {i: j for j, i in taken.items()}


def _differences(wanted: Expected, alert: Alert, noun: str) -> list[str]:
    """What of an alert is otherwise than expected, in words."""
    group = dict(alert.group)
    found = [
        f"{name} is {_shown(group[name])}, not {_shown(value)}"
        if name in group
        else f"alerts of this rule have no {name}"
        for name, value in wanted.group.items()
        if name not in group or not _same(group[name], value)
    ]
    for value in (wanted.value, wanted.count):
        if value is not None and not _same(alert.value, value):
            has = "empty" if alert.value is None else number(alert.value)
            found.append(f"{noun} is {has}, not {number(value)}")
    if wanted.level is not None and wanted.level is not alert.level:
        found.append(f"level is {alert.level.value}, not {wanted.level.value}")
    if wanted.folded is not None and wanted.folded != alert.folded:
        found.append(f"folded is {alert.folded}, not {wanted.folded}")
    if (wanted.suppressed or "") != alert.suppressed:
        found.append(_about_silence(wanted.suppressed or "", alert.suppressed))
    return found


def _about_silence(wanted: str, suppressed: str) -> str:
    if not suppressed:
        return f"{wanted} does not keep it silent"
    if not wanted:
        return f"{suppressed} keeps it silent: write `suppressed: {suppressed}` if that is meant"
    return f"{suppressed} keeps it silent, not {wanted}"


def _value(one: Expected) -> float | None:
    return one.value if one.value is not None else one.count


def _same(one: Key, other: Key) -> bool:
    """Equal; numbers but for their rounding."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)
    return one == other


def _shown(value: Key) -> str:
    if value is None or value == "":
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else value


def number(value: float) -> str:
    """A number as people write it: whole ones without a point."""
    return str(int(value)) if float(value).is_integer() else f"{value:.10g}"
