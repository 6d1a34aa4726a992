"""The faces of a blame: text for a terminal, Markdown for a page, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.gate.chronicle.log_formats import SHALLOW
from opsrail.gate.chronicle.model import Holding, Landing
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
from opsrail.report.columns import in_columns
from opsrail.report.escaping import shortened, visible
from opsrail.report.markdown import escaped
from opsrail.report.model import counted

MOST_WORDS: Final = 60
MOST_STEPS: Final = 100
"""Characters of the way to a value, whose end tells the most."""
FACTS: Final = frozenset(FactKind)


def as_text(name: str, holdings: Sequence[Holding], *, is_shallow: bool = False) -> str:
    """For a terminal: what holds by place, then the landings that brought it."""
    lines = [_title(name, holdings)]
    for place, group in groupby(holdings, key=lambda one: one.place):
        told = list(group)
        lines += ["", place] if place else [""]
        lines += [f"    {line}" for line in in_columns([_cells(one) for one in told])]
    landings = _landings(holdings)
    lines += [""] if landings else []
    for landing in landings:
        lines.append(f"{_mark(landing)}  {landing.subject}")
        lines.append(f"    {' · '.join((who(landing), *agreement(landing)))}")
    lines += ["", SHALLOW] if is_shallow else []
    return "\n".join(visible(line) for line in lines) + "\n"


def _title(name: str, holdings: Sequence[Holding]) -> str:
    if not holdings:
        return f"{name}: it states no fact"
    facts = sum(one.kind in FACTS for one in holdings)
    numbers = ((facts, "fact"), (len(holdings) - facts, "value"))
    said = " and ".join(counted(number, noun) for number, noun in numbers if number)
    return f"{name}: {said}, {standing_counts(one.landing for one in holdings)}"


def _cells(one: Holding) -> tuple[str, ...]:
    was = f"was: {shortened(visible(one.was), MOST_WORDS)}" if one.was else ""
    return (
        f"{one.line:>4}",
        shortened(visible(one.kind), MOST_STEPS),
        shortened(visible(one.words), MOST_WORDS),
        _mark(one.landing),
        was,
    )


def _mark(landing: Landing) -> str:
    return f"{day(landing.at)} {request(landing) or landing.commit[:SHORT]}"


def _landings(holdings: Sequence[Holding]) -> list[Landing]:
    """The landings that brought something, newest first."""
    every = {one.landing.commit: one.landing for one in holdings}
    return sorted(every.values(), key=lambda one: (one.at, one.commit), reverse=True)


def as_markdown(name: str, holdings: Sequence[Holding], *, is_shallow: bool = False) -> str:
    """For a page or a comment: everything that a person wrote is escaped."""
    lines = [f"### {escaped(_title(name, holdings))}", ""]
    if holdings:
        lines += ["| Where | What | Since | By | Agreement | Before |", "|---|---|---|---|---|---|"]
    lines += [f"| {' | '.join(map(escaped, _row(one)))} |" for one in holdings]
    lines += ["", SHALLOW] if is_shallow else []
    return "\n".join(lines) + "\n"


def _row(one: Holding) -> Iterator[str]:
    yield f"{one.place or one.path} line {one.line}"
    yield f"{one.kind}: {one.words}"
    yield _mark(one.landing)
    yield who(one.landing)
    yield " · ".join(agreement(one.landing))
    yield one.was or "–"


def as_json(name: str, holdings: Sequence[Holding], *, is_shallow: bool = False) -> str:
    """For programs: everything, in order; landings stand apart, by commit."""
    told = [
        {
            "path": one.path,
            "line": one.line,
            "place": one.place,
            "kind": one.kind,
            "words": one.words,
            "was": one.was,
            "since": one.landing.at.isoformat(),
            "commit": one.landing.commit,
        }
        for one in holdings
    ]
    landings = {one.commit: landing_as_json(one) for one in _landings(holdings)}
    return json_text(
        {"artifact": name, "is_shallow": is_shallow, "holds": told, "landings": landings}
    )
