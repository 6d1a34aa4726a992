"""What a triage flow can be told in its file."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from pydantic import Field, model_validator

from opsrail.repo.formats import FileFormat


class When(FileFormat):
    """What a rule looks for. All that is given has to fit; of a list, one is enough."""

    intent: tuple[str, ...] = ()
    area: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    sentiment: tuple[str, ...] = ()
    words: tuple[str, ...] = Field(
        default=(),
        description="Phrases, one of which is in the ticket. `client*` stands for any ending,"
        " `nobody … sign in` for up to five words between.",
    )
    without: tuple[str, ...] = Field(
        default=(), description="Phrases, none of which is in the ticket."
    )


class PriorityRule(FileFormat):
    """A priority, and for which tickets."""

    priority: str = Field(min_length=1)
    when: When
    because: str = Field(min_length=1, description="Told to people as the reason.")


class Intent(FileFormat):
    """What a matter belongs to, and what it means."""

    area: str = Field(default="", description="The product area; from the examples if left out.")
    about: str = Field(
        default="", description="What it means, in a line: one more example, and told to a model."
    )


class Asking(StrEnum):
    """For which tickets a model is asked, where the flow has a prompt."""

    UNSURE = "unsure"
    """For those that the examples leave open."""
    ALWAYS = "always"


class TriageSettings(FileFormat):
    """The settings of a `triage` flow."""

    examples: str = Field(
        pattern=r"\.(jsonl|csv)$",
        description="A file of labelled tickets: `subject`, `body`, `intent`, and if you like"
        " `area`, `priority`, `sentiment`.",
    )
    columns: dict[str, str] = Field(
        default_factory=dict,
        description="What the file calls these, where it calls them otherwise:"
        " `{body: text, intent: category}`.",
    )
    sure: float = Field(
        default=0.9,
        gt=0,
        lt=1,
        description="Of the tickets whose intent is told, the share that has to be right. From"
        " which likelihood on that is so is measured on examples that were not learnt from.",
    )
    unknown: float = Field(
        default=0.1,
        ge=0,
        lt=1,
        description="The share of tickets that are about something the examples don't have, as far"
        " as you know. The more there are, the surer it has to be.",
    )
    threshold: float | None = Field(
        default=None, ge=0, le=1, description="That likelihood, set by hand."
    )
    intents: dict[str, Intent] = Field(
        default_factory=dict, description="More about intents that the examples have."
    )
    order: tuple[str, ...] = Field(
        default=("P1", "P2", "P3", "P4"), min_length=1, description="Priorities, most urgent first."
    )
    priorities: tuple[PriorityRule, ...] = Field(
        default=(), description="The first rule that fits gives the priority."
    )
    otherwise: str | None = Field(
        default=None,
        description="The priority where no rule fits; learnt from the examples if left out.",
    )
    ask: Asking = Asking.UNSURE

    @model_validator(mode="after")
    def _names_known_priorities(self) -> TriageSettings:
        if unknown := sorted(set(self._named()) - set(self.order)):
            raise ValueError(
                f"`order` does not have the priority {', '.join(unknown)}: it is"
                f" {', '.join(self.order)}"
            )
        return self

    def _named(self) -> Iterator[str]:
        yield from (rule.priority for rule in self.priorities)
        if self.otherwise is not None:
            yield self.otherwise
