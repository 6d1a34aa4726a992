"""What is wrong with titles and questions that a model made of tickets.

They go into a source document, where pages are made from. So they may state nothing, name nobody,
lead nowhere, and repeat no ticket.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from opsrail.content.facts import FactKind, find_facts
from opsrail.tailor.introduced import introduced

RUN: Final = 5
"""Words in a row that a ticket has, too, are copied."""
_PLAIN: Final = re.compile(r"[^\W\d_][\w ,;:'’()/-]*\??")
_WORD: Final = re.compile(r"[^\W_]+")


def wording_faults(
    title: str, questions: Sequence[str], tickets: Sequence[str], grounds: Sequence[str]
) -> Iterator[str]:
    """One sentence for each thing that is wrong; `grounds` are texts it may take names from."""
    runs = {run for ticket in tickets for run in _runs(ticket)}
    for text in (title, *questions):
        yield from _faults(text, runs, grounds)
    yield from (f"“{text}” is no question." for text in questions if not text.endswith("?"))


def _faults(text: str, runs: set[tuple[str, ...]], grounds: Sequence[str]) -> Iterator[str]:
    if not _PLAIN.fullmatch(text):
        yield f"“{text}” is not plain words on one line."
    if any(letter.isdigit() for letter in text):
        yield f"“{text}” has a figure in it, and a question here states nothing."
    for fact in find_facts(text):
        if fact.kind is not FactKind.DEONTIC:
            yield f"“{text}” states something: {fact.text}."
    if any(run in runs for run in _runs(text)):
        yield f"“{text}” repeats the words of a ticket."
    yield from (f"“{text}” has something new: {one.message}" for one in introduced(text, grounds))


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
