"""What a request's own run said about proofs that the judging engine must not try itself.

A pull request's own run executes the pull request's programs, and so can say anything. What it
says is shown as its own word, and it can only ever close: a proof that it does not report is
missing, and one that it reports as failed fails.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from opsrail.evals.reading.places import FOLDER, is_suite_file, suite_name
from opsrail.findings import CannotWork, Finding, Location, Severity
from opsrail.gate.plan.model import Proof

MOST_BYTES: Final = 5_000_000
"""Of a report. A run with more to say than this is not worth reading."""
MOST_FINDINGS: Final = 5_000
CODE: Final = "eval-not-comparable"


@dataclass(frozen=True, slots=True)
class Reported:
    """The report of a run of `opsrail check`: its findings, and which checks it ran."""

    findings: tuple[Finding, ...] = ()
    checked: frozenset[str] = frozenset()

    def proofs(self, left_out: Collection[str]) -> tuple[Proof, ...]:
        """A proof for each suite that was left out here."""
        return tuple(
            Proof(
                f"suite {suite_name(path)}",
                int(self.passes(path)),
                1,
                "runs programs of this change" if self.checked else "not run",
                is_reported=True,
            )
            for path in sorted(left_out)
        )

    def passes(self, path: str) -> bool:
        """Whether the report says of a suite that nothing about it closes the gate. What is wrong
        with a case may stand in a file of cases, which no suite has to itself.
        """
        closing = {one.location.path for one in self.about_evals if one.severity is Severity.ERROR}
        return bool(self.checked) and all(one != path and is_suite_file(one) for one in closing)

    @property
    def about_evals(self) -> tuple[Finding, ...]:
        """What it says about suites and their cases."""
        return tuple(one for one in self.findings if one.location.path.startswith(f"{FOLDER}/"))


def findings_of(reported: Reported | None, left_out: Collection[str]) -> Iterator[Finding]:
    """What closes the gate about suites that were left out: what the report says about them, and
    that nothing says anything.
    """
    for path in sorted(left_out):
        told = reported or Reported()
        if not told.checked:
            yield Finding(
                Location(path),
                CODE,
                f"{suite_name(path)} runs programs that come with the change, which is not done"
                " here, and no report of its own run is at hand",
                hint="wait for the check of the pull request itself, or run it again",
            )
    if left_out and reported:
        yield from reported.about_evals


def read_report(place: Path) -> Reported:
    """Read what `opsrail check --format json` wrote. It comes from a stranger: anything that does
    not look like such a report raises `CannotWork`.
    """
    if place.stat().st_size > MOST_BYTES:
        raise CannotWork(f"{place} is larger than a report may be")
    try:
        document = json.loads(place.read_bytes())
        return _read(document)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise CannotWork(f"{place} is no report of `opsrail check --format json`") from error


def _read(document: Mapping[str, Any]) -> Reported:
    found = document["findings"]
    if not isinstance(found, list) or len(found) > MOST_FINDINGS:
        raise ValueError("findings are no list")
    return Reported(
        tuple(_finding(one) for one in found),
        frozenset(str(code) for code in document["checked"]),
    )


def _finding(entry: Mapping[str, Any]) -> Finding:
    return Finding(
        Location(str(entry["path"]), int(entry["line"]), int(entry["column"])),
        str(entry["code"]),
        str(entry["message"]),
        Severity(entry["severity"]),
        str(entry.get("hint") or ""),
    )
