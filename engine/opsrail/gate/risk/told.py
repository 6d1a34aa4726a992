"""Findings about risk: factors that nothing on file takes care of, and entries that are stale."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.likeness import did_you_mean
from opsrail.governance.changes import ChangeSet
from opsrail.governance.formats import RiskPolicy
from opsrail.governance.globs import matches
from opsrail.governance.kinds import MITIGATIONS_PATH
from opsrail.governance.risk.evidence import Evidence
from opsrail.governance.risk.mitigating import Filed
from opsrail.governance.risk.model import Factor, Risk
from opsrail.governance.risk.registry import factors

UNMITIGATED: Final = "risk-unmitigated"
STALE: Final = "mitigation-stale"
TIMING: Final = "timing"
"""The one factor that hangs on the instant. It is the plan's to tell: no check reads a clock."""

PROPOSED: Final = timedelta(days=90)
"""How long the proposed entry counts. Nobody should promise more without looking again."""

_PLAIN: Final = re.compile(r"[A-Za-z][\w./-]*")


@dataclass(frozen=True, slots=True)
class Weighing:
    """What a risk was weighed from, so that a finding can speak of its own file alone."""

    risk: Risk
    evidence: Evidence
    policy: RiskPolicy
    filed: tuple[Filed, ...]
    now: datetime


def unmitigated(weighing: Weighing, change: ChangeSet) -> Iterator[Finding]:
    """A finding for each open factor at each of its files, with the entry that would close it."""
    today = weighing.now.date()
    for factor in weighing.risk.factors:
        for path in factor.unmitigated:
            place = Location(path, _line(change, path))
            message = (
                f"{factor.name} is {factor.level}, and nothing on file says what is done about it:"
                f" {_why(weighing, factor.name, path)}"
            )
            hint = f"add to {MITIGATIONS_PATH}: {_entry(factor, path, change, today)}"
            past = _past(factor, path, weighing.filed, today)
            yield Finding(place, UNMITIGATED, message, hint=hint, related=past)


def _why(weighing: Weighing, name: str, path: str) -> str:
    """The evidence about this file alone; that of the whole is in the plan."""
    alone = weighing.evidence.about(path)
    known = next(one for one in factors() if one.name == name)
    return "; ".join(known.weigh(alone, weighing.policy, weighing.now).evidence)


def stale(filed: Iterable[Filed], paths: Iterable[str], today: date) -> Iterator[Finding]:
    """A finding for each entry that ran out, fits no file, or names no factor."""
    files = tuple(paths)
    names = [one.name for one in factors()]
    for one in filed:
        factor, until, glob = one.entry.factor, one.entry.until, one.entry.files
        if factor not in names:
            hint = did_you_mean(factor, names, f"there are {', '.join(names)}")
            yield _stale(one, f"there is no factor of risk called `{factor}`", hint)
        if one.is_past(today):
            message = f"this mitigation ran out on {until} and does not count any more"
            yield _stale(one, message, "look again at what it promises and move `until`, or remove")
        if not any(matches(glob, path) for path in files):
            hint = "name the file as it is called now, or remove the entry"
            yield _stale(one, f"no file is meant by `{glob}`", hint)


def _stale(one: Filed, message: str, hint: str) -> Finding:
    return Finding(one.place, STALE, message, Severity.WARNING, hint)


def _line(change: ChangeSet, path: str) -> int:
    """The first line of the file that changes."""
    return min((one.line for one in change.changes if one.path == path), default=1)


def _entry(factor: Factor, path: str, change: ChangeSet, today: date) -> str:
    """The line of YAML to add. Its `what` is left to the person: it is too short to be taken."""
    owners = sorted({name for one in change.changes if one.path == path for name in one.owners})
    values: Mapping[str, str] = {
        "factor": factor.name,
        "files": path,
        "what": "…",
        "owner": owners[0] if owners else "TEAM",
        "until": str(today + PROPOSED),
    }
    said = (
        f"{key}: {_quoted(value) if key != 'until' else value}" for key, value in values.items()
    )
    return f"- {{{', '.join(said)}}}"


def _quoted(value: str) -> str:
    """A value as YAML in a line, in quotes where it could mean anything else."""
    words = value.split(" ")
    is_plain = all(_PLAIN.fullmatch(word) for word in words)
    if is_plain:
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(char: str) -> str:
    """A character within double quotes of YAML."""
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\U{ord(char):08X}"


def _past(
    factor: Factor, path: str, filed: Iterable[Filed], today: date
) -> tuple[tuple[Location, str], ...]:
    gone = (one for one in filed if one.is_about(factor.name, path) and one.is_past(today))
    return tuple((one.place, f"this one ran out on {one.entry.until}") for one in gone)
