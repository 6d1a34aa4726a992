"""Judged suites as a Markdown comment on a pull request.

Text from files is shown and does nothing: it mentions nobody, links nowhere, holds no HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from opsrail.evals.decision.decide import WEAKEST_FIRST
from opsrail.evals.decision.words import listed
from opsrail.evals.judging.judged import Judged, Outcome
from opsrail.evals.model import Verdict
from opsrail.evals.told.telling import (
    ALL_CASES,
    MOST_CASES,
    ToldCase,
    closed_by,
    is_advisory,
    picture_of,
    score_words,
    set_aside,
    set_aside_words,
    tally,
    told_cases,
    unread_name,
)
from opsrail.report.escaping import visible
from opsrail.report.markdown import MOST_CHARACTERS, escaped
from opsrail.report.model import Style

_TABLE: Final = [
    "| suite | verdict | score, base → head | cases | worse | better |",
    "|---|---|---|--:|--:|--:|",
]
_MOST_FOR_TABLE: Final = MOST_CHARACTERS // 3
_MOST_FOR_WEAKENED: Final = 10_000
_MOST_WORDS: Final = 2_000


def render(judged: Judged, _style: Style) -> str:
    """The verdict, a table of all suites, and what is behind each that does not pass."""
    ordered = _weakest_first(judged.outcomes)
    head = ["### Evals", "", _verdict(judged)]
    if ordered:
        rows, hidden = _within(_MOST_FOR_TABLE, [_row(one) for one in ordered])
        head += ["", *_TABLE, *rows, *_hidden(hidden, "suite")]
    weakened, hidden = _within(_MOST_FOR_WEAKENED, [*_weakened(judged)])
    if weakened:
        head += ["", "**Less is asked than at base**", "", *weakened, *_hidden(hidden, "line")]
    details = [*_unread(judged), *(_details(one) for one in ordered if _is_told(one))]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in head) - 100
    shown, hidden = _within(room, details)
    lines = [*head, *(f"\n{one}" for one in shown), *_hidden(hidden, "suite")]
    return "\n".join(lines) + "\n"


def _weakest_first(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """What keeps the gate closed first; by name among equals."""

    def weight(one: Outcome) -> tuple[bool, int, str]:
        is_calm = one.is_open or is_advisory(one)
        return is_calm, WEAKEST_FIRST.index(one.verdict), one.suite.name

    return sorted(outcomes, key=weight)


def _verdict(judged: Judged) -> str:
    closed = closed_by(judged)
    if not closed:
        return f"**No suite closes the gate** · {tally(judged)}"
    names = ", ".join(_code(name) for name in closed[:MOST_CASES])
    more = f" and {len(closed) - MOST_CASES:,} more" if len(closed) > MOST_CASES else ""
    return f"**Gate closed** by {names}{more} · {tally(judged)}"


def _is_told(one: Outcome) -> bool:
    return one.verdict is not Verdict.PASS


def _row(one: Outcome) -> str:
    verdict = one.verdict.value if one.verdict is Verdict.PASS else f"**{one.verdict.value}**"
    notes = [*(["advisory"] if is_advisory(one) else []), *(["decided"] if one.decided else [])]
    note = f" ({', '.join(notes)})" if notes else ""
    evidence = one.decision.evidence
    changed = (len(evidence.worse), len(evidence.better)) if evidence.paired else ("–", "–")
    cells = (
        _code(one.suite.name),
        f"{verdict}{note}",
        score_words(one) or "–",
        f"{len(one.suite.cases):,}",
        *(f"{count:,}" if isinstance(count, int) else count for count in changed),
    )
    return f"| {' | '.join(cells)} |"


def _details(one: Outcome) -> str:
    """A suite's verdict in words, what failed, and the picture, folded up."""
    cases = told_cases(one)
    lines = [_summary(one.suite.name, one.verdict.value), "", escaped(one.words, _MOST_WORDS)]
    if one.decided:
        lines += ["", f"**Decided**: {escaped(one.decided)}"]
    if drawn := picture_of(one):
        lines += ["", "```text", *drawn, "```"]
    if cases:
        lines += ["", *(line for case in cases[:MOST_CASES] for line in _case(case))]
    if len(cases) > MOST_CASES:
        lines += [f"- and {len(cases) - MOST_CASES:,} more: {ALL_CASES}"]
    aside = set_aside(one)
    if aside:
        lines += [""] if not cases else []
        lines += [f"- {_code(case.case)}: {escaped(set_aside_words(case))}" for case in aside]
    return "\n".join([*lines, "", "</details>"])


def _summary(name: str, words: str) -> str:
    return f"<details><summary><code>{escape(visible(name))}</code> {words}</summary>"


def _case(one: ToldCase) -> Iterator[str]:
    marks = "".join(f" ({mark})" for mark in one.marks)
    yield f"- {_code(one.place)} {_code(one.case.id)}{marks}\\"
    who = f" {_code(one.who)}" if one.who else ""
    # Each line begins with a word of ours: what begins theirs could otherwise start a list.
    rows = [
        f"  **Asked**{who}: {escaped(one.case.ask)}" if one.case.ask else "",
        f"  **Why**: {escaped(one.why)}" if one.why else "",
        f"  **Answer**: {escaped(one.answer)}" if one.answer else "",
        f"  **Base**: {escaped(one.before)}" if one.before else "",
        f"  **Alike**: {escaped(listed(one.alike))}" if one.alike else "",
    ]
    shown = [row for row in rows if row]
    yield from (f"{row}\\" for row in shown[:-1])
    yield from shown[-1:]


def _weakened(judged: Judged) -> Iterator[str]:
    for name, found in sorted(judged.weakened.items()):
        for one in found:
            case = f", case {_code(one.case)}" if one.case else ""
            yield f"- {_code(name)}{case}: {escaped(one.words)}"


def _unread(judged: Judged) -> Iterator[str]:
    for one in judged.unread:
        found = one.findings[:MOST_CASES]
        lines = [f"- {_code(str(f.location))} {escaped(f.message)}" for f in found]
        if len(one.findings) > len(found):
            lines.append(f"- and {len(one.findings) - len(found):,} more: see `opsrail check`")
        name = unread_name(one.files[0])
        yield "\n".join([_summary(name, "cannot be read"), "", *lines, "", "</details>"])


def _hidden(count: int, noun: str) -> list[str]:
    if not count:
        return []
    return ["", f"*{count:,} more {noun if count == 1 else f'{noun}s'} not shown here*"]


def _within(room: int, parts: Sequence[str]) -> tuple[list[str], int]:
    """The first parts that there is room for, and how many are left."""
    shown: list[str] = []
    for part in parts:
        room -= len(part) + 2
        if room < 0:
            break
        shown.append(part)
    return shown, len(parts) - len(shown)


def _code(text: str) -> str:
    """Inline code, in which nothing acts; what would end it is escaped instead."""
    return escaped(f"`{text}`") if text else ""
