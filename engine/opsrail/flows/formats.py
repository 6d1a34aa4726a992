"""The file format of flows: policies/flows/NAME.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from opsrail.llm.formats import Name
from opsrail.repo.formats import FileFormat

FOLDER = "policies/flows"


class Permission(StrEnum):
    """What a flow may do. What it does not name, it may not."""

    ASK_MODEL = "ask-model"
    READ_PAGES = "read-pages"
    """Derived pages, of the role it is run for."""
    READ_INCIDENTS = "read-incidents"
    READ_CHANGES = "read-changes"
    """What changed in the repository between two revisions."""
    PROPOSE_BRANCH = "propose-branch"
    """Make a branch with a proposed edit of a source document. Never pushed."""


class Spending(FileFormat):
    """The most that one run may use. Estimated before the first call; what would go over is not
    sent.
    """

    dollars: float = Field(default=0.05, ge=0)
    tokens: int = Field(default=20_000, ge=1)
    seconds: float = Field(default=60.0, gt=0, le=600)


class Step(FileFormat):
    """One step of a chain: another flow, given parts of the chain's input and earlier outputs."""

    flow: Name
    given: dict[str, Any] = Field(
        default_factory=dict,
        description="The step's input. `{input.ticket}` and `{triage.intent}` stand for a part of"
        " the chain's input or of an earlier step's output.",
    )
    approval: str = Field(
        default="", description="The team of which a person must say yes before its effect."
    )


class FlowFile(FileFormat):
    """A flow: what it takes and gives, how it works without a model, and what a model may add."""

    title: str = Field(min_length=1, max_length=200)
    owner: str = Field(min_length=1, description="The team that answers for it.")
    description: str = ""
    task: Name | None = Field(
        default=None,
        description="What it does: `triage`, `duplicates`, `reply`, `incident-summary`,"
        " `knowledge-gaps`, `briefing`.",
    )
    steps: tuple[Step, ...] = Field(default=(), description="Or the flows it consists of.")
    settings: dict[str, Any] = Field(
        default_factory=dict, description="Of the task; `opsrail flow explain` lists them."
    )
    input: dict[str, Any] | None = Field(
        default=None, description="A JSON Schema; the task's own if left out."
    )
    output: dict[str, Any] | None = Field(
        default=None, description="A JSON Schema; the task's own if left out."
    )
    prompt: Name | None = Field(
        default=None, description="A file of policies/prompts. Without one, no model is asked."
    )
    budget: Spending = Spending()
    permissions: tuple[Permission, ...] = ()
    approval: str = Field(
        default="", description="The team of which a person must say yes before its effect."
    )
    suite: str = Field(default="", description="The eval suite (its name) that holds for it.")

    @model_validator(mode="after")
    def _is_one(self) -> FlowFile:
        if (self.task is None) == (not self.steps):
            raise ValueError("give either a `task` or `steps`")
        return self
