"""Settings of scorers that have several keys: `{most: 120, in: words}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, model_validator


class Setting(BaseModel):
    """Keys and their values; keys nobody knows are refused. `example` shows how it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    example: ClassVar[str] = "{}"

    @model_validator(mode="before")
    @classmethod
    def _has_keys(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        if not isinstance(value, Mapping | cls):
            raise ValueError(f"give keys and values, such as {cls.example}")  # noqa: TRY004 - pydantic tells a ValueError
        return value
