"""The faces of a history: text for a terminal, Markdown for a page, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final

from opsrail.gate.chronicle.model import Entry, Happening
from opsrail.gate.chronicle.words import (
    SHORT,
    agreement,
    day,
    landing_as_json,
    request,
    standing_counts,
    who,
)
from opsrail.report.as_json import as_text as json_text
from opsrail.report.escaping import shortened, visible
from opsrail.report.markdown import escaped
from opsrail.report.model import counted

MOST_CHANGES: Final = 24
"""Changes of one landing that are told; a document that is new brings a hundred."""
MOST_WORDS: Final = 160


def as_text(name: str, entries: Sequence[Entry], *, is_shallow: bool = False) -> str:
    """For a terminal."""
    lines = [_title(name, entries)]
    for entry in entries:
        landing = entry.landing
        lines += ["", "  ".join(_heading(entry))]
        said = [who(landing), f"commit {landing.commit[:SHORT]}", *agreement(landing)]
        lines.append(f"    {' · '.join(said)}")
        lines += [f"    {line}" for line in _changes(entry)]
    lines += ["", SHALLOW] if is_shallow else []
    return "\n".join(visible(line) for line in lines) + "\n"


SHALLOW: Final = (
    "This clone is shallow: what landed earlier is not here (`git fetch --unshallow` brings it)."
)


def _title(name: str, entries: Sequence[Entry]) -> str:
    if not entries:
        return f"{name}: nothing landed that changed it"
    landings = [entry.landing for entry in entries]
    return f"{name}: {counted(len(entries), 'landing')}, {standing_counts(landings)}"


def _heading(entry: Entry) -> Iterator[str]:
    landing = entry.landing
    yield day(landing.at)
    number = request(landing)
    if number:
        yield number
    yield landing.subject.removesuffix(f"({number})").strip() if number else landing.subject


def _changes(entry: Entry) -> Iterator[str]:
    shown = entry.happenings[:MOST_CHANGES]
    for place, group in groupby(shown, key=_place(entry)):
        yield place
        yield from (f"    {_words(one)}" for one in group)
    if hidden := len(entry.happenings) - len(shown):
        yield f"and {counted(hidden, 'change')} more (`--format json` tells every one)"


def _place(entry: Entry) -> Callable[[Happening], str]:
    """Where a change is; with its file's name where the landing changed several."""
    is_one = len({one.change.path for one in entry.happenings}) == 1
    return lambda one: (one.change.subject if is_one else "") or one.change.place


def _words(happening: Happening) -> str:
    return f"{shortened(happening.change.describe(), MOST_WORDS)}{_while(happening)}"


def _while(happening: Happening) -> str:
    if happening.since is None:
        return ""
    return f"  (until {day(happening.until)})" if happening.until else "  (in force)"


def as_markdown(name: str, entries: Sequence[Entry], *, is_shallow: bool = False) -> str:
    """For a page or a comment: everything that a person wrote is escaped."""
    lines = [f"### {escaped(_title(name, entries))}"]
    for entry in entries:
        landing = entry.landing
        said = [who(landing), f"commit {landing.commit[:SHORT]}", *agreement(landing)]
        lines += ["", f"**{escaped('  '.join(_heading(entry)))}**", ""]
        lines += [" · ".join(map(escaped, said)), ""]
        lines += [f"- {escaped(line)}" for line in _listed(entry)]
    lines += ["", SHALLOW] if is_shallow else []
    return "\n".join(lines) + "\n"


def _listed(entry: Entry) -> Iterator[str]:
    place = _place(entry)
    for one in entry.happenings[:MOST_CHANGES]:
        yield f"{place(one)}: {_words(one)}"
    if (hidden := len(entry.happenings) - MOST_CHANGES) > 0:
        yield f"and {counted(hidden, 'change')} more"


def as_json(name: str, entries: Sequence[Entry], *, is_shallow: bool = False) -> str:
    """For programs: everything, in order."""
    told = [
        {**landing_as_json(one.landing), "changes": [_change(h) for h in one.happenings]}
        for one in entries
    ]
    return json_text({"artifact": name, "is_shallow": is_shallow, "landings": told})


def _change(happening: Happening) -> dict[str, object]:
    change = happening.change
    return {
        "path": change.path,
        "line": change.line,
        "what": change.what,
        "subject": change.subject,
        "old": change.old,
        "new": change.new,
        "weight": change.weight,
        "in_force_since": happening.since and happening.since.isoformat(),
        "in_force_until": happening.until and happening.until.isoformat(),
    }
