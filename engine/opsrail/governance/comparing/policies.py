"""Two versions of policies/governance.yaml, held against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from opsrail.governance.changes import Change
from opsrail.governance.comparing.approvals import approval_changes
from opsrail.governance.comparing.exceptions import (
    glass_changes,
    rollback_changes,
    stranger_changes,
)
from opsrail.governance.comparing.freezes import freeze_changes
from opsrail.governance.comparing.model import Difference, changes_in
from opsrail.governance.comparing.risks import risk_changes
from opsrail.governance.comparing.tiers import tier_changes
from opsrail.governance.formats import Claim, GovernanceFile


def policy_changes(
    before: GovernanceFile | None, after: GovernanceFile | None, path: str, *, since: datetime
) -> tuple[Change, ...]:
    """Everything that an edit of the policy does, by what it means and not by how it is written.

    There are none if and only if both sides say the same. `before` or `after` is None where there
    is no such file. Instants are compared from `since` on, which has a time zone.
    """
    if before is None or after is None:
        what = "file removed" if after is None else "file added"
        return () if before is after else changes_in(path, [Difference(what, "")])
    return changes_in(path, _differences(before, after, since))


def _differences(
    before: GovernanceFile, after: GovernanceFile, since: datetime
) -> Iterator[Difference]:
    yield from approval_changes(before.approvals, after.approvals)
    yield from tier_changes(before, after)
    yield from freeze_changes(before.freezes, after.freezes, since)
    yield from rollback_changes(before.rollbacks, after.rollbacks)
    yield from glass_changes(before.break_glass, after.break_glass)
    yield from stranger_changes(before, after)
    yield from risk_changes(before.risk, after.risk, since)
    yield from _claim_changes(before.owners, after.owners)


def _claim_changes(before: Sequence[Claim], after: Sequence[Claim]) -> Iterator[Difference]:
    if before == after:
        return
    # The first claim that fits decides, so of two for the same files the first is the one.
    was, now = ({one.files: one.owner for one in reversed(claims)} for claims in (before, after))
    found = [
        Difference("claim changed", f"claim {files}", was.get(files, ""), now.get(files, ""))
        for files in sorted(was.keys() | now.keys())
        if was.get(files) != now.get(files)
    ]
    yield from found
    if not found:
        yield Difference("claim changed", "claims", _order(before), _order(after))


def _order(claims: Sequence[Claim]) -> str:
    return f"order {', '.join(one.files for one in claims)}"
