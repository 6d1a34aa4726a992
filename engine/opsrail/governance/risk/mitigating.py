"""Mitigations on file: which of them count for a factor and a file, and which ran out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from opsrail.findings import Location
from opsrail.governance.formats import MitigationEntry, RiskLevel
from opsrail.governance.globs import matches
from opsrail.governance.risk.model import Mitigation


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry of policies/mitigations.yaml, and where it stands."""

    entry: MitigationEntry
    place: Location

    def is_past(self, today: date) -> bool:
        """Whether it ran out. It still counts on its last day."""
        return self.entry.until < today

    def is_about(self, factor: str, path: str) -> bool:
        """Whether it speaks of this factor for this file, in force or not."""
        return self.entry.factor == factor and matches(self.entry.files, path)

    def told(self) -> Mitigation:
        """What the plan says of it."""
        return Mitigation(self.entry.what, self.entry.owner, self.place)


@dataclass(frozen=True, slots=True)
class Cover:
    """What is on file about a factor: what counts, what ran out, and files without either."""

    counting: tuple[Filed, ...]
    past: tuple[Filed, ...]
    without: tuple[str, ...]


def cover(
    factor: str,
    files: Mapping[str, RiskLevel],
    filed: Sequence[Filed],
    needed_from: RiskLevel,
    today: date,
) -> Cover:
    """Whether each file that weighs `needed_from` or more has a mitigation that counts."""
    about = [one for one in filed if any(one.is_about(factor, path) for path in files)]
    counting = [one for one in about if not one.is_past(today)]
    without = (
        path
        for path, level in files.items()
        if level.rank >= needed_from.rank
        and not any(one.is_about(factor, path) for one in counting)
    )
    past = (one for one in about if one.is_past(today))
    return Cover(_sorted(counting), _sorted(past), tuple(sorted(without)))


def _sorted(filed: Iterable[Filed]) -> tuple[Filed, ...]:
    return tuple(sorted(filed, key=lambda one: (one.place, one.entry.model_dump_json())))
