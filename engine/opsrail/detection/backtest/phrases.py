"""What a backtest found, phrase by phrase: the words that all its reports share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from opsrail.detection.backtest.compare import Difference, Pair
from opsrail.detection.backtest.incidents import Incident, belongs
from opsrail.detection.backtest.noise import DAY, Noise
from opsrail.detection.backtest.replay import Backtest, Raised, RuleBacktest
from opsrail.detection.backtest.score import Score, Share
from opsrail.detection.model import Alert, Group
from opsrail.detection.words.nouns import field_in_words, listed, number, quoted, rounded
from opsrail.report.model import counted
from opsrail.streams.model import Events

MANY: Final = 50
"""From so many cases on a share speaks for itself; below, its interval is told as well."""


@dataclass(frozen=True, slots=True)
class Change:
    """One alert that differs: `sign` is +, − or ~."""

    sign: str
    at: int
    text: str


def when(micros: int) -> str:
    """A moment in UTC: "2026-03-02 09:00", with seconds where there are any."""
    time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return time.strftime("%Y-%m-%d %H:%M" + (":%S" if time.second else ""))


def day(micros: int) -> str:
    """The UTC day of a moment."""
    return when(micros)[:10]


def share(found: Share) -> str:
    """So many of so many, and what that says about the next ones where the cases are few."""
    interval = found.interval
    if interval is None or found.whole >= MANY:
        return str(found)
    low, high = (round(100 * end) for end in interval)
    return f"{found} (95 % interval {low} to {high} %)"


def grouped(group: Group) -> str:
    """An alert's group: "product area sso, channel chat"."""
    told = [f"{field_in_words(key)} {'–' if value is None else value}" for key, value in group]
    return ", ".join(told) or "all together"


def verdict(found: Backtest) -> tuple[str, ...]:
    """What a reviewer must know first, the worst first."""
    told = list(_warnings(found))
    if found.has_base:
        told.append(_difference(found.rules))
    else:
        raised = sum(one.after.score.raised for one in found.rules if one.after)
        told.append(f"{counted(len(found.rules), 'rule')}, {counted(raised, 'alert')}")
    caught, known = _caught(found.rules)
    if known:
        lost = any(one.lost for one in found.rules)
        note = ", none lost" if found.has_base and not lost else ""
        told.append(f"{caught} of {known} labelled incidents caught{note}")
    return tuple(told)


def _warnings(found: Backtest) -> Iterator[str]:
    if found.failed:
        yield f"{counted(len(found.failed), 'rule')} could not be replayed: " + listed(found.failed)
    for one in found.rules:
        for incident in one.lost:
            yield f"incident lost: {incident.name} was caught by {one.name} and now is not"
    for owner in found.noise:
        if owner.is_over:
            yield f"too loud: {noise(owner)}"


def _difference(rules: Iterable[RuleBacktest]) -> str:
    changed = [one for one in rules if one.is_changed]
    if not changed:
        return "no rule's alerts can have changed"
    found = [one.difference or Difference() for one in changed]
    if all(one.is_none for one in found):
        return f"{counted(len(changed), 'rule')} changed, every alert is as it was"
    added, removed, moved = (
        sum(map(len, rows))
        for rows in (
            [one.added for one in found],
            [one.removed for one in found],
            [one.moved for one in found],
        )
    )
    told = f"{counted(added, 'alert')} added, {removed} removed, {moved} moved"
    return f"{counted(len(changed), 'rule')} changed: {told}"


def _caught(rules: Iterable[RuleBacktest]) -> tuple[int, int]:
    """Incidents that the rules caught, each for each rule, and how many there are."""
    recalls = [recall for one in rules if one.after and (recall := one.after.score.recall)]
    return sum(one.part for one in recalls), sum(one.whole for one in recalls)


def facts(one: RuleBacktest) -> Iterator[tuple[str, str]]:
    """What there is to say about a rule, as label and text."""
    now = one.after.score if one.after else Score()
    then = one.before.score if one.before and one.is_changed else None
    yield "alerts", _alerts(one, now)
    if then == now and one.difference is not None and one.difference.is_none:
        return  # nothing is different about it: more words would hide those that are
    yield "right", _against(_right(now), str(then.precision) if then and then.precision else None)
    if now.recall or (then and then.recall):
        yield "incidents", _against(_recall(now), str(then.recall) if then else None)
    if (soon := _soon(now)) is not None:
        before = rounded(then.delay) if then and then.delay is not None else None
        yield "detects", _against(soon, before)
    if one.after:
        yield (
            "a day",
            _against(_rate(one.after), _rate(one.before) if one.before and then else None),
        )
    if now.outside:
        yield "note", f"{counted(now.outside, 'incident')} outside of what was recorded"


def _rate(raised: Raised) -> str:
    return _a_day(raised.noise.per_day)


def _a_day(rate: float) -> str:
    """A rate to two places; one that would read as none is "less than 0.01"."""
    return "less than 0.01" if 0 < rate < 0.005 else number(round(rate, 2))


def _against(now: str, then: str | None) -> str:
    """What is, and what was where that was told and is not the same."""
    return now if then is None or now.startswith(then) else f"{now}; was {then}"


