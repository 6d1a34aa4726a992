"""Labelled incidents: what happened, when, and which rules should have seen it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from opsrail.detection.model import Alert, Key
from opsrail.detection.policies import IncidentFile
from opsrail.findings import Finding, Location, Unreadable, in_order
from opsrail.repo.reading import read_as
from opsrail.repo.snapshot import Snapshot
from opsrail.repo.yaml import YamlText

FILE: Final = re.compile(r"content/incidents/(?P<name>[^/]+)/incident\.yaml")
CODE: Final = "incident"


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. Times are microseconds since 1970 UTC; `name` is its folder's."""

    name: str
    title: str
    place: Location
    started: int
    ended: int
    noticed: int | None = None
    rules: tuple[str, ...] = ()
    where: Mapping[str, Key] = field(default_factory=dict)

    def covers(self, alert: Alert, early: int) -> bool:
        """Whether an alert came in its time and for what it was about, whatever the rule.

        An alert up to `early` before the start counts: the first signs come before an incident
        is said to have begun. Group keys and `where` must agree where both name a field.
        """
        if not self.started - early <= alert.at <= self.ended:
            return False
        group = dict(alert.group)
        return all(_alike(group[key], value) for key, value in self.where.items() if key in group)


def belongs(alert: Alert, incident: Incident, early: int) -> bool:
    """Whether an alert is one that the incident should raise."""
    return alert.rule in incident.rules and incident.covers(alert, early)


def read_incidents(snapshot: Snapshot) -> tuple[tuple[Incident, ...], tuple[Finding, ...]]:
    """The incidents of a snapshot in order of time, and what is wrong with their files."""
    incidents: list[Incident] = []
    findings: list[Finding] = []
    for path in snapshot.paths("content/incidents", "/incident.yaml"):
        if (named := FILE.fullmatch(path)) is None:
            continue
        try:
            yaml = YamlText.parse(path, snapshot.text(path))
        except Unreadable as unreadable:
            findings.append(unreadable.finding)
            continue
        file, wrong = read_as("incident", IncidentFile, yaml)
        findings += wrong
        if file is not None:
            incident = _incident(named["name"], yaml, file)
            findings += _faults(incident, yaml)
            incidents += [incident] if incident.started <= incident.ended else []
    return tuple(sorted(incidents, key=lambda one: (one.started, one.name))), in_order(findings)


def _incident(name: str, yaml: YamlText, file: IncidentFile) -> Incident:
    return Incident(
        name,
        file.title,
        yaml.place(()),
        moment(file.started_at),
        moment(file.ended_at),
        None if file.noticed_at is None else moment(file.noticed_at),
        file.rules,
        dict(file.where),
    )


def _faults(incident: Incident, yaml: YamlText) -> Iterator[Finding]:
    if incident.ended < incident.started:
        yield Finding(
            yaml.place(("ended_at",)),
            CODE,
            "this incident ends before it starts, so no alert can belong to it",
            hint="correct started_at or ended_at",
        )
    if incident.noticed is not None and incident.noticed < incident.started:
        yield Finding(
            yaml.place(("noticed_at",)),
            CODE,
            "people noticed this incident before it started",
            hint="correct noticed_at, or set started_at to when it really began",
        )


def misnamed(
    snapshot: Snapshot, incidents: Iterable[Incident], known: Collection[str]
) -> Iterator[Finding]:
    """Rules that incidents name and that are not among the known ones, each where it stands."""
    for incident in incidents:
        for number, rule in enumerate(incident.rules):
            if rule in known:
                continue
            path = incident.place.path
            yield Finding(
                YamlText.parse(path, snapshot.text(path)).place(("rules", number)),
                CODE,
                f"this incident names the rule `{rule}`, and there is none of that name",
                hint="correct the name, or remove it: `opsrail rules list` shows all rules",
            )


def moment(time: datetime) -> int:
    """A moment as microseconds since 1970 UTC; one without a zone is taken as UTC."""
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    whole = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (whole.days * 86_400 + whole.seconds) * 1_000_000 + whole.microseconds


def _alike(left: Key, right: Key) -> bool:
    """Whether two group keys are one: numbers may have been written as text."""
    return left == right or (left is not None and right is not None and str(left) == str(right))
