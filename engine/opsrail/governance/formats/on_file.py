"""What people put on file: what is done about risks, and what came of emergencies."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from opsrail.governance.formats.words import Glob, Name
from opsrail.repo.formats import FileFormat


class MitigationEntry(FileFormat):
    """What is done about a risk of some files, and by whom."""

    factor: str = Field(min_length=1, description="A factor of risk, as the plan names it.")
    files: Glob
    what: str = Field(min_length=10)
    owner: Name
    until: date


class MitigationsFile(FileFormat):
    """policies/mitigations.yaml: what is done about the risks that are known."""

    mitigations: tuple[MitigationEntry, ...] = ()


class Afterwards(FileFormat):
    """What somebody found who looked at a change that landed in an emergency."""

    plan: str = Field(
        pattern=r"^[0-9a-f]{12,64}$", description="The plan's digest, or how it begins."
    )
    by: Name = Field(description="Somebody who did not break the glass.")
    on: date
    found: str = Field(min_length=10, description="What came of it, and what is done now.")


class AfterwardsFile(FileFormat):
    """policies/break-glass.yaml: each emergency is looked at afterwards, on record."""

    reviews: tuple[Afterwards, ...] = ()
