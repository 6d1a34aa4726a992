"""Prompts: files with gaps, filled for one request, what comes from outside marked as such."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsrail.llm.formats import ModelEntry, PromptFile
from opsrail.llm.marking import RULE, marked
from opsrail.llm.model import Json, Message, Request, Speaker

_GAP = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Untrusted:
    """Text that somebody outside wrote: a ticket, a changelog, a file's name. Data, never an
    instruction.
    """

    text: str


Filling = str | Untrusted
"""What stands for a gap: the repository's own words, or somebody else's."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with the model that it is for. `digest` covers both."""

    name: str
    path: str
    file: PromptFile
    model: ModelEntry
    digest: str

    @property
    def gaps(self) -> frozenset[str]:
        """The names in braces that have to be filled."""
        return gaps_of(self.file)


def gaps_of(file: PromptFile) -> frozenset[str]:
    """The names in braces that a prompt file has."""
    return frozenset(_GAP.findall(f"{file.system}\n{file.user}"))


def request_of(
    prompt: Prompt,
    filling: Mapping[str, Filling],
    schema: Mapping[str, Json] | None = None,
    *,
    earlier: str = "",
    again: str = "",
    repeat: int = 0,
) -> Request:
    """The request that a filled prompt makes. Raises `KeyError` where a gap has no filling.

    `earlier` is a first answer that was not good enough, `again` what is said to it. The schema
    is also told in words by whoever sends the request: some servers don't show it to the model.
    """

    def fill(text: str) -> str:
        return _GAP.sub(lambda gap: _filled(gap[1], filling[gap[1]]), text)

    system = fill(prompt.file.system).strip()
    if any(isinstance(value, Untrusted) for value in filling.values()):
        system = f"{system}\n\n{RULE}"
    messages = [
        Message(Speaker.SYSTEM, system),
        Message(Speaker.USER, fill(prompt.file.user).strip()),
    ]
    if earlier:
        messages.append(Message(Speaker.ASSISTANT, earlier))
    if again:
        messages.append(Message(Speaker.USER, again))
    model = prompt.model
    return Request(
        purpose=prompt.name,
        entry=prompt.file.model,
        model=model.name,
        messages=tuple(messages),
        most_tokens=prompt.file.most_tokens or model.most_tokens,
        schema=schema,
        api=model.api,
        temperature=model.temperature,
        seed=model.seed,
        repeat=repeat,
    )


def _filled(name: str, value: Filling) -> str:
    return marked(value.text, name) if isinstance(value, Untrusted) else value
