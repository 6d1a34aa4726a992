"""The file formats of models and prompts: policies/models.yaml, policies/prompts/NAME.yaml."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsrail.repo.formats import FileFormat

MODELS_PATH = "policies/models.yaml"
PROMPTS_FOLDER = "policies/prompts"

Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Lower-case letters, digits and dashes, for example `small`.",
    ),
]


class Api(StrEnum):
    """Which of an endpoint's two interfaces is asked."""

    CHAT = "chat"
    """Chat completions, which nearly every server has."""
    RESPONSES = "responses"


class Price(FileFormat):
    """What a million tokens cost, in US dollars. A model of one's own costs 0, said aloud."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class ModelEntry(FileFormat):
    """A model as files refer to it.

    Where it is reached is no business of the repository: the address and the key come from the
    environment of who runs it, so that no change can send a key elsewhere.
    """

    name: str = Field(min_length=1, description="What the endpoint calls it.")
    api: Api = Api.CHAT
    price: Price | None = Field(
        default=None, description="Without a price nothing is ever sent: a budget could not hold."
    )
    most_tokens: int = Field(default=1024, ge=1, description="The longest answer, in tokens.")
    context: int = Field(
        default=8192, ge=256, description="Tokens that question and answer may have together."
    )
    temperature: float | None = Field(default=0.0, ge=0, le=2)
    seed: int | None = None
    deadline: float = Field(
        default=60.0, gt=0, le=600, description="Seconds for one answer, every retry included."
    )
    retries: int = Field(default=4, ge=0, le=10)
    at_once: int = Field(default=4, ge=1, le=64, description="Requests under way at a time.")


class ModelsFile(FileFormat):
    """policies/models.yaml: the models that prompts and flows may ask."""

    models: dict[Name, ModelEntry] = Field(min_length=1)


class PromptFile(FileFormat):
    """policies/prompts/NAME.yaml: what a model is told. `{name}` stands for what is filled in."""

    title: str = Field(min_length=1, max_length=200)
    owner: str = Field(min_length=1, description="The team that answers for it.")
    model: Name = Field(description="A model of policies/models.yaml.")
    system: str = Field(min_length=1, description="Who the model is to be, and its rules.")
    user: str = Field(min_length=1, description="The task, with `{name}` for what is filled in.")
    most_tokens: int | None = Field(default=None, ge=1)
    suite: str = Field(
        default="", description="The eval suite (its name) that holds for what the prompt makes."
    )
