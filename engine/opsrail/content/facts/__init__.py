"""Facts in prose: typed, normalised, bound to what they are about, and compared."""

from opsrail.content.facts.changes import Direction, FactChange, moved_between, moved_facts
from opsrail.content.facts.model import Fact, FactKind
from opsrail.content.facts.reading import find_facts

__all__ = [
    "Direction",
    "Fact",
    "FactChange",
    "FactKind",
    "find_facts",
    "moved_between",
    "moved_facts",
]
