"""Our own comments in documents: `only` regions, and the permission that a step needs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsrail.content.blocks import NEEDS, ONLY, ONLY_END
from opsrail.content.model import Block, BlockKind, Document
from opsrail.findings import Finding, Location
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.tailor.prose import outside_code

_ALIKE = re.compile(r"<!--\s*/?\s*(?:only|needs?)\b[^\n]*?(?:-->|$)", re.IGNORECASE | re.MULTILINE)
_OUTSIDE = "\ue000"


@check("only-region")
def only_region(subject: Subject) -> Iterator[Finding]:
    """A block meant for some roles only is not marked so that it holds.

    `<!-- only: ROLE … -->` and `<!-- /only -->` each stand on a line of their own, outside of
    lists, tables and paragraphs, both in the same section. A misspelt marker restricts
    nothing, and every role would read what was meant for one; a marker inside other text
    restricts all of that text.
    """
    for document in subject.documents():
        yield from (problem for problem in document.problems if problem.code == "only-region")
        for _, comment, place in _comments(document):
            if not any(ours.fullmatch(comment) for ours in (ONLY, ONLY_END, NEEDS)):
                message = f"`{_short(comment)}` looks like one of our comments, and has no effect"
                hint = "write `<!-- only: ROLE -->`, `<!-- /only -->` or `<!-- needs: RIGHT -->`"
                yield Finding(place, "only-region", message, hint=hint)


@check("needs-outside-step")
def needs_outside_step(subject: Subject) -> Iterator[Finding]:
    """A `needs` comment stands where there is no step, so it asks for nothing.

    Only an item of a list is a step. Put `<!-- needs: RIGHT -->` at the end of the item that
    asks for the permission, one to a step.
    """
    for document in subject.documents():
        for section in document.sections:
            heading = document.lines[section.line - 1] if section.level else ""
            if found := NEEDS.search(heading):
                place = Location(document.path, section.line, _start(found) + 1)
                yield _no_step(place, found["permission"])
        steps: set[int] = set()
        for block, comment, place in _comments(document):
            if not (found := NEEDS.fullmatch(comment)):
                continue
            step = _step_at(block, place.line)
            if step is None:
                yield _no_step(place, found["permission"])
            elif step in steps:
                message = f"this step already needs another permission than {found['permission']}"
                hint = "one permission a step: split the step in two"
                yield Finding(place, "needs-outside-step", message, hint=hint)
            else:
                steps.add(step)


def _no_step(place: Location, permission: str) -> Finding:
    message = f"nothing here is a step that could need {permission}"
    hint = "put it at the end of the list item that it is about"
    return Finding(place, "needs-outside-step", message, hint=hint)


def _step_at(block: Block, line: int) -> int | None:
    """The line at which the innermost list item around `line` starts."""
    if block.kind is not BlockKind.LIST:
        return None
    return max((part.line for part in block.parts if part.line <= line <= part.end), default=None)


def _comments(document: Document) -> Iterator[tuple[Block, str, Location]]:
    """Comments like ours outside of code, each with its block and its place."""
    for section in document.sections:
        for block in section.blocks:
            if block.kind is BlockKind.CODE or "<!--" not in block.text:
                continue
            # A character of the same width tells code from prose and keeps every offset.
            marked = outside_code(block.text, lambda prose: prose.replace("<!--", f"{_OUTSIDE}!--"))
            for found in _ALIKE.finditer(block.text):
                if marked[found.start()] == _OUTSIDE:
                    before = block.text[: found.start()]
                    column = len(before) - (before.rfind("\n") + 1) + 1
                    line = block.line + before.count("\n")
                    yield block, found[0], Location(document.path, line, column)


def _start(found: re.Match[str]) -> int:
    return found.start() + len(found[0]) - len(found[0].lstrip())


def _short(comment: str) -> str:
    return comment if len(comment) <= 60 else f"{comment[:57]}…"
