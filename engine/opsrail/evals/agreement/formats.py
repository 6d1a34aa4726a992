"""The file formats of judges: policies/judges/NAME.yaml, and the answers that people labelled."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from opsrail.evals.statistics.kappa import Weights
from opsrail.llm.formats import Name
from opsrail.repo.formats import FileFormat

LabelName = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,39}$",
        description="Lower-case letters, digits and dashes: `good`.",
    ),
]


class LabelEntry(FileFormat):
    """A label that a judge may give."""

    name: LabelName
    means: str = Field(
        min_length=1, description="When an answer gets it: the rubric, for people and the model."
    )
    score: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="What it counts. If left out everywhere: evenly spaced from 0 to 1.",
    )


class JudgeFile(FileFormat):
    """policies/judges/NAME.yaml: a model that labels answers, held to its agreement with people."""

    title: str = Field(min_length=1, max_length=200)
    owner: str = Field(min_length=1, description="The team that answers for it.")
    prompt: Name = Field(
        description="A file of policies/prompts, with `{rubric}`, `{answer}` and perhaps"
        " `{question}`."
    )
    labels: tuple[LabelEntry, ...] = Field(
        min_length=2, max_length=10, description="From the worst to the best."
    )
    weights: Weights = Field(
        default=Weights.LINEAR,
        description="How a disagreement weighs: by the steps between the labels (`linear`), their"
        " square (`quadratic`, which gives higher figures), or all the same (`none`).",
    )
    agreement: float = Field(
        ge=0.4,
        lt=1,
        description="The least kappa with people that it claims, and must be shown to have: below"
        " 0.4, agreement is poor by any reading.",
    )
    labelled: str = Field(
        pattern=r"^policies/judges/[A-Za-z0-9._-]+\.jsonl$",
        description="The answers that people labelled, one JSON object a line.",
    )
    dollars: float = Field(
        default=1.0, ge=0, description="The most that it may cost to ask it once about everything."
    )

    @model_validator(mode="after")
    def _is_a_scale(self) -> JudgeFile:
        names = [label.name for label in self.labels]
        if len(set(names)) < len(names):
            raise ValueError("two labels have the same name")
        given = [label.score for label in self.labels if label.score is not None]
        if given and len(given) < len(names):
            raise ValueError("give every label a `score`, or none")
        if any(one >= other for one, other in pairwise(given)):
            raise ValueError("scores have to rise from label to label: the worst comes first")
        return self


class LabelledEntry(FileFormat):
    """An answer with the labels that people gave it: one line of a judge's labelled set."""

    id: str = Field(pattern=r"^[^\s#][^\n#]{0,119}$")
    question: str = Field(default="", description="What was answered.")
    answer: str = Field(min_length=1)
    labels: dict[str, LabelName] = Field(
        min_length=1,
        description='Who gave which label, each by themselves: `{"robin": "good", "sam": "fair"}`.',
    )
    agreed: LabelName | None = Field(
        default=None, description="What they settled on, where they differed."
    )
    cluster: str = Field(
        default="",
        description="What answers have in common that makes a judge err on all of them: one"
        " conversation, one template. For the lower bound, a cluster may count as one answer.",
    )
