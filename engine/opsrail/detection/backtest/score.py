"""How good a rule is: right and false alerts, incidents caught, how soon."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from opsrail.detection.backtest.incidents import Incident, belongs
from opsrail.detection.model import Alert

_Z: Final = 1.959964
"""The standard normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: never shown as a bare percentage."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share from 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence; None of nothing.

        The score interval of Wilson (1927), "Probable inference, the law of succession, and
        statistical inference", JASA 22: it holds for few cases and for shares of 0 and 1.
        """
        if not self.whole:
            return None
        share, square = self.part / self.whole, _Z**2 / self.whole
        middle = (share + square / 2) / (1 + square)
        spread = _Z * math.sqrt(share * (1 - share) / self.whole + square / (4 * self.whole))
        spread /= 1 + square
        return (max(0.0, middle - spread), min(1.0, middle + spread))

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}"


@dataclass(frozen=True, slots=True)
class Caught:
    """An incident and the first alert about it: None where the rule missed it.

    `silenced` is the earliest alert that a maintenance kept silent, where no other was raised.
    """

    incident: Incident
    alert: Alert | None = None
    silenced: Alert | None = None

    @property
    def delay(self) -> int | None:
        """From the start until the alert could be raised, in microseconds."""
        return None if self.alert is None else self.alert.known - self.incident.started

    @property
    def lead(self) -> int | None:
        """How much earlier than people; negative where people were first."""
        if self.alert is None or self.incident.noticed is None:
            return None
        return self.incident.noticed - self.alert.known


@dataclass(frozen=True, slots=True)
class Score:
    """One rule's alerts against the incidents that name it.

    `raised` counts alerts that somebody got, `silenced` those that nobody did. `right` of the
    raised ones belong to an incident; `elsewhere` of the others fall into incidents that do not
    name the rule. `outside` incidents lie before or after what was recorded.
    """

    raised: int = 0
    silenced: int = 0
    right: int = 0
    elsewhere: int = 0
    incidents: tuple[Caught, ...] = ()
    outside: int = 0

    @property
    def false(self) -> int:
        """Raised alerts that belong to no incident."""
        return self.raised - self.right

    @property
    def precision(self) -> Share | None:
        """Right ones of the raised alerts; None where no incident is labelled with this rule."""
        return Share(self.right, self.raised) if self.incidents else None

    @property
    def recall(self) -> Share | None:
        """Caught ones of the incidents; None where there are none."""
        return (
            Share(len(self.incidents) - len(self.missed), len(self.incidents))
            if (self.incidents)
            else None
        )

    @property
    def missed(self) -> tuple[Caught, ...]:
        """Incidents about which the rule raised nothing."""
        return tuple(caught for caught in self.incidents if caught.alert is None)

    @property
    def delay(self) -> int | None:
        """The median time to detect, in microseconds; None where nothing was caught."""
        return median(caught.delay for caught in self.incidents)

    @property
    def lead(self) -> int | None:
        """The median lead over people; None where nobody wrote down when people noticed."""
        return median(caught.lead for caught in self.incidents)


def median(lengths: Iterable[int | None]) -> int | None:
    """The median of those that are known, as a whole number; None of none."""
    known = [length for length in lengths if length is not None]
    return round(statistics.median(known)) if known else None


def score(
    rule: str,
    alerts: Sequence[Alert],
    incidents: Sequence[Incident],
    early: int,
    span: tuple[int, int],
    rules: Collection[str] = (),
) -> Score:
    """The score of one rule's alerts over the recorded `span` (first and last moment).

    An alert that another of `rules` silences still catches its incident: people hear of it from
    that rule. One that a maintenance silences does not. Neither counts as raised.
    """
    named = [incident for incident in incidents if rule in incident.rules]
    within = [incident for incident in named if span[0] <= incident.started <= span[1]]
    raised = [alert for alert in alerts if not alert.suppressed]
    right = [alert for alert in raised if any(belongs(alert, one, early) for one in named)]
    rest = [alert for alert in raised if not any(belongs(alert, one, early) for one in named)]
    elsewhere = sum(any(one.covers(alert, early) for one in incidents) for alert in rest)
    return Score(
        len(raised),
        len(alerts) - len(raised),
        len(right),
        elsewhere,
        tuple(_caught(incident, alerts, early, rules) for incident in within),
        len(named) - len(within),
    )


def _caught(
    incident: Incident, alerts: Sequence[Alert], early: int, rules: Collection[str]
) -> Caught:
    about = [alert for alert in alerts if belongs(alert, incident, early)]
    about.sort(key=lambda alert: (alert.known, alert.order))
    told = [alert for alert in about if not alert.suppressed or alert.suppressed in rules]
    if told:
        return Caught(incident, told[0])
    return Caught(incident, None, about[0] if about else None)
