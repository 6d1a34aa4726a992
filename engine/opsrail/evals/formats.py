"""The file formats of eval suites: policies/evals/NAME.yaml, its cases, and what decides.

A case may also be a line of a JSONL file or a row of a CSV file, with the same keys.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field, RootModel

from opsrail.evals.parts import CaseId, Judging, Quarantined, TargetEntry, Tier
from opsrail.evals.scorers.registry import assertion_schema
from opsrail.streams.formats import Part
from opsrail.streams.spans import Span

SuiteName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="Lower-case letters, digits, dashes and underscores: `refund-facts`.",
    ),
]


class AssertionEntry(RootModel[dict[str, Any]]):
    """One scorer with its setting: `{contains: within 30 days}`.

    Beside it may stand `of` (the part of the answer to look at, `intent` or `steps.0`),
    `at_least` (the least score that passes, from 0 to 1) and `weight`.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, _core: Any, _handler: Any) -> dict[str, Any]:  # noqa: ANN401 - pydantic's signature
        return assertion_schema()


class CaseEntry(Part):
    """One case: what is asked, and what the answer must be."""

    id: CaseId
    ask: str = Field(default="", description="The question in the words of who asks it.")
    input: Any = Field(
        default=None, description="What the target is given; the text of `ask` if left out."
    )
    expected: Any = Field(
        default=None, description="The right answer; assertions refer to it as `{expected}`."
    )
    expect: tuple[AssertionEntry, ...] = Field(
        default=(), description="What must hold of the answer, besides the suite's `scorers`."
    )
    must_pass: bool = Field(
        default=False, description="Closes the gate whenever it fails, whatever base did."
    )
    cluster: str = Field(
        default="",
        description="What cases have in common that makes them fail together: one customer, one"
        " conversation, one document.",
    )
    tags: tuple[str, ...] = ()
    role: str = Field(default="", description="Whose page answers, where the target is a playbook.")
    section: str = Field(
        default="",
        description="The section that must answer: its anchor, or `content/sources/a.md#anchor`"
        " where several have the same; any one if left out.",
    )


class CaseFile(Part):
    """A file of further cases: one JSON object a line (`.jsonl`), or a table (`.csv`)."""

    file: str = Field(
        pattern=r"\.(jsonl|csv)$", description="From the repository's root: `policies/evals/a.csv`."
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="Key of a case → column of the table, where they are called otherwise.",
    )


class EvalSuiteFile(Part):
    """policies/evals/NAME.yaml: an eval suite."""

    title: str = Field(min_length=1, max_length=200)
    owner: str = Field(min_length=1, description="The team that answers for it.")
    description: str = ""
    target: TargetEntry
    tier: Tier = Tier.PROTECTED
    judge: Judging | None = Field(
        default=None,
        description="`each` where the target and the scorers give the same result every time, and"
        " `sample` otherwise, if left out.",
    )
    margin: float = Field(
        default=2.0,
        gt=0,
        le=100,
        description="For samples: how many points (of 100) worse is still fine.",
    )
    floor: float | None = Field(
        default=None,
        ge=0,
        le=100,
        description="The least score, in points of 100, whatever base did.",
    )
    repeats: int = Field(
        default=1, ge=1, le=50, description="How often each case is asked, where answers vary."
    )
    time_limit: Span = Field(default="30s", description="How long one answer may take.")
    watches: tuple[str, ...] = Field(
        default=(),
        description="Files (globs, from the repository's root) that a function or command depends"
        " on: the suite runs where one of them changed.",
    )
    scorers: tuple[AssertionEntry, ...] = Field(
        default=(), description="What must hold of every answer."
    )
    cases: tuple[CaseEntry, ...] = ()
    cases_from: tuple[CaseFile | str, ...] = ()
    quarantine: tuple[Quarantined, ...] = ()


class EvalRules(Part):
    """How evals are judged, for all suites."""

    confidence: float = Field(
        default=0.95,
        ge=0.5,
        lt=1,
        description="Of the intervals: by chance alone, a suite closes (1 − confidence) / 2 of the"
        " time.",
    )
    power: float = Field(
        default=0.8,
        gt=0,
        lt=1,
        description="How surely a sample must see a drop as large as its own margin.",
    )
    second_look: bool = Field(
        default=True,
        description="Whether a suite whose answers vary is run again, with twice the repeats, where"
        " the first run could not tell.",
    )
    quarantine_most: float = Field(
        default=5.0, ge=0, le=50, description="The largest share of a suite's cases, in percent."
    )
    quarantine_days: int = Field(
        default=30, ge=1, le=365, description="The longest time that a case may be set aside."
    )
    release_tags: str = Field(
        default="v*",
        description="The tags of releases. Suites are also held against the last one, so that many"
        " small drops are seen.",
    )


class GatesFile(Part):
    """policies/gates.yaml: what opens and closes the gate."""

    evals: EvalRules = EvalRules()


class DecisionEntry(Part):
    """What a person decided where a suite could not, or about a case that was weakened."""

    suite: SuiteName
    about: str = Field(
        description="The evidence it was decided on, as `opsrail eval decide` writes it."
    )
    by: str = Field(min_length=1)
    on: date
    reason: str = Field(min_length=1)


class DecisionsFile(Part):
    """policies/evals/decisions.yaml: what people decided, on record."""

    decisions: tuple[DecisionEntry, ...] = ()
