"""The values this package is about: suites and cases as they are run, answers, scores, verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from opsrail.evals.parts import Judging, Quarantined, TargetEntry, Tier
from opsrail.findings import Location

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


class Verdict(StrEnum):
    """What a suite says about head. Only `pass` opens the gate."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Assertion:
    """One scorer as a case asks it. `setting` is still as written, with its `{expected}`."""

    scorer: str
    setting: Json
    of: str = ""
    at_least: float = 1.0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `digest` covers all that the result depends on, not where it stands."""

    id: str
    ask: str
    input: Json
    expected: Json
    asserts: tuple[Assertion, ...]
    must_pass: bool
    cluster: str
    tags: tuple[str, ...]
    role: str
    section: str
    place: Location
    digest: str


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite file, read. `cases` are in order of their ids; `common` assertions hold for all.

    `code_digests` tell the `python` scorers' files apart; `digest` covers settings and cases.
    """

    name: str
    path: str
    title: str
    owner: str
    target: TargetEntry
    tier: Tier
    judging: Judging
    margin: float
    floor: float | None
    repeats: int
    seconds: float
    watches: tuple[str, ...]
    common: tuple[Assertion, ...]
    cases: tuple[Case, ...]
    quarantine: tuple[Quarantined, ...]
    is_deterministic: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target said to a case. With an `error` it said nothing that can be scored."""

    output: Json = None
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A number in [0, 1] with the reason for it, in words for who wrote the case."""

    value: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one assertion made of one answer. With an `error` there is no score."""

    scorer: str
    value: float
    is_passed: bool
    reason: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case's repeats, put together.

    `value` is the mean score in [0, 1] over repeats, assertions by weight; `passes` says for each
    repeat whether every assertion passed; `marks` are those of the first repeat that failed, else
    of the first. With an `error` the case cannot be compared.
    """

    id: str
    value: float
    passes: tuple[bool, ...]
    marks: tuple[Mark, ...]
    answer: str = ""
    """The beginning of that repeat's answer, for people."""
    error: str = ""

    @property
    def is_passed(self) -> bool:
        """Whether every repeat passed."""
        return bool(self.passes) and all(self.passes) and not self.error

    @property
    def reason(self) -> str:
        """Why it failed: the first assertion that did, or the error."""
        return self.error or next((mark.reason for mark in self.marks if not mark.is_passed), "")
