"""What every file format of the repository has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class FileFormat(BaseModel):
    """Part of a file that people write: keys nobody knows are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
