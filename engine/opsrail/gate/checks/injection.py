"""Texts that talk to a model instead of to people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from opsrail.findings import Finding, Location, Severity
from opsrail.gate.registry import check
from opsrail.gate.subject import Subject
from opsrail.gate.texts import MOST, Text, changed_texts
from opsrail.llm.injection import Kind, scan


@check("injection")
def injection(subject: Subject) -> Iterator[Finding]:
    """A text talks to a model: it tells it to forget its instructions, to call or send something.

    Sources and pages are what models are given to work with, and so are documents that come from
    other repositories. This is a guess from word lists and closes nothing: what a model makes of
    such a text has to pass the gate in any case. Read the place; say it otherwise, or, where it
    is about such texts, leave it.
    """
    for text in changed_texts(subject):
        if text.path.endswith(".md"):
            yield from islice(_suspicious(text), MOST)


def _suspicious(text: Text) -> Iterator[Finding]:
    """What people wrote here. What nobody sees is told by checks of its own."""
    own = "\n".join("" if line in text.copied else line for line in text.lines)
    for one in scan(own) if own.strip() else ():
        if one.kind is not Kind.HIDDEN:
            place = Location(text.path, one.line, one.column)
            hint = "say it otherwise, if it is not meant to be read by a model"
            yield Finding(place, "injection", one.message, Severity.WARNING, hint)
