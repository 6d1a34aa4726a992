"""What is wrong with a model's words for a section: the gate that they pass, or don't."""

from __future__ import annotations

import re
from collections.abc import Iterator

from opsrail.llm.marking import unmarked
from opsrail.tailor.above import repeated
from opsrail.tailor.faithful.section import judge_section
from opsrail.tailor.faithful.wording import Point, rewording
from opsrail.tailor.introduced import introduced
from opsrail.tailor.rewriting.kept import losses
from opsrail.tailor.rewriting.pending import Pending

_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_TASK = re.compile(r"^\s*[-*+] \[ \] ", re.MULTILINE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_WHOLE_FENCE = re.compile(r"\A```(?:markdown|md)?\n(?P<text>.*)\n```\s*\Z", re.DOTALL)

_GROWTH, _ROOM = 2.0, 60
"""An answer may have twice the words of its text, and this many more."""


def unwrapped(answer: str) -> str:
    """An answer without what some models put around all of it: a code fence, or our own marks."""
    answer = unmarked(answer).strip()
    whole = _WHOLE_FENCE.match(answer)
    return (whole["text"] if whole else answer).strip()


def faults(pending: Pending, answer: str) -> tuple[str, ...]:
    """What keeps the answer from becoming the section's text, one plain sentence each.

    The order is that of their weight: what it is, what it says, what it brought along.
    """
    if not answer:
        return ("there is no text",)
    return tuple(
        dict.fromkeys(
            (
                *_shape(pending.brief.text, answer),
                *_sense(pending, answer),
                *losses(pending.brief.text, answer),
                *_leaks(pending, answer),
                *_brought(pending, answer),
            )
        )
    )


def _shape(text: str, answer: str) -> Iterator[str]:
    if _HEADING.findall(answer) != _HEADING.findall(text):
        yield "the headings are not those of the text"
    wanted, found = len(_TASK.findall(text)), len(_TASK.findall(answer))
    if wanted != found:
        yield f"the text has {wanted} steps to tick, and the answer {found}"
    if len(_FENCE.findall(answer)) % 2:
        yield "a code block is not closed"
    if "<!--" in answer and "<!--" not in text:
        yield "it has a comment that nobody would see"
    if len(answer.split()) > _GROWTH * len(text.split()) + _ROOM:
        yield f"it has {len(answer.split())} words for {len(text.split())}"


def _sense(pending: Pending, answer: str) -> Iterator[str]:
    """What it says otherwise, by facts and rules, and by its words.

    Words are a guess, and close nothing where people write. Here a false alarm costs only that
    the selected text stays, so the guess is taken at its more cautious point.
    """
    judgement = judge_section(pending.grounds, pending.brief.whole(answer))
    worded = rewording(pending.brief.text, answer, point=Point.BALANCED)
    for departure in (*judgement.departures, *worded):
        if departure.is_grave:
            yield departure.message


def _leaks(pending: Pending, answer: str) -> Iterator[str]:
    for _, section in repeated(pending.runs, answer, pending.role.words):
        yield f"it repeats “{section.title or section.path}”, which is {section.clearance}"


def _brought(pending: Pending, answer: str) -> Iterator[str]:
    selected = pending.brief.whole(pending.brief.text)
    grounds = (selected, pending.grounds.source, *pending.grounds.terms.allowed)
    return (one.message for one in introduced(answer, grounds))
