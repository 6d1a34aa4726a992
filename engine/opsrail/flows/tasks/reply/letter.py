"""The letter around an answer: a greeting, an opening, an end, and what is said without an answer.

The words are the flow's settings; nothing of the ticket gets in but a name that looks like one.
"""

from __future__ import annotations

import re
from typing import Final

from pydantic import Field

from opsrail.repo.formats import FileFormat

_NAME: Final = re.compile(r"[^\W\d_]+(?:['’.-]? ?[^\W\d_]+){0,5}\.?")
_LONGEST_NAME: Final = 40


class Letter(FileFormat):
    """The fixed words of a reply."""

    greeting: str = Field(default="Hello {name},", description="`{name}` is the customer's name.")
    greeting_without_name: str = "Hello,"
    opening: str = Field(
        default="here is what applies to your question:",
        description="Before an answer that no model wrote.",
    )
    holding: str = Field(
        default="we have your message and are looking into it. A person answers you here.",
        description="The whole text where no section answers. It must promise nothing.",
    )
    closing: str = "Kind regards"


def greeting(letter: Letter, name: str) -> str:
    """The first line. What does not look like a name is left out: strangers choose their own."""
    name = " ".join(name.split())
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return letter.greeting_without_name
    return letter.greeting.replace("{name}", name)


def written(letter: Letter, name: str, body: str) -> str:
    """The whole letter around a body."""
    return "\n\n".join((greeting(letter, name), body.strip(), letter.closing)) + "\n"


def body_of(letter: Letter, name: str, text: str) -> str | None:
    """The body that `written` made a letter of; None where this is no such letter."""
    start, end = f"{greeting(letter, name)}\n\n", f"\n\n{letter.closing}\n"
    if not (text.startswith(start) and text.endswith(end)):
        return None
    return text[len(start) : -len(end)]
