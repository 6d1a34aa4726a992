"""Which facts become cases, and whose page each is asked of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from opsrail.content.facts import FactKind
from opsrail.content.facts.model import FactKey
from opsrail.evals.drafting.stated import Stated

MOST: Final = 12
"""Cases a page: more than that nobody edits."""

HURTS: Final = frozenset({FactKind.MONEY, FactKind.DEONTIC})
"""What has to be right whatever else is: money, and what one must, may or must never do."""

_WORTH: Final = {
    FactKind.MONEY: 4,
    FactKind.DEONTIC: 3,
    FactKind.DURATION: 2,
    FactKind.PERCENT: 2,
    FactKind.EMAIL: 1,
    FactKind.URL: 1,
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A fact and the role whose page is asked."""

    stated: Stated
    role: str


def chosen(facts: Iterable[Stated], holds: Callable[[Chosen], bool]) -> tuple[Chosen, ...]:
    """The facts most worth a case, each asked of one page, in the order of the pages.

    Facts that only some readers have come first, then money, duties and limits. Each goes to the
    page that has the fewest cases so far of those that state it and for which `holds`. What a
    role's page says again and again, such as whom to hand over to, is asked once.
    """
    offered = list(_once(facts))
    taken: dict[int, Chosen] = {}
    cases: Counter[str] = Counter()
    for place in sorted(range(len(offered)), key=lambda at: (-_worth(offered[at]), at)):
        one = offered[place]
        fitting = (Chosen(one, role) for role in sorted(one.roles, key=lambda name: cases[name]))
        found = next((case for case in fitting if cases[case.role] < MOST and holds(case)), None)
        if found:
            cases[found.role] += 1
            taken[place] = found
    return tuple(taken[place] for place in sorted(taken))


def _once(facts: Iterable[Stated]) -> Iterator[Stated]:
    said: set[tuple[FactKey, tuple[str, ...]]] = set()
    for one in facts:
        same = (one.fact.key, one.roles)
        if one.differs and not one.fact.noun and same in said:
            continue
        said.add(same)
        yield one


def _worth(one: Stated) -> int:
    limited = 1 if one.fact.comparator else 0
    return 4 * one.differs + _WORTH.get(one.fact.kind, 0) + limited
