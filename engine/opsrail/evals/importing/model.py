"""The values of an import: what is wished for, what was found, what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from opsrail.findings import Finding, Location, Severity

CODE: Final = "not-taken-over"

Find = Callable[[str], Mapping[str, str]]
"""The texts of the files that a path or glob names, by path; empty where there is none.

Paths are relative to the file that is imported.
"""


At = Callable[[Sequence[str | int]], Location]
"""Where the part at a route (keys and list indices) stands."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the suite shall be: the parts that the other tool's file does not say."""

    target: Mapping[str, Any]
    owner: str = "your-team"
    title: str = ""
    role: str = ""
    """Whose page answers, where the target is a playbook and a test has no variable `role`."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A suite file's text, empty where there is nothing to run, and what is not in it."""

    text: str
    cases: int
    left: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A test of the other tool as it stands in a file. `at` tells where a part of it stands."""

    data: Mapping[str, Any]
    at: At


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that was taken over, with what is missing from it."""

    entry: Mapping[str, Any]
    left: tuple[Finding, ...] = field(default=())

    @property
    def expects(self) -> bool:
        """Whether there is anything that its answer must be."""
        return bool(self.entry.get("expect"))


class NotTaken(Exception):
    """Why a part is not taken over, and what could be done instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def left_out(place: Location, what: str, why: NotTaken) -> Finding:
    """The finding that tells of a part that is not taken over."""
    return Finding(place, CODE, f"{what}: {why}", Severity.WARNING, hint=why.hint)
