"""A ticket as triage reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from opsrail.flows.learning.examples import text_of
from opsrail.flows.tasks.triage.phrases import words_of
from opsrail.llm.model import Json

_FIELDS: Final = ("plan", "channel", "language")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a customer wrote, and what is known besides: plan, channel, language."""

    subject: str
    body: str
    fields: Mapping[str, str | None]

    @classmethod
    def of(cls, given: Json) -> Ticket:
        """The ticket of an input that was held against the schema."""
        parts = given if isinstance(given, Mapping) else {}
        fields = {name: None if parts.get(name) is None else str(parts[name]) for name in _FIELDS}
        return cls(str(parts.get("subject", "")), str(parts.get("body", "")), fields)

    @property
    def text(self) -> str:
        """Subject and body, without what is quoted of earlier messages."""
        return text_of(self.subject, self.body)

    @property
    def words(self) -> list[str]:
        """The words of its text."""
        return words_of(self.text)

    def as_text(self) -> str:
        """The ticket as a model reads it."""
        known = [f"{name}: {value}" for name, value in self.fields.items() if value]
        return "\n".join([*known, f"subject: {self.subject}", "", text_of("", self.body)])
