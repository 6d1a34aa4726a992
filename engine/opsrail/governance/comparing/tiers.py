"""What an edit does to tiers: which sorts of changes fall into a lower one, or need fewer rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from opsrail.governance.comparing.boxes import Box, box_of
from opsrail.governance.comparing.model import Difference, listed, otherwise
from opsrail.governance.comparing.probes import Probe, Side, probes, without
from opsrail.governance.formats import GovernanceFile, Tier

WEAKENED: Final = "tier weakened"
CHANGED: Final = "tier changed"
_NOWHERE: Final = 10
"""A change that no tier fits cannot land at all: graver than every tier."""


def tier_changes(before: GovernanceFile, after: GovernanceFile) -> Iterator[Difference]:
    """Each way in which a sort of change is judged otherwise, with the first such sort quoted;
    then what tiers say otherwise.
    """
    if before.tiers == after.tiers:
        return
    idle = {name for name, rule in before.approvals.items() if rule.count == 0}
    yield from _moves(before.tiers, after.tiers, idle)
    was, now = ({tier.tier: tier for tier in one.tiers} for one in (before, after))
    for number in sorted(was.keys() | now.keys()):
        yield from _said_otherwise(number, was.get(number), now.get(number))


def _said_otherwise(number: int, was: Tier | None, now: Tier | None) -> Iterator[Difference]:
    subject = f"tier {number}"
    if was is not None and now is not None:
        yield from otherwise(CHANGED, subject, was, now, ())
    else:
        yield Difference(CHANGED, subject, was.title if was else "", now.title if now else "")


def _moves(
    before: Sequence[Tier], after: Sequence[Tier], idle: Collection[str]
) -> Iterator[Difference]:
    was, now = _boxes(before), _boxes(after)
    old_marks, new_marks = ([_mark(tier, box) for tier, box in side] for side in (was, now))
    tried = probes(
        Side([box for _, box in was], without(old_marks, new_marks)),
        Side([box for _, box in now], without(new_marks, old_marks)),
        # Only what is new in a tier can raise a change into it that stays in its own otherwise.
        without([mark[:2] for mark in new_marks], [mark[:2] for mark in old_marks]),
    )
    if tried is None:
        yield Difference(WEAKENED, "tiers", "", "their conditions are too many to compare")
        return
    steps: dict[tuple[Tier | None, Tier | None], list[Probe]] = {}
    for probe in tried.probes:
        old = was[probe.before[0]][0] if probe.before else None
        new = now[probe.after[0]][0] if probe.after else None
        steps.setdefault((old, new), []).append(probe)
    for (old, new), some in steps.items():
        yield from _move(tried.words(some), old, new, idle)


def _boxes(tiers: Sequence[Tier]) -> list[tuple[Tier, Box]]:
    """From the gravest tier down, so that the first box that fits a change tells its tier."""
    return [(tier, box_of(word)) for tier in tiers for word in tier.when]


def _mark(tier: Tier, box: Box) -> tuple[Box, int, frozenset[str]]:
    return box, tier.tier, frozenset(tier.needs)


def _move(
    words: str, old: Tier | None, new: Tier | None, idle: Collection[str]
) -> Iterator[Difference]:
    """What becomes of these sorts. A rule that asked nobody (`idle`) is no loss."""
    numbered = old or new
    if numbered is None:
        return
    subject = f"tier {numbered.tier}"
    gone = set(old.needs) - set(new.needs) - set(idle) if old and new else set()
    if _rank(new) != _rank(old):
        what = WEAKENED if gone or _rank(new) < _rank(old) else CHANGED
        asks = f", without {listed(gone)}" if gone else ""
        yield Difference(what, subject, f"{words}: {_named(old)}", f"{_named(new)}{asks}")
    elif old and new and set(old.needs) != set(new.needs):
        needs = f"{words}: needs {listed(old.needs)}"
        yield Difference(WEAKENED if gone else CHANGED, subject, needs, listed(new.needs))


def _rank(tier: Tier | None) -> int:
    return _NOWHERE if tier is None else tier.tier


def _named(tier: Tier | None) -> str:
    return "no tier, so it could not land" if tier is None else f"tier {tier.tier}"
