"""The file formats of tailoring: roles, playbooks. Their JSON Schemas are exported from here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from opsrail.content.clearance import Clearance
from opsrail.repo.formats import FileFormat

Identifier = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Lower-case letters, digits and dashes, for example `tier-1`.",
    ),
]
SourceName = Annotated[
    str,
    Field(
        pattern=r"^content/[^#\s]+\.md(#[\w:.-]+)?$",
        description="A section as `content/sources/refunds.md#refund-a-charge`.",
    ),
]
Period = Annotated[
    str, Field(pattern=r"^[1-9]\d*d$", description="A number of days, for example `90d`.")
]


SELECTED = "selected"
"""Stands for a prompt where a section is not to be rewritten though its playbook is."""


class Form(StrEnum):
    """In which form a section reaches a role."""

    FULL = "full"
    STEPS = "steps"
    BRIEF = "brief"
    FACTS = "facts"
    OMIT = "omit"


class Escalation(FileFormat):
    """Where a role turns with what it may not do itself."""

    role: Identifier = Field(description="The role that takes over.")
    how: str = Field(description="What to do, as an instruction: “hand over with tag `x`”.")
    within: str = Field(default="", description="How soon, for example `2 hours`.")


class Role(FileFormat):
    """Who reads: what they may see and do, and in which words they think."""

    title: str = Field(description="What a person of this role calls it.")
    clearance: Clearance = Field(description="The most that this role may see.")
    can: tuple[Identifier, ...] = Field(default=(), description="Permissions it holds.")
    escalates_to: Escalation | None = None
    words: dict[str, str] = Field(
        default_factory=dict, description="Words of the sources → the role's own words."
    )
    people: int = Field(default=0, ge=0, description="How many read the role's pages.")
    reads_as: str = Field(default="", description="What the role needs of its page.")


class RolesFile(FileFormat):
    """policies/roles.yaml: the roles, and what each permission allows."""

    permissions: dict[Identifier, str] = Field(
        default_factory=dict, description="Every permission with what it allows."
    )
    roles: dict[Identifier, Role] = Field(min_length=1)


class PlaybookSection(FileFormat):
    """One section of the source documents, and the form in which each role reads it."""

    from_: SourceName = Field(alias="from")
    form: dict[Identifier, Form] = Field(description="Role → form; a role left out is omitted.")
    children: bool = Field(default=True, description="Whether its sub-sections come with it.")
    rewrite: dict[Identifier, Identifier] = Field(
        default_factory=dict,
        description="Role → prompt, for this section alone; `selected` keeps the selected text.",
    )


class PlaybookFile(FileFormat):
    """playbooks/NAME/playbook.yaml: which sections, for which roles, in which form."""

    title: str
    owner: str = Field(description="The team that answers for the pages.")
    summary: str = Field(default="", description="When to open this page, in one sentence.")
    review_every: Period = "90d"
    rewrite: dict[Identifier, Identifier] = Field(
        default_factory=dict,
        description="Role → prompt of policies/prompts: `opsrail rewrite` has a model put the"
        " role's sections into words by it, and the selected text stays where that departs.",
    )
    sections: tuple[PlaybookSection, ...] = Field(min_length=1)
