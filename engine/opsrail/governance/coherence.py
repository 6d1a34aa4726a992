"""Whether a policy and a directory hang together: what no schema can say, each with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from opsrail.governance.formats import GovernanceFile, PeopleFile

Route = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit, at a way through the file, and what would help."""

    route: Route
    message: str
    hint: str = ""


def policy_faults(file: GovernanceFile) -> Iterator[Fault]:
    """What is wrong with a policy that its schema allows."""
    for number, (above, below) in enumerate(pairwise(file.tiers), 1):
        if below.tier >= above.tier:
            yield Fault(
                ("tiers", number, "tier"),
                f"tier {below.tier} stands below tier {above.tier}",
                "tiers stand from the gravest down, each number once: a change falls into the"
                " first that fits it",
            )
    known = f"the rules are: {', '.join(file.approvals)}" if file.approvals else "there are none"
    for route, name in _named(file):
        if name not in file.approvals:
            yield Fault(route, f"there is no approval rule `{name}`", known)
    names = [freeze.name for freeze in file.freezes]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Fault(("freezes", number, "name"), f"there is a freeze `{name}` already")


def _named(file: GovernanceFile) -> Iterator[tuple[Route, str]]:
    """Every approval rule that is asked for, and where."""
    for number, tier in enumerate(file.tiers):
        for place, name in enumerate(tier.needs):
            yield ("tiers", number, "needs", place), name
    for place, name in enumerate(file.rollbacks.needs):
        yield ("rollbacks", "needs", place), name
    for level, demand in file.risk.demands.items():
        for place, name in enumerate(demand.needs):
            yield ("risk", "demands", level.value, "needs", place), name


def people_faults(file: PeopleFile) -> Iterator[Fault]:
    """What is wrong with a directory that its schema allows."""
    for name, group in file.groups.items():
        for place, who in enumerate(group.members):
            if who in group.members[:place]:
                yield Fault(
                    ("groups", name, "members", place),
                    f"`{who}` is in the group {name} twice",
                    "keep one of them: nobody counts twice",
                )
            elif who not in file.people:
                yield Fault(
                    ("groups", name, "members", place),
                    f"`{who}` in the group {name} is nobody in `people`",
                    "add them there, or correct the name",
                )
    yield from _written_with_at(file)
    known: dict[str, str] = {}
    for who, person in file.people.items():
        aliases = (
            ((), who),
            *_aliases("emails", person.emails),
            *_aliases("logins", person.logins),
        )
        for route, alias in aliases:
            if (other := known.setdefault(alias.casefold(), who)) != who:
                yield Fault(
                    ("people", who, *route),
                    f"`{alias}` is {other} as well",
                    "a name belongs to one person: their yes would count for both",
                )


def _written_with_at(file: PeopleFile) -> Iterator[Fault]:
    """Logins by which nobody would ever be known."""
    for who, person in file.people.items():
        for place, login in enumerate(person.logins):
            if login.startswith("@"):
                yield Fault(
                    ("people", who, "logins", place),
                    f"the login `{login}` starts with an `@`",
                    f"leave it out: {login.lstrip('@')}",
                )


def _aliases(key: str, values: tuple[str, ...]) -> Iterator[tuple[Route, str]]:
    return (((key, place), value) for place, value in enumerate(values))
