"""number: the answer is this number, or near enough."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import (
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting
from opsrail.evals.texts.passages import clipped
from opsrail.evals.texts.plain import plain, text_of

_NUMBER: Final = re.compile(
    r"(?<![\w.,])[-−+]?(?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{1,30})?(?![\w]|[.,]\d)"
)
_Amount = Annotated[float, Field(allow_inf_nan=False)]


class Near(Setting):
    """A number and how far from it is still right."""

    example = "{is: 14, within: 0.5}"

    is_: _Amount = Field(alias="is", description="The right number.")
    within: _Amount = Field(default=0.0, ge=0, description="How far from it is still right.")
    percent: _Amount = Field(
        default=0.0, ge=0, description="The same as a share of the right number, in percent."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Near:
        if self.within and self.percent:
            raise ValueError("give within or percent, not both")
        return self

    @property
    def leeway(self) -> Fraction:
        """How far from the right number an answer may be."""
        return _exact(self.within) + abs(_exact(self.is_)) * _exact(self.percent) / 100


def _spelled(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"is": value}
    return value


_SCHEMA: Final = {"anyOf": [Near.model_json_schema(by_alias=True), {"type": "number"}]}


@scorer("number", Annotated[Near, BeforeValidator(_spelled), WithJsonSchema(_SCHEMA)])
def number(asked: Asked) -> Score:
    """The answer is this number: `number: 14`, `{is: 14, within: 0.5}`, `{is: 200, percent: 2}`.

    In a text, it is the one number that stands there. Numbers are compared as they are written,
    so 0.8 is within 0.1 of 0.7.
    """
    found = _numbers(asked.output)
    setting: Near = asked.setting
    if len(found) != 1:
        return Score(0.0, clipped(_unclear(found, asked.output)))
    answer = found.pop()
    if abs(answer - _exact(setting.is_)) <= setting.leeway:
        return Score(1.0)
    leeway = f" ± {_told(setting.leeway)}" if setting.leeway else ""
    return Score(
        0.0,
        clipped(f"expects {_told(_exact(setting.is_))}{leeway}, the answer gives {_told(answer)}"),
    )


def _numbers(output: Any) -> set[Fraction]:  # noqa: ANN401 - any JSON
    if isinstance(output, bool):
        return set()
    if isinstance(output, int | float):
        return {_exact(output)} if math.isfinite(output) else set()
    if not isinstance(output, str):
        return set()
    return {_read(said) for said in _NUMBER.findall(plain(text_of(output) or ""))}


def _read(said: str) -> Fraction:
    return Fraction(said.replace(",", "").replace("−", "-"))


def _exact(value: float) -> Fraction:
    """The number as it is written, not as binary digits hold it."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def _told(value: Fraction) -> str:
    if value.denominator == 1 and abs(value) < 10**15:
        return f"{value.numerator:,}"
    return f"{_rounded(value):.6g}"


def _rounded(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value)


def _unclear(found: set[Fraction], output: object) -> str:
    if found:
        said = ", ".join(_told(one) for one in sorted(found)[:4])
        return f"the answer gives {len(found)} numbers ({said}): it is not clear which is meant"
    if output is None:
        return "there is no answer to find a number in"
    return "there is no number in the answer"
