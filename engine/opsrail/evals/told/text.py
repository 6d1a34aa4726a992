"""Judged suites for a terminal: a line for what passes, and for the rest what to do about it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from opsrail.evals.decision.words import listed
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Verdict
from opsrail.evals.told.spacing import NO_BREAK, held_together
from opsrail.evals.told.telling import (
    ALL_CASES,
    MOST_CASES,
    ToldCase,
    by_tag,
    in_short,
    in_telling_order,
    is_advisory,
    picture_of,
    set_aside,
    set_aside_words,
    tally,
    told_cases,
    unread_name,
)
from opsrail.report.escaping import shortened, visible
from opsrail.report.model import Style

_INDENT: Final = "    "
_WIDEST_NAME: Final = 28
_NARROWEST: Final = 36
"""Characters that the words need beside name and verdict; with less, they stand below."""
_MOST_SAID: Final = 300
_LOOKS: Final = {
    Verdict.PASS: "bold green",
    Verdict.FAIL: "bold red",
    Verdict.INCONCLUSIVE: "bold yellow",
    Verdict.NOT_COMPARABLE: "bold magenta",
}


def render(judged: Judged, style: Style) -> str:
    """Suites that pass, then those that do not, what was weakened, what is unread, the tally."""
    outcomes = in_telling_order(judged.outcomes)
    columns = _columns(outcomes)
    lines: list[str] = []
    for one in outcomes:
        if one.verdict is Verdict.PASS:
            lines += _passing(one, columns, style)
        else:
            lines += [*([""] if lines else []), *_other(one, columns, style)]
    for block in (_weakened(judged, style), _unread(judged, style)):
        found = [*block]
        lines += [*([""] if lines and found else []), *found]
    lines += [""] if len(lines) > 1 else []
    look = "bold green" if judged.is_open else "bold red"
    lines += [_painted(line, look, style) for line in _wrapped(tally(judged), "", style)]
    return "".join(f"{_harmless(line.rstrip())}\n" for line in lines)


def _columns(outcomes: Iterable[Outcome]) -> tuple[int, int]:
    """How wide names and verdicts are."""
    names = [len(visible(one.suite.name)) for one in outcomes]
    verdicts = [len(one.verdict.value) for one in outcomes]
    return min(max(names, default=0), _WIDEST_NAME), max(verdicts, default=0)


def _heads(one: Outcome, columns: tuple[int, int], style: Style) -> tuple[str, str]:
    """Name and verdict, and as many blanks as they take."""
    name, verdict = f"{visible(one.suite.name):<{columns[0]}}", one.verdict.value
    pad = " " * (columns[1] - len(verdict))
    shown = f"{_painted(name, 'bold', style)}  {_painted(verdict, _LOOKS[one.verdict], style)}"
    return f"{shown}{pad}  ", " " * (len(name) + columns[1] + 4)


def _passing(one: Outcome, columns: tuple[int, int], style: Style) -> Iterator[str]:
    head, blanks = _heads(one, columns, style)
    told = visible(f"{'advisory · ' if is_advisory(one) else ''}{in_short(one)}")
    if style.width is not None:
        told = shortened(told, max(style.width - len(blanks), _NARROWEST // 3))
    yield f"{head}{told}"


def _other(one: Outcome, columns: tuple[int, int], style: Style) -> Iterator[str]:
    """Everything that somebody needs who has to act on it."""
    head, blanks = _heads(one, columns, style)
    told = f"{'advisory · ' if is_advisory(one) else ''}{one.words}"
    if style.width is not None and style.width - len(blanks) < _NARROWEST:
        blanks = _INDENT
        yield head
        yield from _wrapped(told, blanks, style)
    else:
        first, *rest = _wrapped(told, blanks, style) or [blanks]
        yield f"{head}{first[len(blanks) :]}"
        yield from rest
    for line in _wrapped(one.decided, blanks, style):
        yield _painted(line, "green", style)
    yield from (f"{_INDENT}{line}" for line in picture_of(one))
    if tags := by_tag(one):
        yield from _hanging(f"failing by tag: {tags}", _INDENT, style)
    cases = told_cases(one)
    for case in cases[:MOST_CASES]:
        yield from _case(case, style)
    if len(cases) > MOST_CASES:
        yield from _wrapped(f"and {len(cases) - MOST_CASES:,} more: {ALL_CASES}", _INDENT, style)
    for aside in set_aside(one):
        told_aside = f"{aside.case}: {set_aside_words(aside)}"
        yield from _hanging(told_aside, _INDENT, style)
    if one.verdict is Verdict.INCONCLUSIVE and not one.decided:
        command = f"opsrail eval decide {one.suite.name} --base REV --reason …"
        for line in _wrapped(f"a decision goes on record with `{command}`", _INDENT, style):
            yield _painted(line, "dim", style)


def _case(one: ToldCase, style: Style) -> Iterator[str]:
    marks = "".join(f" ({mark})" for mark in one.marks)
    place = _painted(visible(one.place), "bold", style)
    yield f"{_INDENT}{place}: {visible(one.case.id)}{marks}"
    asked = f"{one.who}: {one.case.ask}" if one.who and one.case.ask else one.case.ask or one.who
    rows = (
        ("asked", asked),
        ("why", one.why),
        ("answer", one.answer),
        ("base", one.before),
        ("alike", listed(one.alike)),
    )
    for label, told in rows:
        if told:
            yield from _labelled(label, shortened(told, _MOST_SAID), style)


def _labelled(label: str, told: str, style: Style) -> Iterator[str]:
    head = f"{2 * _INDENT}{label:<6}  "
    for at, line in enumerate(_wrapped(told, " " * len(head), style)):
        yield line if at else f"{_painted(head, 'dim', style)}{line[len(head) :]}"


def _weakened(judged: Judged, style: Style) -> Iterator[str]:
    for name, found in sorted(judged.weakened.items()):
        for one in found:
            case = f", case {one.case}" if one.case else ""
            word = "changed " if one.is_change else "weakened"
            blanks = " " * (len(word) + 2)
            told = f"{name}{case}: {one.words}{f'; {one.agreed}' if one.agreed else ''}"
            for at, line in enumerate(_wrapped(told, blanks, style)):
                yield line if at else f"{_painted(word, 'bold yellow', style)}{line[len(word) :]}"


def _unread(judged: Judged, style: Style) -> Iterator[str]:
    for one in judged.unread:
        name = _painted(visible(unread_name(one.files[0])), "bold", style)
        yield f"{name}  {_painted('cannot be read', 'bold red', style)}"
        for finding in one.findings:
            yield from _hanging(f"{finding.location}: {finding.message}", _INDENT, style)
            for line in _wrapped(finding.hint, 2 * _INDENT, style):
                yield _painted(line, "dim", style)


def _hanging(told: str, indent: str, style: Style) -> Iterator[str]:
    first, *rest = _wrapped(told, indent + _INDENT, style) or [indent]
    yield first.replace(_INDENT, "", 1)
    yield from rest


def _wrapped(told: str, indent: str, style: Style) -> list[str]:
    """Text on lines of at most the style's width, each indented; no number loses its unit."""
    shown = visible(told)
    if not shown:
        return []
    if style.width is None:
        return [f"{indent}{shown}"]
    lines = textwrap.wrap(
        held_together(shown),
        max(style.width, len(indent) + _NARROWEST // 2),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK, " ") for line in lines]


def _harmless(line: str) -> str:
    """The line as no build server takes it for a command when a log shows it."""
    shown = line.replace("##[", r"#\x23[")
    return shown.replace("::", r"\x3a:", 1) if shown.lstrip().startswith("::") else shown


def _painted(told: str, look: str, style: Style) -> str:
    if not style.colour:
        return told
    # Rich is slow to import and only wanted on a terminal; its Style, unlike its Console, looks
    # at no environment variable.
    from rich.color import ColorSystem
    from rich.style import Style as Look

    return Look.parse(look).render(told, color_system=ColorSystem.STANDARD)
