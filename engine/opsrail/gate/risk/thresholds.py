"""Thresholds and windows of rules that a change sets, with their past in the rule's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from opsrail.detection.reading.documents import documents, is_rule_file, written_name
from opsrail.findings import Unreadable
from opsrail.gate.subject import Subject
from opsrail.governance.risk.evidence import Tried, Way
from opsrail.governance.risk.words import exactly
from opsrail.repo.git import Repository
from opsrail.repo.snapshot import SIZE_LIMIT, decode
from opsrail.repo.versions import versions
from opsrail.streams.spans import micros

_SIGNS: Final = {
    "gt": "more than {}",
    "gte": "{} or more",
    "lt": "fewer than {}",
    "lte": "{} or fewer",
    "eq": "exactly {}",
    "neq": "not {}",
}


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting of a rule: its words, and its amount where more and less mean something within
    the same `unit` (the operator of a threshold).
    """

    words: str
    amount: float | None = None
    unit: str = ""


_Settings = Mapping[tuple[str, str], _Setting]
"""(rule, `threshold` or `window`) → what it is."""


def tried_thresholds(subject: Subject, most: int) -> Iterator[Tried]:
    """Every threshold and window of a rule that differs from base, held against `most` versions.

    A rule that is new has no past, and is told as new.
    """
    base = subject.base
    if base is None or base.snapshot.revision is None:
        return
    for path in sorted(one for one in subject.changed if is_rule_file(one)):
        old, new = (_settings(path, side.text(path)) for side in (base, subject.head))
        moved = [key for key in new if key in old and new[key] != old[key]]
        if moved:
            repository = subject.head.snapshot.repository
            past = _past(repository, base.snapshot.revision, path, most)
            yield from (_tried(path, key, new[key], past) for key in sorted(moved))


def _settings(path: str, text: str | None) -> _Settings:
    try:
        found = documents(path, text or "")
    except Unreadable:
        return {}
    return {
        (written_name(one), part): setting
        for one in found
        if isinstance(value := one.yaml.value, Mapping)
        and isinstance(block := value.get("correlation"), Mapping)
        for part, setting in _parts(block)
    }


def _parts(block: Mapping[Any, Any]) -> Iterator[tuple[str, _Setting]]:
    if isinstance(span := block.get("timespan"), str):
        try:
            span_length = micros(span)
        except ValueError:
            return  # the schema check says so
        yield (
            "window",
            _Setting(exactly(timedelta(microseconds=span_length)), float(span_length), "window"),
        )
    condition = block.get("condition")
    if isinstance(condition, Mapping):
        comparisons = {key: condition[key] for key in _SIGNS if key in condition}
        words = " and ".join(_SIGNS[str(key)].format(value) for key, value in comparisons.items())
        if len(comparisons) == 1:
            ((sign, value),) = comparisons.items()
            is_number = isinstance(value, int | float)
            yield "threshold", _Setting(words, float(str(value)) if is_number else None, sign)
        elif comparisons:
            yield "threshold", _Setting(words)


@dataclass(frozen=True, slots=True)
class _Known:
    """A rule file as it was from a day until another (None: to this day)."""

    settings: _Settings
    since: date
    until: date | None


def _past(repository: Repository, revision: str, path: str, most: int) -> tuple[_Known, ...]:
    until: date | None = None
    found = []
    for one in versions(repository, revision, path, most)[0]:
        if one.blob and repository.blob_size(one.blob) <= SIZE_LIMIT:
            found.append(_Known(_settings(path, _text(repository, path, one.blob)), one.day, until))
        until = one.day
    return tuple(found)


def _text(repository: Repository, path: str, blob: str) -> str:
    try:
        return decode(path, repository.blob(blob))
    except Unreadable:
        return ""


def _tried(path: str, key: tuple[str, str], new: _Setting, past: Sequence[_Known]) -> Tried:
    rule, part = key
    held = _stretches(
        [(one.settings[key], one.since, one.until) for one in past if key in one.settings]
    )
    same = [one for one in held if one[0] == new]
    way = _way(held[0][0] if held else None, new)
    ever = _most(held, way, new.unit)
    return Tried(
        path,
        new.words,
        way,
        name=f"the {part} of {rule}",
        before=ever[0].words if ever else "",
        since=ever[1] if ever else None,
        until=ever[2] if ever else None,
        last=(same[0][2] or same[0][1]) if same else None,
        reaches_back=past[-1].since if past else None,
        versions=len(past),
        is_length=part == "window",
    )


_Held = tuple[_Setting, date, date | None]
"""A setting from a day until another (None: to this day)."""


def _stretches(held: Sequence[_Held]) -> list[_Held]:
    """Versions that follow each other with the same setting as one, newest first."""
    found: list[_Held] = []
    for setting, since, until in held:
        if found and found[-1][0] == setting and found[-1][1] == until:
            found[-1] = (setting, since, found[-1][2])
        else:
            found.append((setting, since, until))
    return found


def _way(old: _Setting | None, new: _Setting) -> Way:
    if old is None or old.unit != new.unit or old.amount is None or new.amount is None:
        return Way.CHANGED
    return Way.RAISED if new.amount > old.amount else Way.LOWERED


def _most(held: Sequence[_Held], way: Way, unit: str) -> _Held | None:
    """The highest that was ever in force for what is raised, the lowest for what is lowered, and
    else the latest.
    """
    alike = [one for one in held if one[0].unit == unit and one[0].amount is not None]
    if way is Way.CHANGED or not alike:
        return held[0] if held else None
    choose = max if way is Way.RAISED else min
    return choose(alike, key=lambda one: one[0].amount or 0.0)
