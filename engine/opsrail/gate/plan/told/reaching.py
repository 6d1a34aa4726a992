"""IMPACT: whom and what the change reaches, always out of how many."""

from __future__ import annotations

from collections.abc import Iterator

from opsrail.gate.plan.model import Impact
from opsrail.gate.plan.told.model import ToldLine, ToldPart, line
from opsrail.gate.plan.told.quoting import listed, plural


def impact_part(impact: Impact) -> ToldPart:
    """People and pages first, then everything that runs."""
    people = " · ".join(_people(impact))
    parts = " · ".join(_parts(impact))
    if not people and not parts:
        return ToldPart("IMPACT", line("reaches no page, flow, suite or rule"))
    lines: tuple[ToldLine, ...] = (line(parts),) if people and parts else ()
    return ToldPart("IMPACT", line(people or parts), lines, noun="line")


def _people(impact: Impact) -> Iterator[str]:
    if impact.must_reread:
        yield f"{impact.must_reread:,} of {plural(impact.staff, 'person', 'people')} must re-read"
    elif impact.people:
        yield f"nobody of {plural(impact.staff, 'person', 'people')} must re-read"
    if impact.people > impact.must_reread:
        yield f"{impact.people:,} read a page it reaches"
    if impact.pages:
        yield f"{impact.pages:,} of {plural(impact.all_pages, 'page')}"
    yield from _named(impact.roles, impact.all_roles, "role")


def _parts(impact: Impact) -> Iterator[str]:
    yield from _named(impact.playbooks, impact.all_playbooks, "playbook")
    yield from _named(impact.flows, impact.all_flows, "flow")
    yield from _named(impact.suites, impact.all_suites, "eval suite")
    yield from _named(impact.rules, impact.all_rules, "rule")


def _named(names: tuple[str, ...], every: int, noun: str) -> Iterator[str]:
    if names:
        yield f"{len(names):,} of {plural(every, noun)} ({listed(sorted(names), 4)})"
