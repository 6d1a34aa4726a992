"""Whether a change could be taken back, said before it lands."""

from __future__ import annotations

from typing import Final

from opsrail.gate.plan.model import TakeBack
from opsrail.governance.changes import ChangeSet

_DONE_MEANWHILE: Final = {
    "money raised",
    "budget raised",
    "permission granted",
    "clearance widened",
    "readership widened",
    "member added",
}
"""By these something may be given, spent, sent, read or agreed to before a revert."""


def take_back_of(change: ChangeSet) -> TakeBack:
    """What reverting it would come to.

    Nothing can depend on what has not landed yet, so that a revert right after it gives base
    again; what does not come back is what left the repository meanwhile.
    """
    final: dict[str, list[str]] = {}
    for one in change.changes:
        if one.term.is_final:
            final.setdefault(f"{one.what}: {one.term.danger}", []).append(one.place)
    words = "clean today: nothing depends on it" if change.shares else "nothing to take back"
    if any(one.what in _DONE_MEANWHILE for one in change.changes):
        words += ". Git takes the words back, not what was done meanwhile."
    return TakeBack(
        is_clean=True,
        words=words,
        final=tuple(f"{what} ({', '.join(places)})" for what, places in sorted(final.items())),
    )
