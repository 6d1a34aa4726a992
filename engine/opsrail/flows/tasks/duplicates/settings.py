"""What a duplicates flow can be told in its file."""

from __future__ import annotations

from pydantic import Field

from opsrail.repo.formats import FileFormat


class DuplicatesSettings(FileFormat):
    """The settings of a `duplicates` flow."""

    threshold: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="How alike every two tickets of a group have to be, from 0 to 1.",
    )
    within_hours: float | None = Field(
        default=None,
        gt=0,
        description="Tickets further apart are never linked; the input may say otherwise.",
    )
    examples: str = Field(
        default="",
        pattern=r"^$|\.(jsonl|csv)$",
        description="A file of earlier tickets. It tells which words are usual, and so mean"
        " little, where a batch is small.",
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="What the file calls `subject` and `body`, where it calls them otherwise.",
    )
    most_asked: int = Field(
        default=10, ge=1, le=50, description="Groups that a model is shown at a time: the surest."
    )
