"""Things that a change brings and that were not there before."""

from __future__ import annotations

from typing import Final

from opsrail.governance.changes import Change, ChangeSet
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.risk.evidence import Newcomer

_NEW: Final = {
    "flow added": ArtifactKind.FLOW,
    "prompt added": ArtifactKind.PROMPT,
    "model added": ArtifactKind.MODEL,
    "rule added": ArtifactKind.RULE,
    "playbook added": ArtifactKind.PLAYBOOK,
    "role added": ArtifactKind.ROLES,
    "section added": ArtifactKind.SOURCE,
}
"""Terms that bring something which people or tickets then go by. A new suite only proves."""


def newcomers(change: ChangeSet) -> tuple[Newcomer, ...]:
    """Each new flow, prompt, model, rule, playbook, role and section."""
    found = (one for one in change.changes if one.what in _NEW)
    return tuple(dict.fromkeys(Newcomer(one.path, _name(one), _NEW[one.what]) for one in found))


def _name(change: Change) -> str:
    """`the flow reply-draft`, `§ Refund a charge of refunds.md`."""
    noun = change.term.noun
    stem = change.path.rsplit("/", 1)[-1].removesuffix(".yaml")
    if noun == "section":
        return f"{change.subject or 'a section'} of {stem}"
    if noun == "playbook":
        return f"the playbook {change.path.split('/')[1]}"
    return f"the {noun} {change.subject or stem}"
