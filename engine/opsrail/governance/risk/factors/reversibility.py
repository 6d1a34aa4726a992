"""Reversibility: what a revert would not bring back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.risk.evidence import Aftermath, Evidence
from opsrail.governance.risk.levels import by_file, gravest
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import listed


@factor("reversibility", 2)
def reversibility(evidence: Evidence, _policy: RiskPolicy, _now: datetime) -> Weighed:
    """High if something is final: what was read has been read. Medium if it can be used before
    a revert comes, and that use is not undone: money paid out meanwhile.
    """
    files = by_file(
        (one.path, RiskLevel.HIGH if one.is_final else RiskLevel.MEDIUM)
        for one in evidence.aftermath
    )
    sentences = tuple(_told(evidence.aftermath)) or ("a revert brings everything back",)
    return Weighed(gravest(files.values()), sentences, files)


def _told(aftermath: tuple[Aftermath, ...]) -> Iterator[str]:
    """What is final first; the places of one reason together."""
    found: dict[tuple[bool, str, str], set[str]] = {}
    for one in aftermath:
        found.setdefault((not one.is_final, one.what, one.why), set()).add(one.place)
    for (_, what, why), places in sorted(found.items()):
        yield f"{what}: {why} ({listed(sorted(places))})"
