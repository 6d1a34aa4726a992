"""Words that stand only in sections above a clearance, found again in another text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from opsrail.content.clearance import Clearance
from opsrail.content.model import Section
from opsrail.tailor.catalog import Catalog

QUOTED = 8
"""This many words in a row that stand nowhere else are no coincidence."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)

Runs = Mapping[int, Section]
"""The hash of each run of `QUOTED` words → the section it stands in."""


def runs_above(catalog: Catalog, paths: tuple[str, ...], clearance: Clearance) -> Runs:
    """Runs of words of these documents that stand only in sections above a clearance."""
    above: dict[int, Section] = {}
    admitted: set[int] = set()
    for document in (found for path in paths if (found := catalog.document(path))):
        for section in document.sections:
            runs = _runs_of(document.source(section))
            if clearance.admits(section.clearance):
                admitted |= runs
            else:
                above |= dict.fromkeys(runs, section)
    return {run: section for run, section in above.items() if run not in admitted}


def repeated(runs: Runs, text: str, own: Mapping[str, str]) -> Iterator[tuple[int, Section]]:
    """Where a text begins to repeat one of those sections, each section once.

    `own` are a role's own words: they stand for the source's, as in `roles.yaml`.
    """
    if not runs:
        return
    words = {word.casefold(): source.casefold() for source, word in own.items()}
    words |= {f"{word}s": f"{source}s" for word, source in words.items()}
    places, said = _words(text, words)
    told: set[str] = set()
    for start, run in enumerate(_runs(said)):
        section = runs.get(run)
        if section is not None and section.name not in told:
            told.add(section.name)
            yield places[start], section


@lru_cache(maxsize=4096)
def _runs_of(text: str) -> frozenset[int]:
    return frozenset(_runs(_words(text, {})[1]))


def _runs(words: list[str]) -> Iterator[int]:
    return (hash(tuple(words[at : at + QUOTED])) for at in range(len(words) - QUOTED + 1))


def _words(text: str, own: Mapping[str, str]) -> tuple[list[int], list[str]]:
    """The words of a text and where each starts; comments say nothing."""
    text = _COMMENT.sub(lambda found: " " * len(found[0]), text)
    found = [(word.start(), word[0].casefold()) for word in _WORD.finditer(text)]
    return [start for start, _ in found], [own.get(word, word) for _, word in found]
