"""Findings: what the engine says about a place in a file, and how a run ends.

Everything above this module speaks in these values. A check never prints and a reporter
never judges; between them there is only a sorted sequence of `Finding`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """How a run ended. The numbers are documented and never reused."""

    PASS = 0
    CLOSED = 1
    """Findings, or a gate that stays closed."""
    USAGE = 2
    """The command line was wrong."""
    CANNOT_WORK = 3
    """No Git repository, an unreadable configuration, no endpoint."""
    BUG = 4
    """The engine failed; it leaves a report file."""
    INTERRUPTED = 130


class Severity(StrEnum):
    """How much a finding weighs. Only errors close the gate."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a governed file. `path` is relative to the repository and uses `/`.

    `line` and `column` count from 1; columns count characters, not bytes.
    """

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One located remark: `path:line:col: code: message (hint)`."""

    location: Location
    code: str
    message: str
    severity: Severity = Severity.ERROR
    hint: str = ""
    related: tuple[tuple[Location, str], ...] = field(default=())
    """Other places that explain this one, each with a short label."""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.location}: {self.code}: {self.message}{hint}"

    @property
    def order(self) -> tuple[Location, int, str, str]:
        """Sort key: by place, then weight; two runs print the same bytes."""
        return (self.location, self.severity.rank, self.code, self.message)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings without repeats, sorted by place."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda finding: finding.order))


def closed_gates(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The codes that keep the gate closed: those of every error, sorted."""
    return tuple(sorted({f.code for f in findings if f.severity is Severity.ERROR}))


class CannotWork(Exception):
    """The engine cannot do its work at all (exit code 3). `hint` says what would help."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Unreadable(Exception):
    """A file whose content cannot be taken in; it carries the finding that says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding
