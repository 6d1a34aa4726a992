"""What landed: the last changes on record, who said yes to them, and what proved them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Final

from opsrail.evals.reading.places import FOLDER as SUITES
from opsrail.governance.record import Record
from opsrail.site.edition import Edition
from opsrail.site.layout import DECIDES, LANDED
from opsrail.site.markup import (
    badge,
    boxed,
    counted,
    day,
    heading,
    item,
    line,
    long_day,
    page,
    plain_text,
)
from opsrail.site.naming import WITHHELD, Naming
from opsrail.site.pages.evals import cases_shown
from opsrail.site.prose import code_span, escaped, link, opening
from opsrail.site.records import Landed

_SHORT: Final = 8
"""Digits of a commit that people read."""
_SUITE: Final = "suite "


def landed_page(edition: Edition) -> str:
    """The last landings with a record, newest first."""
    names = Naming(edition, LANDED)
    return page(
        "What landed",
        "# What landed",
        "The last changes, who said yes to them, and what proved them.\n{: .ops-lead }",
        boxed(
            "ops-note",
            "What stands here is what each commit says of itself, and anybody can write a commit"
            " message. `opsrail log FILE` works out again whether a record matches what landed.",
        ),
        *_days(edition, names),
        search=False,  # who searches wants what holds now
    )


def _days(edition: Edition, names: Naming) -> Iterator[str]:
    def day_of(one: Landed) -> date:
        return one.at.date()

    # Clocks differ: commits do not always stand by their days.
    ordered = sorted(edition.landed, key=day_of, reverse=True)
    for when, landings in groupby(ordered, key=day_of):
        yield heading(2, f"{when:%Y-%m-%d}", long_day(when))
        yield boxed("ops-rows", "\n\n".join(_landing(edition, names, one) for one in landings))


def _landing(edition: Edition, names: Naming, one: Landed) -> str:
    is_told = _is_told(edition, one)
    subject = escaped(plain_text(one.subject)) if is_told else f"A subject that is {WITHHELD}"
    if one.record is None:
        return item(
            f"**{subject}** {badge('bad', 'record cannot be believed')}",
            "`opsrail log` says what is wrong with it.",
            line("meta", _when(one, "")),
        )
    record = one.record
    return item(
        f"**{subject}** {' '.join(_badges(edition, record))}",
        f"{_agreed(record, names)}{_proved(edition, record)}",
        _emergency(record, names, is_told=is_told),
        f"Takes back {code_span(record.rolls_back[:_SHORT])}." if record.rolls_back else "",
        line("meta", _when(one, record.request)),
        _changes(record) if edition.quotes else "",
    )


def _is_told(edition: Edition, one: Landed) -> bool:
    """Whether readers may see all that the landing's own words may speak of."""
    if edition.quotes:
        return True
    suites = {path for path in one.paths if path.startswith(f"{SUITES}/")}
    return edition.clearance.admits(one.needs) and suites <= _open_suites(edition)


def _open_suites(edition: Edition) -> frozenset[str]:
    """Files of the suites of which the edition's readers may know every case."""
    return frozenset(
        path
        for one in edition.standings
        if one.read.suite and cases_shown(edition, one) == one.read.suite.cases
        for path in one.read.files
    )


def _when(one: Landed, request: str) -> Iterator[str]:
    """The time first: a line that starts with the number of a request is a heading."""
    yield f"{one.at:%H:%M} UTC"
    if request:
        yield escaped(f"#{request}" if request.isdecimal() else request)
    yield code_span(one.commit[:_SHORT])


def _badges(edition: Edition, record: Record) -> Iterator[str]:
    if record.glass:
        yield badge("bad", "break-glass")
    if record.rolls_back:
        yield badge("soon", "rollback")
    if record.tier is not None:
        yield _tier(edition, record.tier)
    if record.risk:
        yield badge(record.risk, f"{record.risk} risk")


def _tier(edition: Edition, tier: int) -> str:
    """A tier, linked to what it means where the policy of today still has it."""
    shown = badge("word", f"tier {tier}")
    policy = edition.governed.policy
    is_known = policy is not None and tier in {one.tier for one in policy.file.tiers}
    return link(shown, f"{DECIDES}#tier-{tier}") if is_known else shown


def _agreed(record: Record, names: Naming) -> str:
    if not record.approvals:
        return "Nobody agreed to it." if record.glass else "Nobody had to agree."
    said: dict[str, list[str]] = {}
    for one in record.approvals:
        said.setdefault(one.person, []).append(one.team)
    people = (
        f"{names.person(who)} ({escaped(', '.join(dict.fromkeys(teams)))})"
        for who, teams in said.items()
    )
    return f"Agreed: {', '.join(people)}."


def _proved(edition: Edition, record: Record) -> str:
    proofs = [escaped(one) for one in record.proofs if _may_know(edition, one)]
    return f" Proved: {', '.join(proofs)}." if proofs else ""


def _may_know(edition: Edition, proof: str) -> bool:
    """Whether a proof names no suite that the edition's readers may not know of."""
    if edition.quotes or not proof.startswith(_SUITE):
        return True
    shown = (one.read.suite for one in edition.standings if cases_shown(edition, one))
    known = {f"{_SUITE}{suite.name} " for suite in shown if suite}
    return proof.startswith(tuple(known))


def _emergency(record: Record, names: Naming, *, is_told: bool) -> str:
    """Who broke the glass and why; the reason may speak of anything that landed."""
    glass = record.glass
    if glass is None:
        return ""
    who = " and ".join(names.person(one) for one in glass.people)
    why = f"“{escaped(glass.reason)}”" if is_told else f"for a reason that is {WITHHELD}"
    until = f" To be looked at by {day(glass.review_by.date())}." if glass.review_by else ""
    return opening(f"{who} broke the glass: {why}.{until}")


def _changes(record: Record) -> str:
    """The typed changes that it quotes, folded up."""
    if not record.changes:
        return ""
    rows = "\n\n".join(item(opening(escaped(one))) for one in record.changes)
    summary = counted(len(record.changes), "change")
    head = f"<summary>{summary}</summary>"
    return f'<details class="ops-cases" markdown>\n{head}\n\n{rows}\n\n</details>'
