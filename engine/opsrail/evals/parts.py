"""Parts of a suite's file that the engine passes on as they were written."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from opsrail.streams.formats import Part

CaseId = Annotated[
    str,
    Field(
        pattern=r"^[^\s#][^\n#]{0,119}$",
        description="Names the case for good: results are compared by it.",
    ),
]


class Tier(StrEnum):
    """Whether a suite can close the gate."""

    PROTECTED = "protected"
    ADVISORY = "advisory"


class Judging(StrEnum):
    """What the cases are."""

    EACH = "each"
    """Each case is a promise: one that passed and no longer does closes the gate."""
    SAMPLE = "sample"
    """The cases are a sample of what comes in: what counts is how all of them do."""


class TargetEntry(Part):
    """What answers the cases. Give one."""

    playbook: str | None = Field(
        default=None, description="The pages of this playbook; each case names its `role`."
    )
    role: str | None = Field(default=None, description="All pages that this role reads.")
    rules: tuple[str, ...] | None = Field(
        default=None,
        description="Detection rules, `[all]` for every one: which of them raise an alert about"
        " the events that the case gives.",
    )
    flow: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="A flow of policies/flows: each case's `input` is one run's.",
    )
    baseline: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="A flow without its model: asks nobody, so that it needs no recordings.",
    )
    prompt: str | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="A prompt of policies/prompts, asked by itself: each case's `input` says what"
        " stands for its `{name}`s.",
    )
    python: str | None = Field(
        default=None,
        pattern=r"^[^:\s]+\.py:[A-Za-z_][A-Za-z0-9_]*$",
        description="A function of a file, from the repository's root:"
        " `policies/evals/a.py:answer`.",
    )
    command: tuple[str, ...] | None = Field(
        default=None,
        min_length=1,
        description="A program that reads one JSON case a line and writes one JSON answer a line.",
    )

    @model_validator(mode="after")
    def _is_one(self) -> TargetEntry:
        if len(self.model_fields_set) != 1:
            raise ValueError(
                "give one of playbook, role, rules, flow, baseline, prompt, python, command"
            )
        return self


class Quarantined(Part):
    """A case that is set aside for a time, since it was measured to come out either way."""

    case: CaseId
    flips: float = Field(
        gt=0, le=1, description="Measured: the share of runs of one version that disagree."
    )
    until: date
    reason: str = Field(min_length=1)
