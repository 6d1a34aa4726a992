"""The file formats of content: front matter, content policy, upstream sources."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from opsrail.content.clearance import Clearance
from opsrail.repo.formats import FileFormat

Commit = Annotated[
    str, Field(pattern=r"^[0-9a-f]{40}$", description="A full commit id: 40 hex digits.")
]


class SourceFrontMatter(FileFormat):
    """What a source document says about itself."""

    title: str = ""
    owner: str = Field(default="", description="The team that answers for the document.")
    review_by: date | None = Field(default=None, description="When it must be looked at again.")
    verified: date | None = Field(default=None, description="When somebody last checked it.")
    verified_by: str = Field(default="", description="Who checked it.")
    clearance: Clearance | None = Field(
        default=None, description="Who may see it, unless a section says otherwise."
    )
    summary: str = ""


class PersonalDataPolicy(FileFormat):
    """Which addresses and numbers may stand in content."""

    allow: tuple[str, ...] = Field(
        default=(), description="E-mail addresses, `@domains` and phone numbers of our own desks."
    )


class FreshnessPolicy(FileFormat):
    """How long a document may go without a second look."""

    max_days: int = Field(default=180, ge=1, description="From `verified` to `review_by`.")


class ContentPolicy(FileFormat):
    """policies/content.yaml."""

    personal_data: PersonalDataPolicy = PersonalDataPolicy()
    freshness: FreshnessPolicy = FreshnessPolicy()
    glossary: dict[str, str] = Field(
        default_factory=dict,
        description="Terms and what they mean: told to a model that rewrites a text with them.",
    )


class UpstreamDocument(FileFormat):
    """One file of the other repository, and where it is kept here."""

    from_: str = Field(alias="from", description="Its path over there.")
    to: str = Field(pattern=r"^content/.+\.md$", description="Its path here, under content/.")


class UpstreamSource(FileFormat):
    """Another Git repository that documents are taken from, at a pinned commit."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    repository: str = Field(description="Its address, or a path relative to this repository.")
    branch: str = Field(default="main", description="The branch whose newest commit is offered.")
    commit: Commit
    documents: tuple[UpstreamDocument, ...] = Field(min_length=1)


class UpstreamFile(FileFormat):
    """content/upstream.yaml."""

    upstream: tuple[UpstreamSource, ...] = ()
