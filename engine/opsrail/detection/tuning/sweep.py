"""Thresholds and windows weighed on recorded history: what each would catch, and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from opsrail.detection.backtest.history import History
from opsrail.detection.backtest.phrases import share
from opsrail.detection.backtest.replay import Backtest, Raised, Side, backtest
from opsrail.detection.backtest.score import Score
from opsrail.detection.evaluate import Interval
from opsrail.detection.model import COUNTING, MINUTE, Correlation, Operator, Rule, Threshold
from opsrail.detection.words.nouns import number, rounded
from opsrail.findings import Finding
from opsrail.streams.engines.model import Engine
from opsrail.streams.spans import micros, spelled

_LADDER: Final = tuple(
    micros(span) for span in "1m 2m 5m 10m 15m 30m 1h 2h 4h 8h 12h 1d 2d 7d 14d 28d".split()
)
_STEPS: Final = (0.5, 0.75, 1, 1.5, 2)
_AROUND: Final = 2
"""So many rungs of the ladder below and above the current timespan are tried."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One cell of the grid; `threshold` is None for rules that have none."""

    threshold: float | None
    timespan: int

    def __str__(self) -> str:
        span = spelled(self.timespan)
        return span if self.threshold is None else f"{number(self.threshold)} in {span}"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a setting would have done. `is_best`: no other setting has fewer needless alerts,
    more incidents and sooner detection at once.
    """

    setting: Setting
    score: Score
    per_day: float
    is_current: bool = False
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Tuning:
    """All trials of a rule, by timespan and threshold; `incidents` is how many name it."""

    rule: Rule
    trials: tuple[Trial, ...]
    incidents: int
    findings: tuple[Finding, ...] = ()


def current(rule: Rule) -> Setting | None:
    """What a rule has now; None for plain detections, which have neither."""
    if not isinstance(rule.body, Correlation):
        return None
    swept = _swept(rule.body)
    return Setting(None if swept is None else swept.value, rule.body.timespan)


def _swept(body: Correlation) -> Threshold | None:
    """The threshold that is varied: the first that asks for a size."""
    varied = [one for one in body.thresholds if one.operator is not Operator.NEQ]
    return varied[0] if varied and body.presence is None else None


def thresholds_around(rule: Rule) -> tuple[float | None, ...]:
    """From half to twice the current threshold; whole numbers where things are counted."""
    now = current(rule)
    if now is None or now.threshold is None:
        return (None,)
    assert isinstance(rule.body, Correlation)
    tried = {now.threshold * step for step in _STEPS}
    if rule.body.type in COUNTING:
        tried = {float(max(round(value), 1)) for value in tried if value} | {now.threshold}
    return tuple(sorted(tried))


def timespans_around(rule: Rule) -> tuple[int, ...]:
    """The current timespan, and the usual ones just below and above it."""
    now = current(rule)
    if now is None:
        return ()
    below = [span for span in _LADDER if span < now.timespan][-_AROUND:]
    above = [span for span in _LADDER if span > now.timespan][:_AROUND]
    return (*below, now.timespan, *above)


def with_setting(rule: Rule, setting: Setting) -> Rule:
    """The rule with another threshold and timespan."""
    assert isinstance(rule.body, Correlation)
    swept, thresholds = _swept(rule.body), rule.body.thresholds
    if swept is not None and setting.threshold is not None:
        other = Threshold(swept.operator, setting.threshold)
        thresholds = tuple(other if one is swept else one for one in thresholds)
    body = replace(rule.body, thresholds=thresholds, timespan=setting.timespan)
    return replace(rule, body=body, logic=f"{rule.logic} {setting}")


def tune(
    engine: Engine,
    history: History,
    rule: Rule,
    settings: Sequence[Setting],
    progress: Callable[[str, int, int], None] | None = None,
) -> Tuning:
    """What each setting of a rule would have done over the history.

    `progress` is told what is tried, how many settings are done, and of how many.
    """
    trials: list[Trial] = []
    findings: dict[Finding, None] = {}
    for done, setting in enumerate(settings):
        if progress:
            progress(str(setting), done, len(settings))
        found = _tried(engine, history, with_setting(rule, setting))
        findings.update(dict.fromkeys(found.findings))
        trials += [_trial(setting, one.after, rule) for one in found.rules if one.after]
    ordered = sorted(
        _marked(trials), key=lambda one: (one.setting.timespan, one.setting.threshold or 0)
    )
    named = sum(rule.name in incident.rules for incident in history.incidents)
    return Tuning(rule, tuple(ordered), named, tuple(findings))


def _tried(engine: Engine, history: History, varied: Rule) -> Backtest:
    library = history.head.library
    library = replace(library, rules={**library.rules, varied.name: varied})
    return backtest(
        engine,
        Side(library, history.head.events),
        None,
        [varied.name],
        history.interval or Interval(),
        history.incidents,
        history.policy,
    )


def _trial(setting: Setting, raised: Raised, rule: Rule) -> Trial:
    return Trial(setting, raised.score, raised.noise.per_day, setting == current(rule))


def _marked(trials: Sequence[Trial]) -> list[Trial]:
    able = [trial for trial in trials if caught(trial)]
    return [
        replace(one, is_best=one in able and not any(_beats(other, one) for other in able))
        for one in trials
    ]


def _beats(left: Trial, right: Trial) -> bool:
    """Whether `left` is at least as good in everything and better in something (Pareto)."""
    mine, theirs = _costs(left), _costs(right)
    return mine != theirs and all(one <= other for one, other in zip(mine, theirs, strict=True))


def _costs(trial: Trial) -> tuple[int, int, int]:
    """What there should be little of: needless alerts, missed incidents, waiting.

    One alert about an incident is what a rule is for; all others are needless.
    """
    needless = trial.score.raised - caught(trial)
    minutes = round((trial.score.delay or 0) / MINUTE)  # seconds matter to nobody
    return needless, len(trial.score.missed), minutes


def caught(trial: Trial) -> int:
    """How many labelled incidents a setting would have caught."""
    return trial.score.recall.part if trial.score.recall else 0


def as_text(tuning: Tuning) -> str:
    """The trials as a table, the frontier and the current setting marked."""
    rows: list[tuple[str, ...]] = [
        ("threshold", "timespan", "alerts a day", "incidents", "right", "detects", "")
    ]
    rows += [_row(trial) for trial in tuning.trials]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, "", *_notes(tuning)]) + "\n"


def _row(trial: Trial) -> tuple[str, ...]:
    found = trial.score
    marks = [word for word, holds in (("now", trial.is_current), ("best", trial.is_best)) if holds]
    return (
        "–" if trial.setting.threshold is None else number(trial.setting.threshold),
        spelled(trial.setting.timespan),
        number(round(trial.per_day, 2)),
        str(found.recall) if found.recall else "–",
        str(found.precision) if found.precision else "–",
        "–" if found.delay is None else _signed(found.delay),
        ", ".join(marks),
    )


def _signed(delay: int) -> str:
    return rounded(delay) if delay >= 0 else f"{rounded(delay)} early"


def _notes(tuning: Tuning) -> list[str]:
    if not tuning.incidents:
        return [
            "No labelled incident names this rule, so only its noise can be weighed. Describe past",
            "incidents in content/incidents/ID/incident.yaml, with this rule under `rules`.",
        ]
    notes = ["best: no other setting catches as many incidents as soon with fewer needless alerts"]
    recall = next((one.score.recall for one in tuning.trials if one.score.recall), None)
    if recall and recall.whole < _FEW:
        told = f"{recall.whole} incidents are few: {share(recall)} says little about the next one"
        notes.append(told)
    return notes


_FEW: Final = 10


def settings(
    rule: Rule, thresholds: Sequence[float | None], timespans: Sequence[int]
) -> tuple[Setting, ...]:
    """Every combination, and the current setting."""
    now = current(rule)
    found: Mapping[Setting, None] = dict.fromkeys(
        Setting(threshold, span) for span in timespans for threshold in thresholds
    )
    return tuple({**found, **({now: None} if now else {})})
