"""Roles: what they may see and do, and what permissions allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from opsrail.content.changes import Weight
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.quoting import quoted
from opsrail.gate.changing.registry import reader
from opsrail.governance.changes import Change
from opsrail.repo.yaml import YamlText
from opsrail.tailor.catalog import ROLES_PATH
from opsrail.tailor.formats import Escalation, Role, RolesFile

_EMPTY: Final = YamlText(ROLES_PATH, "", None)


@reader("roles")
def read(compared: Comparison) -> Iterator[Change]:
    """Each role that came, went or changed, and each permission that is said otherwise."""
    if ROLES_PATH not in compared.subject.changed:
        return
    before, after = compared.base.roles_file, compared.head.roles_file
    if after is None and ROLES_PATH in compared.head.snapshot:
        words, line = compared.wrong_with("roles", ROLES_PATH)
        yield Change(ROLES_PATH, "file unreadable", new=words, line=line)
        return
    yamls = [yaml or _EMPTY for yaml in compared.yamls(ROLES_PATH)]
    was, now = (file.roles if file else {} for file in (before, after))
    for name in dict.fromkeys((*now, *was)):
        yaml = yamls[1] if name in now else yamls[0]
        at = Change(ROLES_PATH, "role changed", name, roles=(name,))
        yield from _of_role(was.get(name), now.get(name), _Placed(at, yaml, ("roles", name)))
    yield from _permissions(before, after, yamls)


class _Placed:
    """A change still to be told, and where its parts stand."""

    def __init__(self, at: Change, yaml: YamlText, route: tuple[str, ...]) -> None:
        self._at, self._yaml, self._route = at, yaml, route

    def told(
        self,
        what: str,
        *route: str,
        about: str = "",
        old: str = "",
        new: str = "",
        weight: Weight = Weight.WORTH_KNOWING,
    ) -> Change:
        place = self._yaml.place((*self._route, *route), key=True)
        subject = f"{self._at.subject} {about}".rstrip()
        was, now = quoted(old, new)
        return replace(
            self._at,
            what=what,
            subject=subject,
            old=was,
            new=now,
            line=place.line,
            weight=weight,
        )


def _of_role(before: Role | None, after: Role | None, place: _Placed) -> Iterator[Change]:
    if before is None and after is not None:
        yield place.told("role added", new=after.title)
    elif before is not None and after is None:
        yield place.told("role removed", old=before.title)
    yield from _can(before, after, place)
    if before is None or after is None:
        return
    if before.clearance is not after.clearance:
        wider = after.clearance.rank > before.clearance.rank
        what = "clearance widened" if wider else "clearance narrowed"
        levels = {"old": before.clearance.value, "new": after.clearance.value}
        yield place.told(what, "clearance", **levels, weight=Weight.MUST_REREAD)
    for key in ("title", "escalates_to", "words", "people", "reads_as"):
        old, new = (_written(getattr(side, key)) for side in (before, after))
        if old != new:
            yield place.told("role changed", key, about=key, old=old, new=new)
    if set(before.can) == set(after.can) and before.can != after.can:
        yield place.told("role changed", "can", about="the order of its permissions")


def _can(before: Role | None, after: Role | None, place: _Placed) -> Iterator[Change]:
    was, now = (side.can if side else () for side in (before, after))
    for permission in sorted(set(now) - set(was)):
        yield place.told("permission granted", "can", new=permission, weight=Weight.MUST_REREAD)
    for permission in sorted(set(was) - set(now)):
        yield place.told("permission withdrawn", "can", old=permission, weight=Weight.MUST_REREAD)


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case dict():
            return ", ".join(f"{key}: {one}" for key, one in value.items())
        case Escalation():
            return ", ".join(f"{key}: {one}" for key, one in value.model_dump().items() if one)
    return str(value)


def _permissions(
    before: RolesFile | None, after: RolesFile | None, yamls: list[YamlText]
) -> Iterator[Change]:
    """What each permission allows, in words: what is done under it follows them."""
    was, now = (file.permissions if file else {} for file in (before, after))
    for name in dict.fromkeys((*now, *was)):
        if was.get(name) != now.get(name):
            holders = [
                role
                for file in (before, after)
                for role, one in (file.roles if file else {}).items()
                if name in one.can
            ]
            at = Change(ROLES_PATH, "permission changed", name, roles=tuple(sorted(set(holders))))
            place = _Placed(at, yamls[1] if name in now else yamls[0], ("permissions", name))
            texts = {"old": was.get(name, ""), "new": now.get(name, "")}
            yield place.told("permission changed", **texts, weight=Weight.MUST_REREAD)
