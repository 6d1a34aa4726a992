"""Who there is: people by every name they go by, and the groups they are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from opsrail.governance.formats import PeopleFile

_WITHHELD: Final = re.compile(r"(?:[0-9]+\+)?([a-z0-9-]+)@users\.noreply\.github\.com")
"""What GitHub gives commits whose author keeps their address to themselves: it holds the login."""


class Directory:
    """The people and groups of one policies/people.yaml. Names compare without regard to case.

    An id, an address and a login are told apart by how they are written: `maya`,
    `maya@desk.example`, `@maya-desk`. Anybody may take a login that is somebody's id here.
    """

    def __init__(self, file: PeopleFile | None) -> None:
        self._file = file or PeopleFile()

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        return {
            alias.casefold(): who
            for who, person in self._file.people.items()
            for alias in (who, *person.emails, *(f"@{login}" for login in person.logins))
        }

    def person(self, alias: str) -> str | None:
        """The id of whoever goes by this id, address or `@login`; None for a stranger."""
        name = alias.strip().casefold()
        withheld = _WITHHELD.fullmatch(name)
        return self._aliases.get(f"@{withheld[1]}" if withheld else name)

    def people(self, aliases: Iterable[str]) -> frozenset[str]:
        """The ids of those among the names that are known."""
        found = (self.person(alias) for alias in aliases if alias)
        return frozenset(who for who in found if who is not None)

    def strangers(self, aliases: Iterable[str]) -> tuple[str, ...]:
        """The names that nobody here goes by, sorted."""
        return tuple(sorted({alias for alias in aliases if alias and self.person(alias) is None}))

    def has_group(self, name: str) -> bool:
        """Whether there is such a group, with members or without."""
        return name in self._file.groups

    def members(self, groups: Iterable[str]) -> frozenset[str]:
        """Everybody in one of the groups. A group that is not there has nobody."""
        known = self._file.groups
        return frozenset(who for name in groups if name in known for who in known[name].members)

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of all groups, sorted."""
        return tuple(sorted(self._file.groups))
