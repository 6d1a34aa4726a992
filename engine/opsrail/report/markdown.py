"""Findings as a Markdown comment that a reviewer reads in seconds.

Text from files is shown and does nothing: it mentions nobody, links nowhere, holds no HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from opsrail.findings import Finding, Severity
from opsrail.report.escaping import shortened, visible, visible_lines
from opsrail.report.model import Report, Style

MOST_CHARACTERS: Final = 60_000
"""A GitHub comment holds 65,536; the rest is left to whoever puts text around the report."""
_MOST_IN_CELL: Final = 500
_MOST_FOR_MEANINGS: Final = 8_000
_TABLE: Final = ["| where | what | how to fix |", "|---|---|---|"]

_SYNTAX: Final = re.compile(r"[\\`*_\[\]{}|!$&<>~]|^[#+=-]|^\d+(?=[.)])|#$")
_INLINE_CODE: Final = re.compile(r"`((?! )(?:(?!<!--)[^`|\\])+(?<! ))`")
# What becomes a mention, a link or a picture by itself once the Markdown is rendered, where a
# backslash does not help: a character without width parts it. Names of pictures hold a letter, but
# for two; with that, a time or a line number stays as it is.
_ACTING: Final = re.compile(
    r"@(?=\S)|#(?=\d)|www(?=\.)|\b(?:GH|CVE)(?=-\d)|\bGHSA(?=-)|(?:mailto|xmpp)(?=:)"
    r"|:(?=(?:[\w+-]*[a-z_+-][\w+-]*|100|1234):)",
    re.IGNORECASE,
)
_ENTITIES: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "~": "&#126;",
    "=": "&#61;",
}
_ADDRESS: Final = re.compile(r"(?<=:)//")
_COMMIT: Final = re.compile(r"(?<![0-9a-z])[0-9a-f]{7,64}(?![0-9a-z])", re.IGNORECASE)
_SHORTER_THAN_A_COMMIT: Final = re.compile(r"[0-9a-f]{1,6}", re.IGNORECASE)
_PARTED: Final = "\u200b"


def render(report: Report, _style: Style) -> str:
    """A heading, the verdict, a table of findings and what their codes mean."""
    head = [f"### {escaped(report.title)}", "", _verdict(report)]
    if report.facts:
        head += ["", " · ".join(_figure(noun, value) for value, noun in report.figures())]
    if not report.findings:
        return "\n".join(head) + "\n"
    head += ["", *_TABLE]
    tail = ["", *_meanings(report)]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in (*head, *tail)) - 100
    rows = _within(room, report.findings)
    hidden = len(report.findings) - len(rows)
    more = ["", f"*{hidden:,} more not shown here*"] if hidden else []
    return "\n".join([*head, *rows, *more, *tail]).rstrip("\n") + "\n"


def escaped(text: str, most: int = _MOST_IN_CELL) -> str:
    """`text` on one line as Markdown shows it letter by letter, cut to `most` characters.

    What stands between two backticks stays inline code, in which nothing acts either.
    """
    parts = _INLINE_CODE.split(shortened(visible(text).strip(), most))
    shown = [f"`{part}`" if at % 2 else _literal(part) for at, part in enumerate(parts)]
    return "".join(shown).strip()


def _literal(text: str) -> str:
    return _SYNTAX.sub(lambda found: _as_letters(found[0]), _parted(text))


def _parted(text: str) -> str:
    text = _ACTING.sub(lambda found: found[0] + _PARTED, text)
    text = _ADDRESS.sub(f"{_PARTED}//", text)
    return _COMMIT.sub(lambda found: _PARTED.join(_SHORTER_THAN_A_COMMIT.findall(found[0])), text)


def _as_letters(mark: str) -> str:
    """A mark that means something to Markdown, so that every renderer in use shows it."""
    if mark in _ENTITIES:
        return _ENTITIES[mark]
    return f"{mark}\\" if mark.isdigit() else f"\\{mark}"


def _code(text: str) -> str:
    """`text` as inline code, where no mention or link is made, if nothing in it ends the code."""
    shown = shortened(visible(text), _MOST_IN_CELL)
    is_plain = shown.strip() == shown != "" and not re.search(r"[`|\\]", shown)
    return f"`{shown}`" if is_plain else escaped(text)


def _verdict(report: Report) -> str:
    if not report.closed:
        return f"**Gate open** · {report.tally()}"
    codes = ", ".join(_code(code) for code in report.closed)
    return f"**Gate closed** by {codes} · {report.tally()}"


def _figure(name: str, value: str) -> str:
    # The value goes first: a line that starts with asterisks starts no list and no heading.
    return f"**{escaped(value) or '–'}** {escaped(name)}"


def _within(room: int, findings: tuple[Finding, ...]) -> list[str]:
    rows = []
    for finding in findings:
        row = _row(finding)
        room -= len(row) + 1
        if room < 0:
            break
        rows.append(row)
    return rows


def _row(finding: Finding) -> str:
    place = _code(f"{finding.location.path}:{finding.location.line}")
    weight = "" if finding.severity is Severity.ERROR else f" ({finding.severity.value})"
    what = f"{_code(finding.code)}{weight} {escaped(finding.message)}"
    return f"| {place} | {what} | {escaped(' '.join(visible_lines(finding.hint)))} |"


def _meanings(report: Report) -> Iterator[str]:
    room = _MOST_FOR_MEANINGS
    for code in sorted({finding.code for finding in report.findings}):
        if code in report.explanations:
            line = f"- {_code(code)}: {escaped(report.explanations[code])}"
            room -= len(line)
            if room >= 0:
                yield line
