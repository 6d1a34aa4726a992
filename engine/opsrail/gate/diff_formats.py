"""The three faces of a told diff: text for a terminal, Markdown for a pull request, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from opsrail.content.changes import SectionChange, Weight
from opsrail.gate.telling import (
    Told,
    clearance,
    fact_words,
    front_words,
    origin,
    passage_words,
    passages,
)
from opsrail.report.as_json import as_text as json_text
from opsrail.report.escaping import visible
from opsrail.report.markdown import escaped
from opsrail.report.model import counted

MOST_PLAYBOOKS = 12
"""Playbooks whose pages are named: a diff is read on one screen."""

MOST_NAMES = 6
"""Flows or suites that are named."""

WIDTH = 88
"""Columns: the weights stand at the right end of each section's line."""


def as_text(told: Told) -> str:
    """For a terminal."""
    if not told:
        return f"{_nothing(told)}\n"
    lines: list[str] = []
    for path in told.diff.paths:
        lines.append(path)
        lines += [f"  {front_words(front)}" for front in told.diff.front if front.path == path]
        for change in told.diff.of(path):
            title = f"  § {change.section.title or 'before the first heading'}"
            lines.append(f"{title:<{WIDTH - 16}} {change.weight}")
            lines += [f"      {line}" for line in _details(change)]
    if told.diff:
        lines += ["", *_reach(told)]
    if told.rules:
        lines += [""] if told.diff else []
        lines += _rules(told)
    if told.automations:
        lines += [""] if told.diff or told.rules else []
        lines += _automations(told)
    concerned = list(_concerned(told))
    if concerned and not told.diff:
        concerned = ["", f"touches  {concerned[0].strip()}", *concerned[1:]]
    lines += concerned
    return "\n".join(visible(line) for line in lines) + "\n"


def _nothing(told: Told) -> str:
    said = "nothing changed in the source documents, the rules or the automations"
    others = "; policies, pages or suites changed: `opsrail plan` tells them"
    return said + others if told.changes_files else said


def _rules(told: Told) -> Iterator[str]:
    """Rules by file, each aspect that changed on a line."""
    file = rule = ""
    for change in told.rules:
        if change.place.path != file:
            file, rule = change.place.path, ""
            yield file
        if change.rule != rule:
            rule = change.rule
            yield f"  {rule}"
        yield f"      {change.describe()}"
    yield ""
    yield "proof    `opsrail rules backtest --base REV` shows which alerts come and go"


def _automations(told: Told) -> Iterator[str]:
    """Models, prompts and flows by file, each value that changed on a line."""
    path = ""
    for change in told.automations:
        if change.path != path:
            path = change.path
            yield path
        yield f"  {' '.join(change.describe().split())}"


def _concerned(told: Told) -> Iterator[str]:
    """The flows and suites that the change reaches."""
    for what, names in (("flow", told.flows), ("eval suite", told.suites)):
        if names:
            shown = ", ".join(names[:MOST_NAMES])
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            yield f"         {counted(len(names), what)}: {shown}{more}"


def _details(change: SectionChange) -> Iterator[str]:
    yield from list(_said(change)) or ["layout only, the words are the same"]


def _said(change: SectionChange) -> Iterator[str]:
    for line in (origin(change), clearance(change) and f"clearance  {clearance(change)}"):
        if line:
            yield line
    yield from _facts(change)
    yield from (passage_words(piece) for piece in passages(change))


def _facts(change: SectionChange) -> Iterator[str]:
    """A line a fact; where the same one moved in several places, once with their number."""
    lines = []
    for fact in change.facts:
        said, remark = fact_words(fact)
        lines.append(f"{fact.kind:<9}  {said}{f'      ({remark})' if remark else ''}")
    for line, count in Counter(lines).items():
        yield f"{line}  in {count} places" if count > 1 else line


def _reach(told: Told) -> Iterator[str]:
    reach = told.reach
    if not told.diff.sections:
        yield "touches  no section of any page, only what pages say of their source"
        return
    if not reach.pages:
        yield "touches  no page of any role"
        return
    people = f" ({reach.people} of {reach.staff} people)" if reach.staff else ""
    yield (
        f"touches  {counted(len(reach.playbooks), 'playbook')} ·"
        f" {counted(len(reach.pages), 'page')} · {', '.join(reach.roles)}{people}"
    )
    for playbook in reach.playbooks[:MOST_PLAYBOOKS]:
        roles = (page.role for page in reach.pages if page.playbook == playbook)
        yield f"         playbooks/{playbook}: {', '.join(roles)}"
    if (hidden := len(reach.playbooks) - MOST_PLAYBOOKS) > 0:
        yield f"         and {counted(hidden, 'playbook')} more (`--format json` names every page)"


