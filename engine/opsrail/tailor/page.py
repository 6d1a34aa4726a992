"""A derived page: its opening, its derived sections between markers, and what people add.

```
---
title: Handle a refund request
…
---

# Handle a refund request

<!-- derived: content/sources/refunds.md#refund-a-charge -->

## Refund a charge
…

<!-- /derived -->

Whatever people write here is theirs.
```

The markers are comments, so every Markdown renderer hides them. Text between a section's end
and the next marker belongs to people and stays after the section it was written behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from opsrail.findings import Finding, Location

_START = re.compile(r"^<!-- derived: (?P<key>\S+) -->\s*$")
_END = re.compile(r"^<!-- /derived -->\s*$")
_FENCE = re.compile(r"^(?P<mark>`{3,}|~{3,})(?P<rest>.*)$")

OPENING = ""
"""The key of what stands before the first derived section."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A derived section's text (or the page's opening), and what people wrote behind it.

    `line` is where its text starts, counting from 1. Texts have no empty lines around them.
    """

    key: str
    text: str
    addendum: str = ""
    line: int = 1
    addendum_line: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page taken apart. `problems` say where its markers are broken."""

    segments: tuple[Segment, ...]
    problems: tuple[Finding, ...] = ()

    def segment(self, key: str) -> Segment | None:
        """The segment with that key."""
        return next((segment for segment in self.segments if segment.key == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys in reading order, the opening's first."""
        return tuple(segment.key for segment in self.segments)


@dataclass(slots=True)
class _Part:
    key: str
    line: int
    lines: list[str]
    after: list[str]
    after_line: int = 0
    is_closed: bool = False


def split_page(path: str, text: str) -> Page:
    """Take a page apart at its markers.

    An end marker that is missing lets the section run to the next start, so that nothing a
    person wrote falls between; a key that occurs twice is a problem nobody can merge. In the
    fenced code of a derived section a marker is only quoted.
    """
    parts = [_Part(OPENING, 1, [], [])]
    problems: list[Finding] = []
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        part = parts[-1]
        fence = _fence_behind(line, fence) if part.key and not part.is_closed else ""
        if fence:
            part.lines.append(line)
        elif start := _START.match(line):
            if part.key and not part.is_closed:
                problems.append(_unclosed(path, part))
            if start["key"] in {known.key for known in parts}:
                problems.append(_twice(path, number, start["key"]))
            parts.append(_Part(start["key"], number + 1, [], []))
        elif _END.match(line):
            if part.is_closed or not part.key:
                problems.append(_stray(path, number))
            part.is_closed = True
            part.after_line = part.after_line or number + 1
        else:
            (part.after if part.is_closed else part.lines).append(line)
    if parts[-1].key and not parts[-1].is_closed:
        problems.append(_unclosed(path, parts[-1]))
    return Page(tuple(_segment(part) for part in parts), tuple(problems))


def _fence_behind(line: str, fence: str) -> str:
    """The fence that is open behind a line, given the one open before it (empty: none)."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return "" if "`" in found["rest"] else found["mark"]
    return "" if found["mark"].startswith(fence) and not found["rest"].strip() else fence


def _segment(part: _Part) -> Segment:
    lead = _leading_blanks(part.lines)
    after_lead = _leading_blanks(part.after)
    return Segment(
        part.key,
        "\n".join(part.lines).strip("\n"),
        "\n".join(part.after).strip("\n"),
        part.line + lead,
        part.after_line + after_lead if any(line.strip() for line in part.after) else 0,
    )


def _leading_blanks(lines: list[str]) -> int:
    return next((count for count, line in enumerate(lines) if line), 0)


def join_page(segments: Iterable[Segment]) -> str:
    """Put a page together; `split_page` takes it apart into the same segments."""
    return "\n\n".join(_texts(segments)) + "\n"


def _texts(segments: Iterable[Segment]) -> Iterator[str]:
    for segment in segments:
        if segment.key:
            yield f"<!-- derived: {segment.key} -->"
        if segment.text:
            yield segment.text
        if segment.key:
            yield "<!-- /derived -->"
        if segment.addendum:
            yield segment.addendum


def _unclosed(path: str, part: _Part) -> Finding:
    return Finding(
        Location(path, part.line - 1),
        "hand-broken",
        f"the end marker of the derived section {part.key} is gone",
        hint="put `<!-- /derived -->` back on a line of its own behind the section",
    )


def _twice(path: str, line: int, key: str) -> Finding:
    return Finding(
        Location(path, line),
        "hand-broken",
        f"the derived section {key} stands on this page twice",
        hint="remove the copy, its two markers included",
    )


def _stray(path: str, line: int) -> Finding:
    return Finding(
        Location(path, line),
        "hand-broken",
        "this end marker closes no derived section",
        hint="remove the line, or put the start marker back before the section",
    )
