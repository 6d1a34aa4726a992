"""What a measured agreement comes to, in words and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from opsrail.evals.agreement.model import Agreement, Standing
from opsrail.evals.statistics.kappa import Kappa

_SHOWN: Final = 12
"""Answers that are told one by one."""
_LONG: Final = 160
"""Characters of an answer."""

HEADER: Final = (
    "judge",
    "answers",
    "same label",
    "kappa",
    "95 % interval",
    "people",
    "states",
    "verdict",
)


def row(found: Agreement) -> tuple[str, ...]:
    """A judge's line of the table."""
    measured = found.with_people
    return (
        found.judge.name,
        str(measured.cases),
        f"{100 * measured.same:.0f} %" if measured.cases else "–",
        figure(measured.value),
        span(measured),
        f"{figure(found.among_people.value)} on {found.twice}",
        figure(found.judge.file.agreement),
        found.standing.value,
    )


def why(found: Agreement) -> str:
    """One sentence: why the judge may gate or may not, without its name."""
    stated = figure(found.judge.file.agreement)
    measured = found.with_people
    seen = f"kappa {figure(measured.value)} (95 % interval {span(measured)})"
    seen += f" on {measured.cases} answers"
    if found.standing is Standing.UNMEASURED:
        return _unmeasured(found)
    if found.standing is Standing.ONE_SIDED:
        return "people and the judge gave one label to everything, so kappa has no meaning"
    if found.standing is Standing.ONE_VOICE:
        return f"{found.twice} answers have labels of two people, and 20 are the least"
    if found.standing is Standing.BELOW:
        return f"its agreement with people is below the {stated} that it states: {seen}"
    if found.standing is Standing.TOO_FEW:
        return f"too few labels to show the {stated} that it states: {seen}"
    return f"its agreement with people is at least the {stated} that it states: {seen}"


def _unmeasured(found: Agreement) -> str:
    if not found.unheard:
        return "nobody labelled any answers"
    first, said = found.unheard[0]
    number = len(found.unheard)
    more = f" (and {number - 1} more)" if number > 1 else ""
    return f"the answer `{first.id}`{more} has no label by the judge: {said.message}"


def what_to_do(found: Agreement) -> str:
    """What would let the judge gate; empty if it may."""
    name = found.judge.name
    if found.standing is Standing.MAY_GATE:
        return ""
    if found.standing is Standing.UNMEASURED:
        return f"`opsrail eval agree {name} --model record` asks the model once and keeps it"
    if found.standing is Standing.ONE_VOICE:
        return "let a second person label some of the answers"
    if found.standing is Standing.ONE_SIDED:
        return "label answers of every kind, bad ones too"
    if found.standing is Standing.TOO_FEW and found.would_do is not None:
        return f"about {found.would_do} labelled answers would show it, if kappa stays as it is"
    among = found.among_people.value
    if among is not None and among < found.judge.file.agreement:
        return "people agree less than that among themselves: make the rubric clearer first"
    return "make the rubric clearer, take a better model, or state less"


def report(found: Sequence[Agreement]) -> Iterator[str]:
    """The whole report, line by line: the table, then each judge by itself."""
    yield from _aligned([HEADER, *(row(one) for one in found)])
    for one in found:
        yield ""
        yield from _told(one)


def _told(found: Agreement) -> Iterator[str]:
    yield f"{found.judge.name}: {why(found)}"
    if hint := what_to_do(found):
        yield f"  {hint}"
    if found.with_people.cases:
        yield ""
        yield from (f"  {line}".rstrip() for line in _confusion(found))
    if found.differing:
        yield ""
        yield f"  Labelled otherwise than by people ({len(found.differing)}):"
    for one in found.differing[:_SHOWN]:
        yield (
            f"  {one.labelled.place}  {one.labelled.id}: people {one.labelled.settled},"
            f" judge {one.opinion.label}"
        )
        yield f"    “{_short(one.labelled.answer)}”"
        if one.opinion.reason:
            yield f"    the judge: {_short(one.opinion.reason)}"
    if len(found.differing) > _SHOWN:
        yield f"  and {len(found.differing) - _SHOWN} more"


def _confusion(found: Agreement) -> Iterator[str]:
    labels = found.judge.labels
    lines = [("people \\ judge", *labels)]
    lines += [
        (label, *(str(count) for count in counts))
        for label, counts in zip(labels, found.table, strict=True)
    ]
    yield from _aligned(lines)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(line[at]) for line in rows) for at in range(len(rows[0]))]
    for line in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))
        yield "  ".join(cells).rstrip()


def figure(value: float | None) -> str:
    """Kappa with two places; a dash where it has no meaning."""
    return "–" if value is None else f"{value:.2f}".replace("-", "−")


def span(found: Kappa) -> str:
    """The interval."""
    if found.low is None or found.high is None:
        return "–"
    return f"{figure(found.low)} to {figure(found.high)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONG else line[: _LONG - 1] + "…"
