"""Policies: who must agree, who there is, what is done about risks, and all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from typing import Final

from opsrail.evals.reading.places import GATES_PATH
from opsrail.gate.changing.comparison import UNSOUND, Comparison
from opsrail.gate.changing.registry import reader
from opsrail.gate.changing.values import entry_changes
from opsrail.governance.changes import Change
from opsrail.governance.kinds import GOVERNANCE_PATH, MITIGATIONS_PATH, PEOPLE_PATH, ArtifactKind
from opsrail.governance.policy import read_policy


@reader("governance")
def read(compared: Comparison) -> Iterator[Change]:
    """Who must agree, told by what it comes to; a file that says nothing sound is unreadable."""
    if not {GOVERNANCE_PATH, PEOPLE_PATH} & compared.subject.changed:
        return
    # Few changes are about governance itself.
    from opsrail.governance.comparing import people_changes, policy_changes

    was, now = (read_policy(side.snapshot) for side in (compared.base, compared.head))
    before, after = (one.policy.file if one.policy else None for one in (was, now))
    for path, is_sound in ((GOVERNANCE_PATH, after), (PEOPLE_PATH, now.people)):
        if path not in compared.subject.changed:
            continue
        if is_sound is None and path in compared.head.snapshot:
            wrong = [one for one in now.findings if one.location.path == path]
            line, words = (wrong[0].location.line, wrong[0].message) if wrong else (1, UNSOUND)
            yield Change(path, "file unreadable", new=words, line=line)
        elif path == GOVERNANCE_PATH:
            since = datetime.combine(compared.subject.today, time.min, _FIRST_TO_SEE_IT)
            told = policy_changes(before, after, path, since=since)
            yield from (_placed(compared, one) for one in told)
        else:
            told = people_changes(was.people, now.people, path)
            yield from (_placed(compared, one) for one in told)


_PARTS: Final = {
    "approval": ("approvals", ""),
    "tier": ("tiers", "tier"),
    "freeze": ("freezes", "name"),
    "claim": ("owners", "files"),
    "risk": ("risk", ""),
    "rollbacks": ("rollbacks", ""),
    "break-glass": ("break_glass", ""),
    "group": ("groups", ""),
    "person": ("people", ""),
}
"""The first word of a subject: the key of the file that it is under, and what names an entry of
it, where that is a list.
"""


def _placed(compared: Comparison, change: Change) -> Change:
    """The change with the line that it is about: at head, and at base where that has it alone."""
    word, _, name = change.subject.partition(" ")
    if word not in _PARTS:
        return change
    key, naming = _PARTS[word]
    for yaml in reversed(compared.yamls(change.path)):
        part = yaml.value.get(key) if yaml and isinstance(yaml.value, Mapping) else None
        step = _step(part, naming, name)
        if yaml and step is not None:
            return replace(change, line=yaml.place((key, step), key=True).line)
    return change


def _step(part: object, naming: str, name: str) -> str | int | None:
    """The key, or the number in the list, of the entry of that name."""
    if isinstance(part, Mapping):
        return name if name in part else None
    if not naming or not isinstance(part, list):
        return None
    named = [str(one.get(naming)) if isinstance(one, Mapping) else "" for one in part]
    return named.index(name) if name in named else None


_FIRST_TO_SEE_IT: Final = timezone(timedelta(hours=14))
"""Where a day begins first on earth: what is compared from then on leaves nothing of it out."""
_TERMS: Final = {MITIGATIONS_PATH: "mitigation changed"}
_ELSEWHERE: Final = frozenset({GOVERNANCE_PATH, PEOPLE_PATH, GATES_PATH})


@reader("policies")
def read_others(compared: Comparison) -> Iterator[Change]:
    """Every value in which another policy differs. Files that come or go are told as such."""
    for path in compared.changed(ArtifactKind.POLICY, ArtifactKind.GOVERNANCE, suffix=".yaml"):
        was, now = compared.entries(path)
        if path in _ELSEWHERE or (path not in _TERMS and not (was and now)):
            continue
        for one in entry_changes(*compared.yamls(path)):
            old, new = one.quotes
            yield Change(path, _TERMS.get(path, "policy changed"), one.name, old, new, one.line)
