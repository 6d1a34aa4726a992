"""The entries of a product's changelog, and what each has to do with a role's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from opsrail.content.facts import find_facts
from opsrail.content.model import BlockKind
from opsrail.content.sections import parse_document
from opsrail.flows.retrieval.ranking import Found, Index
from opsrail.flows.tasks.briefing.wording import plain_words

MOST_ENTRIES: Final = 400
_HEAVY: Final = re.compile(
    r"\b(?:break|breaking|deprecat\w+|remov\w+|no longer|discontinu\w+|end of life|retir\w+"
    r"|replac\w+|renam\w+|limits?|prices?|mandatory|requir\w+|security|must)\b",
    re.IGNORECASE,
)
"""What makes an entry weigh more, besides a fact in it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in plain words, and the sections it may concern, the likeliest first."""

    what: str
    found: tuple[Found, ...]

    @property
    def confidence(self) -> float:
        """Of the likeliest section."""
        return self.found[0].confidence if self.found else 0.0

    @property
    def is_heavy(self) -> bool:
        """Whether it states a fact, or says that something ends, is renamed or is required."""
        return bool(_HEAVY.search(self.what) or find_facts(self.what))


def entries_of(changelog: str, index: Index, least: float) -> tuple[Entry, ...]:
    """The entries that concern a section with at least this confidence, the closest first."""
    found: list[Entry] = []
    for what in dict.fromkeys(islice(_texts(changelog), MOST_ENTRIES)):
        near = tuple(one for one in index.search(what, 3) if one.confidence >= least)
        if near:
            found.append(Entry(what, near))
    return tuple(sorted(found, key=lambda one: -one.confidence))


def _texts(changelog: str) -> Iterator[str]:
    """List items with what is nested in them, table rows and paragraphs; code says nothing."""
    for section in parse_document("", changelog).sections:
        for block in section.blocks:
            if block.kind in {BlockKind.CODE, BlockKind.HTML, BlockKind.RULE, BlockKind.MARKER}:
                continue
            texts: list[str] = []
            for part in block.parts:
                if part.depth and texts:
                    texts[-1] += f" – {part.text}"
                else:
                    texts.append(part.text)
            yield from (told for text in texts or [block.text] if (told := plain_words(text)))
