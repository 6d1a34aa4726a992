"""Detection coverage: what would notice if the change did harm."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from opsrail.governance.formats import RiskLevel, RiskPolicy
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.evidence import Evidence, Watched
from opsrail.governance.risk.levels import by_file, gravest
from opsrail.governance.risk.registry import Weighed, factor
from opsrail.governance.risk.words import count, listed

_BY_ITSELF: Final = frozenset(
    {ArtifactKind.FLOW, ArtifactKind.PROMPT, ArtifactKind.MODEL, ArtifactKind.RULE}
)
"""What runs without anybody reading it first."""


@factor("detection coverage", 4)
def detection_coverage(evidence: Evidence, _policy: RiskPolicy, _now: datetime) -> Weighed:
    """High if a rule or an automation that nothing looks at is reached; medium if it is a page,
    which people read before they act.
    """
    bare = [one for one in evidence.watched if not one.by]
    files = by_file((one.path, _level(one)) for one in bare)
    sentences = tuple(f"{one.missing} looks at {one.name}" for one in sorted(bare))
    return Weighed(gravest(files.values()), (*sentences, *_covered(evidence.watched)), files)


def _level(one: Watched) -> RiskLevel:
    return RiskLevel.HIGH if one.kind in _BY_ITSELF else RiskLevel.MEDIUM


def _covered(watched: tuple[Watched, ...]) -> tuple[str, ...]:
    seen = sorted(one for one in watched if one.by)
    if not watched:
        return ("nothing is reached that a test could look at",)
    if not seen:
        return ()
    if len(seen) <= 3:
        return tuple(f"{one.name}: {listed(one.by)}" for one in seen)
    names = listed([one.name for one in seen])
    return (f"{count(len(seen), 'reached file')} have something that looks at them: {names}",)
