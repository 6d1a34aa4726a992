"""Programs: a Python function of the repository, or any command, answers the cases."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from opsrail.evals.model import Answer, Case
from opsrail.evals.reading.cases import fingerprint
from opsrail.evals.reading.places import FOLDER
from opsrail.evals.targets.model import Side
from opsrail.evals.working.command import ask_command
from opsrail.evals.working.function import Function


def needed(paths: Collection[str], watches: Sequence[str], named: Sequence[str]) -> tuple[str, ...]:
    """The governed files that a program depends on: what it watches, what its command names,
    and all Python files beside those of evals. In a glob, `*` also stands for folders.
    """
    wanted = set(named)
    return tuple(
        path
        for path in sorted(paths)
        if path in wanted
        or (path.startswith(f"{FOLDER}/") and path.endswith(".py"))
        or any(fnmatchcase(path, pattern) for pattern in watches)
    )


@dataclass(frozen=True)
class _Program(ABC):
    """What both kinds share: the files they depend on, and their limits.

    Cases go in as {"id", "input", "repeat"}; `repeat` counts from 0, so that a program whose
    answers vary by chance can seed from it and be asked again with the same result.
    """

    side: Side
    watches: tuple[str, ...]
    seconds: float

    def key(self, _case: Case) -> str:
        """The content of every file that the program depends on."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        entries = self.side.catalog.snapshot.entries
        paths = needed(entries, self.watches, self._named)
        return fingerprint([self._named, *((path, entries[path].blob) for path in paths)])

    @property
    @abstractmethod
    def _named(self) -> tuple[str, ...]:
        """What the suite names: a file and its function, or a command's words."""


@dataclass(frozen=True)
class FunctionTarget(_Program):
    """A function of one file, called with the case's input."""

    function: str

    @property
    def _named(self) -> tuple[str, ...]:
        return tuple(self.function.rsplit(":", 1))

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """One call a case and repeat, in a process of its own, which is ended if it hangs.

        The function gets the case's input and, if it takes two arguments, the repeat's number.
        """
        with Function(self.side.files(), self.function, self.seconds) as function:
            return [
                tuple(function.call(case.input, repeat) for repeat in range(repeats))
                for case in cases
            ]


@dataclass(frozen=True)
class CommandTarget(_Program):
    """A command that reads one JSON case a line and writes one JSON answer a line."""

    command: tuple[str, ...]

    @property
    def _named(self) -> tuple[str, ...]:
        return self.command

    def answers(self, cases: Sequence[Case], repeats: int) -> Sequence[tuple[Answer, ...]]:
        """One run of the command for all cases."""
        asked = [
            {"id": case.id, "input": case.input, "repeat": repeat}
            for case in cases
            for repeat in range(repeats)
        ]
        found = ask_command(self.side.files(), self.command, asked, self.seconds)
        return [tuple(found[at : at + repeats]) for at in range(0, len(found), repeats)]
