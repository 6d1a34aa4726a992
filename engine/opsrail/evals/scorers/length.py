"""length: the answer is no longer, or no shorter, than so many words."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, model_validator

from opsrail.evals.model import Score
from opsrail.evals.scorers.registry import Asked, scorer
from opsrail.evals.scorers.setting import Setting
from opsrail.evals.texts.plain import plain, text_of
from opsrail.evals.texts.sentences import sentences, words

_SPELLED: Final = re.compile(r"\s*(\d{1,9})\s+(words|characters|sentences)\s*")
_Count = Annotated[int, Field(ge=0)]
_Unit = Literal["words", "characters", "sentences"]


class Bounds(Setting):
    """How long an answer may be. `in` says what is counted."""

    example = "{most: 120, in: words}"

    most: _Count | None = Field(default=None, description="The longest that is fine.")
    least: _Count | None = Field(default=None, description="The shortest that is fine.")
    in_: _Unit = Field(default="words", alias="in", description="What is counted.")

    @model_validator(mode="after")
    def _is_possible(self) -> Bounds:
        if self.most is None and self.least is None:
            raise ValueError(f"give most or least, such as {self.example}")
        if self.most is not None and self.least is not None and self.most < self.least:
            raise ValueError("most is smaller than least, so that no answer could be right")
        return self


def _spelled(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    """`{most: 120 words}` as `{most: 120, in: words}`."""
    if not isinstance(value, dict):
        return value
    told = dict(value)
    for key in ("most", "least"):
        found = _SPELLED.fullmatch(told[key]) if isinstance(told.get(key), str) else None
        if found is None:
            continue
        if told.get("in", found[2]) != found[2]:
            raise ValueError("most, least and in have to count the same")
        told[key], told["in"] = int(found[1]), found[2]
    return told


@scorer("length", Annotated[Bounds, BeforeValidator(_spelled)])
def length(asked: Asked) -> Score:
    """How long the answer is: `{most: 120, in: words}`, or `{least: 2, in: sentences}`.

    Words and characters are counted in the text as it reads, without Markdown's marks. A list's
    items and a table's rows are sentences; headings and code are none.
    """
    text = text_of(asked.output)
    if text is None:
        return Score(0.0, "there is no answer to measure")
    setting: Bounds = asked.setting
    found = _count(text, setting.in_)
    unit = setting.in_ if found != 1 else setting.in_.removesuffix("s")
    if setting.most is not None and found > setting.most:
        return Score(0.0, f"the answer has {found:,} {unit}; {setting.most:,} is the most")
    if setting.least is not None and found < setting.least:
        return Score(0.0, f"the answer has {found:,} {unit}; {setting.least:,} is the least")
    return Score(1.0)


def _count(text: str, unit: _Unit) -> int:
    if unit == "sentences":
        return len(sentences(text))
    return len(words(plain(text))) if unit == "words" else len(plain(text))
