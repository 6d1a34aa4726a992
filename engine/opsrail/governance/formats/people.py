"""policies/people.yaml: who there is, and which groups they are in."""

from __future__ import annotations

from pydantic import Field

from opsrail.governance.formats.words import Name
from opsrail.repo.formats import FileFormat


class Person(FileFormat):
    """Somebody, and how they are known."""

    name: str = Field(min_length=1)
    emails: tuple[str, ...] = ()
    logins: tuple[str, ...] = Field(default=(), description="Names on the forge.")


class Group(FileFormat):
    """People who may speak for something."""

    title: str = ""
    members: tuple[Name, ...] = ()


class PeopleFile(FileFormat):
    """policies/people.yaml: who there is, and which groups they are in."""

    people: dict[Name, Person] = Field(default_factory=dict)
    groups: dict[Name, Group] = Field(default_factory=dict)
