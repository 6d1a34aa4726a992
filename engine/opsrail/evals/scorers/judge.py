"""judge: a model says, by a rubric, how good an answer is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting


class JudgedBy(Setting):
    """A judge of policies/judges, and what the answer is an answer to."""

    example = '{judge: tone, question: "{input.question}"}'

    judge: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Its name: `tone`.")
    question: str | None = Field(
        default=None,
        description="What was asked; if left out, the case's `ask`, or else its input.",
    )


def _whole(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return {"judge": value} if isinstance(value, str) else value


_NAME = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$", "description": "A judge's name."}

Judged = Annotated[
    JudgedBy,
    BeforeValidator(_whole),
    WithJsonSchema({"anyOf": [_NAME, JudgedBy.model_json_schema()]}),
]
"""A name alone needs no keys."""


@scorer("judge", Judged, is_steady=False)
def judge(asked: Asked) -> Score:
    """A model labels the answer by a rubric: `judge: tone` asks policies/judges/tone.yaml.

    The score is what that judge's label counts. Such a suite is a sample, whatever its target:
    a label may be wrong, so one that changed proves nothing. A judge may close the gate only if
    its agreement with people was measured, and is what it states: `opsrail eval agree`.
    """
    raise RuntimeError(f"{asked.setting.judge} is asked by the bench, never directly")
