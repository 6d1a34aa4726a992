"""What a reporter is given, and what all of them say about it in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from opsrail.findings import ExitCode, Finding, Severity, closed_gates


@dataclass(frozen=True, slots=True)
class Style:
    """How a text may look: `width` in characters (None: lines are never broken), colours."""

    width: int | None = None
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What ran and what it found.

    `title` is the command as typed; `findings` are in order; `explanations` say in one sentence
    what each code means; `checked` are the codes of all checks that ran, those that found nothing
    included; `facts` are headline figures such as {"documents": "14"}.
    """

    title: str
    findings: tuple[Finding, ...]
    explanations: Mapping[str, str] = field(default_factory=dict)
    checked: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> tuple[str, ...]:
        """The codes that keep the gate closed."""
        return closed_gates(self.findings)

    @property
    def exit_code(self) -> ExitCode:
        """How a run with these findings ends."""
        return ExitCode.CLOSED if self.closed else ExitCode.PASS

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes that were checked or found, sorted."""
        return tuple(sorted({*self.checked, *(finding.code for finding in self.findings)}))

    def count(self, severity: Severity) -> int:
        """How many findings weigh this much."""
        return sum(finding.severity is severity for finding in self.findings)

    def tally(self) -> str:
        """The findings counted: "3 findings, 2 warnings"; errors are simply findings."""
        errors = self.count(Severity.ERROR)
        parts = [counted(errors, "finding") if errors else "no findings"]
        parts += [
            counted(count, severity.value)
            for severity in (Severity.WARNING, Severity.NOTE)
            if (count := self.count(severity))
        ]
        return ", ".join(parts)

    def figures(self) -> Iterator[tuple[str, str]]:
        """The headline figures as (value, noun); the noun in the singular after a 1."""
        for name, value in self.facts.items():
            yield value, name.removesuffix("s") if value == "1" else name

    def verdict(self) -> str:
        """The gate's state: "gate open", or "gate closed: " and the codes that close it."""
        return f"gate closed: {', '.join(self.closed)}" if self.closed else "gate open"


def counted(count: int, noun: str) -> str:
    """A number with its noun: "1 page", "3 pages"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
