"""What a revert would not undo: what was read, and what was done meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from opsrail.content.changes import Weight
from opsrail.content.clearance import Clearance
from opsrail.gate.risk.reached import is_own
from opsrail.gate.subject import Subject
from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.evidence import Aftermath

_DONE: Final[Mapping[str, str]] = {
    "money raised": "what is paid out meanwhile is not paid back",
    "budget raised": "what is spent meanwhile is not paid back",
    "permission granted": "what is done with it meanwhile stays done",
    "step permission removed": "what is done without it meanwhile stays done",
    "step permission changed": "what others do meanwhile stays done",
    "rule removed": "what it would have raised meanwhile, nobody is told",
    "threshold raised": "what it would have raised meanwhile, nobody is told",
}
"""Terms of changes whose use before a revert cannot be undone, and why."""

_PROMISED: Final = "what readers of a public page were promised stays promised"


def aftermath(subject: Subject, change: ChangeSet) -> tuple[Aftermath, ...]:
    """What is left after a revert, change by change."""
    public = {
        name
        for side in (subject.base, subject.head)
        if side is not None
        for name, role in side.roles.items()
        if role.clearance is Clearance.PUBLIC
    }
    found = (one for each in change.changes if is_own(each) for one in _left(each, public))
    return tuple(dict.fromkeys(found))


def _left(change: Change, public: set[str]) -> Iterator[Aftermath]:
    if change.term.is_final:
        yield Aftermath(change.path, change.place, change.what, change.term.danger, is_final=True)
    if change.what in _DONE:
        yield Aftermath(change.path, change.place, change.what, _DONE[change.what])
    is_promise = change.kind is ArtifactKind.SOURCE and change.weight is Weight.MUST_REREAD
    if is_promise and public & set(change.roles):
        yield Aftermath(change.path, change.place, change.what, _PROMISED)
