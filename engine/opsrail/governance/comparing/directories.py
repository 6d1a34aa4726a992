"""Two versions of policies/people.yaml, held against each other."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.governance.changes import Change
from opsrail.governance.comparing.model import Difference, changes_in, otherwise
from opsrail.governance.formats import Group, PeopleFile

NEUTRAL = "policy changed"


def people_changes(
    before: PeopleFile | None, after: PeopleFile | None, path: str
) -> tuple[Change, ...]:
    """Everything that an edit of the directory does: who joined or left which group, and who is
    known otherwise.

    There are none if and only if both sides say the same. `before` or `after` is None where there
    is no such file.
    """
    if before is None or after is None:
        what = "file removed" if after is None else "file added"
        return () if before is after else changes_in(path, [Difference(what, "")])
    return changes_in(path, [*_people(before, after), *_groups(before, after)])


def _people(before: PeopleFile, after: PeopleFile) -> Iterator[Difference]:
    for who in sorted(before.people.keys() | after.people.keys()):
        old, new, subject = before.people.get(who), after.people.get(who), f"person {who}"
        if old is not None and new is not None:
            yield from otherwise("person changed", subject, old, new, ())
        elif new is not None:
            yield Difference("person added", subject, new=new.name)
        elif old is not None:
            yield Difference("person removed", subject, old=old.name)


def _groups(before: PeopleFile, after: PeopleFile) -> Iterator[Difference]:
    for name in sorted(before.groups.keys() | after.groups.keys()):
        old, new, subject = before.groups.get(name), after.groups.get(name), f"group {name}"
        was, now = (set(group.members) if group else set() for group in (old, new))
        for who in sorted(was - now):
            yield Difference("member removed", subject, old=_named(before, who))
        for who in sorted(now - was):
            yield Difference("member added", subject, new=_named(after, who))
        told = {"members"} if was != now else set()
        if old is not None and new is not None:
            yield from otherwise(NEUTRAL, subject, old, new, told)
        elif not told:
            yield Difference(NEUTRAL, subject, _titled(name, old), _titled(name, new))


def _named(file: PeopleFile, who: str) -> str:
    return f"{who} ({file.people[who].name})"


def _titled(name: str, group: Group | None) -> str:
    return (group.title or name) if group else ""
