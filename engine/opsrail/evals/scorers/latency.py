"""latency: the answer came soon enough."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting
from opsrail.streams.spans import SECOND, micros


def _seconds(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    return micros(value) / SECOND if isinstance(value, str) else value


class Soon(Setting):
    """The longest that an answer may take."""

    example = "{most: 2s}"

    most: Annotated[
        float,
        BeforeValidator(_seconds, json_schema_input_type=float | str),
        Field(gt=0, allow_inf_nan=False),
    ] = Field(description="A length of time such as `2s` or `1m`, or a number of seconds: 0.5.")


@scorer("latency", Soon, is_steady=False)
def latency(asked: Asked) -> Score:
    """How long the answer took: `{most: 2s}`. Time differs from run to run, and so does this."""
    took = asked.answer.seconds
    if took <= asked.setting.most:  # a time that is not known (NaN) is not soon enough
        return Score(1.0)
    return Score(0.0, f"the answer took {took:.4g} s; {asked.setting.most:g} s is the most")
