"""Whether a change could be taken back, said before it lands."""

from __future__ import annotations

from opsrail.gate.plan.model import TakeBack
from opsrail.governance.changes import ChangeSet


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
    return TakeBack(
        is_clean=True,
        words=words,
        final=tuple(f"{what} ({', '.join(places)})" for what, places in sorted(final.items())),
    )
