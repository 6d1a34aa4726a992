"""Which section of a role's pages answers a text best, and whether it answers at all.

Okapi BM25 (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009, section 3.2), with
headings counted as more of the text they stand over. A short score would do for ranking; so that
"no section answers this" can be decided, it is put on one scale for all roles: see `Found`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.content.statements import facts_in
from opsrail.flows.retrieval.passages import Passage, passages_of
from opsrail.flows.retrieval.words import asked_for, terms
from opsrail.tailor.catalog import Catalog

SATURATION: Final = 1.2
LENGTH: Final = 0.6
TITLE: Final = 2
"""How often a word of the section's own title counts; those of the page's titles count once."""
FITTING: Final = 0.4
"""What a fact of the kind that is asked for adds, in the unit of a term's score."""
ANSWERS: Final = 0.5
"""From this confidence on a section is taken to answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """A section with its confidence in [0, 1].

    With s the BM25 score, h the share of the highest score that any text could have for these
    words, and N the number of sections: e = s·√h / ln N, and the confidence is e / (1 + e).
    Score alone grows with every further word of a ticket, share alone sinks with it; e = 1, a
    confidence of one half, is where answered and unanswered tickets part (`tests/flows/tasks`).
    """

    passage: Passage
    confidence: float
    shared: tuple[str, ...] = ()
    """The terms that it has in common with the text, the most telling first."""


class Index:
    """The sections of one role, counted once. Immutable: any number of threads may search."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages: Final = tuple(passages)
        self._counts = [_counted(passage) for passage in self.passages]
        self._lengths = [counts.total() for counts in self._counts]
        self._average = sum(self._lengths) / max(len(self._lengths), 1) or 1.0
        self._spread = Counter(term for counts in self._counts for term in counts)
        self._kinds = [frozenset(fact.kind for fact in facts_in(p.text)) for p in self.passages]

    def telling(self, term: str) -> float:
        """How rare a term is among the sections: its inverse document frequency."""
        having = self._spread[term]
        return math.log(1 + (len(self.passages) - having + 0.5) / (having + 0.5))

    def search(self, text: str, most: int = 3) -> tuple[Found, ...]:
        """The sections that share telling words with a text, best first; equal ones by name."""
        sought = tuple(dict.fromkeys(terms(text)))
        weights = {term: self.telling(term) for term in sought}
        highest = sum(weights.values()) * (SATURATION + 1)
        wanted = asked_for(text)
        scored = [
            (score, at)
            for at in range(len(self.passages))
            if (score := self._score(at, weights, wanted)) > 0
        ]
        scored.sort(key=lambda one: (-one[0], self.passages[one[1]].key, one[1]))
        return tuple(self._found(score, at, weights, highest) for score, at in scored[:most])

    def _score(self, at: int, weights: Mapping[str, float], wanted: frozenset[FactKind]) -> float:
        counts = self._counts[at]
        norm = SATURATION * (1 - LENGTH + LENGTH * self._lengths[at] / self._average)
        score = sum(
            weight * counts[term] * (SATURATION + 1) / (counts[term] + norm)
            for term, weight in weights.items()
            if term in counts
        )
        return score + FITTING * len(wanted & self._kinds[at]) if score else 0.0

    def _found(self, score: float, at: int, weights: Mapping[str, float], highest: float) -> Found:
        evidence = score * math.sqrt(min(score / highest, 1)) / math.log(len(self.passages) + 2)
        shared = [term for term in weights if term in self._counts[at]]
        shared.sort(key=lambda term: (-weights[term], term))
        return Found(self.passages[at], round(evidence / (1 + evidence), 4), tuple(shared))


def _counted(passage: Passage) -> Counter[str]:
    counts = Counter(terms(passage.text))
    counts.update(terms(passage.about))
    for term in terms(passage.title):
        counts[term] += TITLE
    return counts


class Library:
    """The indexes of a catalog's roles, each made when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._made: dict[str, Index] = {}
        self._making = Lock()

    def index(self, role: str) -> Index:
        """The index of a role's pages; an empty one for a role that does not exist."""
        if role not in self._catalog.roles:
            return Index(())
        with self._making:
            if role not in self._made:
                self._made[role] = Index(passages_of(self._catalog, role))
            return self._made[role]
