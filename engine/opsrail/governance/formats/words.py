"""The words that policies are made of: names, globs, terms, and predicates over changes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import Field, field_validator

from opsrail.content.changes import Weight
from opsrail.governance.kinds import ArtifactKind
from opsrail.governance.vocabulary import ANYTHING, NOUNS, TERMS, terms_of
from opsrail.repo.formats import FileFormat

Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Lower-case letters, digits and dashes, for example `risk-owners`.",
    ),
]
Glob = Annotated[
    str,
    Field(
        min_length=1,
        description="Files, from the repository's root: `content/sources/*.md`; `**` goes down"
        " any number of folders.",
    ),
]
Word = Annotated[
    str,
    Field(
        description="A term such as `money raised`, a noun for all its directions, or `anything`.",
        json_schema_extra={"enum": [ANYTHING, *NOUNS, *TERMS]},
    ),
]
Known = TypeVar("Known")
OWNERS = "owners"
"""In an approval rule: whoever answers for what changed."""


class Part(StrEnum):
    """What somebody had in a change. Who had it does not count as an approver."""

    AUTHOR = "author"
    CO_AUTHORS = "co-authors"
    COMMITTERS = "committers"
    LAST_PUSHER = "last-pusher"


def known_words(words: tuple[Known, ...]) -> tuple[Known, ...]:
    """The words as they are. Raises `ValueError` for one that nobody knows: it would fit nothing,
    and nobody would notice.
    """
    for word in words:
        if isinstance(word, str) and not terms_of(word):
            raise ValueError(f"`{word}` is no change that anybody knows")
    return words


class Claim(FileFormat):
    """Which team answers for files that do not name an owner themselves."""

    files: Glob
    owner: Name


class Predicate(FileFormat):
    """Which changes are meant. Everything that is said here must fit; what is not said fits all."""

    change: Word | tuple[Word, ...] = ANYTHING
    kind: ArtifactKind | tuple[ArtifactKind, ...] = ()
    files: Glob | tuple[Glob, ...] = ()
    owner: Name | tuple[Name, ...] = ()
    weight: Weight | tuple[Weight, ...] = ()
    reaches: Name | tuple[Name, ...] = Field(
        default=(), description="Roles: a page of one of them holds what changed."
    )

    @field_validator("change")
    @classmethod
    def _is_known(cls, words: str | tuple[str, ...]) -> str | tuple[str, ...]:
        known_words((words,) if isinstance(words, str) else words)
        return words


def spread(values: Any) -> tuple[Any, ...]:  # noqa: ANN401 - one value of any kind, or several
    """What may be written as one value or as a list, as a tuple."""
    return values if isinstance(values, tuple) else (values,)