def as_markdown(told: Told) -> str:
    """For a pull request: one row a change, everything a person wrote escaped."""
    if not told:
        return f"{_nothing(told).capitalize()}.\n"
    parts = [_content_markdown(told)] if told.diff else []
    parts += [_rules_markdown(told)] if told.rules else []
    parts += [_automations_markdown(told)] if told.automations else []
    if concerned := [escaped(" ".join(line.split())) for line in _concerned(told)]:
        parts.append("<br>".join(concerned) + "\n")
    return "\n".join(parts)


def _automations_markdown(told: Told) -> str:
    said: dict[str, list[str]] = {}
    for change in told.automations:
        said.setdefault(change.path, []).append(escaped(" ".join(change.describe().split())))
    rows = (f"| {escaped(path)} | {'<br>'.join(lines)} |" for path, lines in said.items())
    return "\n".join(("| Automation | What |", "|---|---|", *rows)) + "\n"


def _rules_markdown(told: Told) -> str:
    said: dict[str, list[str]] = {}
    for change in told.rules:
        what = escaped(" ".join(change.describe().split()))
        said.setdefault(change.rule, []).append(what)
    rows = (f"| {escaped(rule)} | {'<br>'.join(lines)} |" for rule, lines in said.items())
    return "\n".join(("| Rule | What |", "|---|---|", *rows)) + "\n"


def _content_markdown(told: Told) -> str:
    rows = ["| Section | Weight | What |", "|---|---|---|"]
    for change in told.diff.sections:
        place = f"{change.section.path.rsplit('/', 1)[-1]} § {change.section.title}"
        weight = f"**{change.weight}**" if change.weight is Weight.MUST_REREAD else change.weight
        what = "<br>".join(escaped(" ".join(line.split())) for line in _details(change))
        rows.append(f"| {escaped(place)} | {weight} | {what} |")
    rows += [
        f"| {escaped(front.path)} | {front.weight} | {escaped(front_words(front))} |"
        for front in told.diff.front
    ]
    touched = "<br>".join(escaped(" ".join(line.split())) for line in _reach(told))
    return "\n".join((*rows, "", touched)) + "\n"


def as_json(told: Told) -> str:
    """For programs: stable keys, everything in order."""
    document = {
        "sections": [_section(change) for change in told.diff.sections],
        "front_matter": [
            {"path": f.path, "key": f.key, "old": f.old, "new": f.new, "weight": f.weight}
            for f in told.diff.front
        ],
        "touches": {
            "pages": [page.path for page in told.reach.pages],
            "playbooks": told.reach.playbooks,
            "roles": told.reach.roles,
            "people": told.reach.people,
            "staff": told.reach.staff,
            "flows": told.flows,
            "suites": told.suites,
        },
        "rules": [
            {
                "rule": change.rule,
                "path": change.place.path,
                "kind": change.kind,
                "aspect": change.aspect,
                "old": change.old,
                "new": change.new,
                "remark": change.remark,
            }
            for change in told.rules
        ],
        "automations": [
            {
                "path": change.path,
                "aspect": change.aspect,
                "old": change.old,
                "new": change.new,
            }
            for change in told.automations
        ],
    }
    return json_text(document)


def _section(change: SectionChange) -> dict[str, object]:
    return {
        "kind": change.kind,
        "weight": change.weight,
        "old": change.old and change.old.name,
        "new": change.new and change.new.name,
        "title": change.section.title,
        "line": change.section.line,
        "clearance": change.section.clearance,
        "facts": [
            {
                "kind": fact.kind,
                "direction": fact.direction,
                "old": fact.old and fact.old.quoted,
                "new": fact.new and fact.new.quoted,
            }
            for fact in change.facts
        ],
        "pieces": [
            {"old": piece.old and piece.old.text, "new": piece.new and piece.new.text}
            for piece in change.pieces
        ],
    }