def _alerts(one: RuleBacktest, now: Score) -> str:
    silenced = f", {now.silenced} more silenced" if now.silenced else ""
    if one.after is None:
        gone = one.before.score.raised if one.before else 0
        return f"{gone} → 0: the rule is gone"
    if not one.is_changed or one.difference is None:
        return f"{now.raised}{silenced}"
    if one.before is None:
        return f"{now.raised}{silenced}: the rule is new"
    apart = one.difference
    parts = [
        f"{count} {word}"
        for count, word in (
            (len(apart.added), "added"),
            (len(apart.removed), "removed"),
            (len(apart.moved), "moved"),
            (len(apart.altered), "at another level or silence"),
            (len(apart.same) - len(apart.altered), "as before"),
        )
        if count
    ]
    if apart.is_none:
        return f"{now.raised}{silenced}, each as before"
    told = f": {', '.join(parts)}" if parts else ""
    return f"{one.before.score.raised} → {now.raised}{silenced}{told}"


def _right(found: Score) -> str:
    if found.precision is None:
        return "unknown: no labelled incident names this rule"
    if not found.raised:
        return "no alerts to judge"
    told = share(found.precision)
    if found.elsewhere:
        told += f", {found.elsewhere} in incidents that do not name this rule"
    return told


def _recall(found: Score) -> str:
    if found.recall is None:
        return "none labelled"
    told = f"{share(found.recall)} caught"
    if found.missed:
        names = [_missed(one.incident.name, one.silenced) for one in found.missed]
        told += f", missed {listed(names)}"
    return told


def _missed(name: str, silenced: Alert | None) -> str:
    return f"{name} (silenced by {silenced.suppressed})" if silenced else name


def _soon(found: Score) -> str | None:
    delay, lead = found.delay, found.lead
    if delay is None:
        return None
    side = "after" if delay >= 0 else "before"
    told = f"{rounded(delay)} {side} the start"
    if lead is not None:
        told += f", {earlier(lead)}"
    known = sum(one.alert is not None for one in found.incidents)
    return f"{told} (median of {known})"


def earlier(lead: int) -> str:
    """A lead over people: "11 minutes earlier than people"."""
    return f"{rounded(lead)} {'earlier' if lead >= 0 else 'later'} than people"


def noise(owner: Noise) -> str:
    """What an owner gets: "identity-support gets 0.4 alerts a day of the 2 allowed"."""
    told = f"{owner.owner} gets {_a_day(owner.per_day)} alerts a day"
    if owner.budget is not None:
        told += f" of the {number(owner.budget)} allowed"
    if owner.silenced_per_day:
        told += f", {_a_day(owner.silenced_per_day)} more are silenced"
    return told


def replayed(found: Backtest) -> str:
    """Over what it was replayed: "replayed 2026-08-24 to 2026-11-22, 90 days"."""
    spans = [one.span for one in found.rules if one.span[0] <= one.span[1]]
    if not spans:
        return "nothing was recorded in this time"
    since, until = min(span[0] for span in spans), max(span[1] for span in spans)
    days = max(round((until - since) / DAY), 1)
    return f"replayed {day(since)} to {day(until)} UTC, {counted(days, 'day')}"


def stream(events: Events) -> str:
    """What was read of a stream, and what of it did not count."""
    told = f"{events.stream.name}: {events.rows:,} {'record' if events.rows == 1 else 'records'}"
    apart = [
        f"{count:,} {word}"
        for count, word in (
            (events.rejected_count, "unreadable"),
            (events.duplicates, "double"),
            (events.too_late, "too late to count"),
        )
        if count
    ]
    return f"{told}, {', '.join(apart)}" if apart else told


def changes(one: RuleBacktest, incidents: Iterable[Incident], early: int) -> tuple[Change, ...]:
    """Every alert of a rule that differs from base's, in order of time."""
    if one.difference is None:
        return ()
    known = tuple(incidents)
    found = [
        *(Change("+", alert.at, _told(alert, known, early)) for alert in one.difference.added),
        *(Change("−", alert.at, _told(alert, known, early)) for alert in one.difference.removed),
        *(Change("~", pair.after.at, _moved(pair)) for pair in one.difference.moved),
        *(Change("~", pair.after.at, _altered(pair)) for pair in one.difference.altered),
    ]
    return tuple(sorted(found, key=lambda change: (change.at, change.sign, change.text)))


def _told(alert: Alert, incidents: tuple[Incident, ...], early: int) -> str:
    parts = [grouped(alert.group), alert.level.value]
    if alert.value is not None:
        parts.insert(1, f"value {number(alert.value)}")
    about = next((one for one in incidents if belongs(alert, one, early)), None)
    parts.append(f"incident {quoted(about.title)}" if about else "no incident")
    if alert.suppressed:
        parts.append(f"silenced by {alert.suppressed}")
    return " · ".join(parts)


def _moved(pair: Pair) -> str:
    side = "later" if pair.shift > 0 else "earlier"
    shift = f"{rounded(pair.shift)} {side}" if pair.shift else "at the same time"
    told = [grouped(pair.after.group), f"{shift} (was {when(pair.before.at)})", *pair.changes]
    return " · ".join(told)


def _altered(pair: Pair) -> str:
    return " · ".join([grouped(pair.after.group), *pair.changes])
