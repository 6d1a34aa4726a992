"""Groups of tickets that ask the same: average linkage over the cosine of TF-IDF weights.

Average linkage (Sokal, Michener: A statistical method for evaluating systematic relationships,
1958) joins two groups by the mean likeness of all their pairs, so that one ticket between two
matters does not make one of them. Sums of likeness add up where groups join, which keeps it sparse.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

Weights = dict[str, float]


def weights_of(texts: Sequence[Sequence[str]]) -> list[Weights]:
    """The weights of each text's terms: (1 + ln count) · ln(1 + N / df), scaled to length 1."""
    spread = Counter(term for text in texts for term in set(text))
    return [
        _normed(
            {
                t: (1 + math.log(n)) * math.log(1 + len(texts) / spread[t])
                for t, n in Counter(text).items()
            }
        )
        for text in texts
    ]


def _normed(weights: Weights) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def clusters(weights: Sequence[Weights], alike: float) -> list[list[int]]:
    """Groups of places whose mean likeness is at least `alike`, each in order, largest first.

    Always the same for the same input: of equal pairs the first is joined first.
    """
    sums = _likeness(weights)
    groups = {at: [at] for at in range(len(weights))}
    heap = [
        (-total, one, other)
        for one in sums
        for other, total in sums[one].items()
        if one < other and total >= alike
    ]
    heapq.heapify(heap)
    after = len(weights)
    while heap:
        _, one, other = heapq.heappop(heap)
        if one not in groups or other not in groups:
            continue
        groups[after] = groups.pop(one) + groups.pop(other)
        sums[after] = _joined(sums, one, other)
        for near, total in sums[after].items():
            sums[near][after] = total
            mean = total / (len(groups[near]) * len(groups[after]))
            if mean >= alike:
                heapq.heappush(heap, (-mean, near, after))
        after += 1
    return sorted((sorted(group) for group in groups.values()), key=lambda g: (-len(g), g))


def _likeness(weights: Sequence[Weights]) -> dict[int, dict[int, float]]:
    """Place → place → cosine, for pairs that share a term."""
    having: defaultdict[str, list[int]] = defaultdict(list)
    sums: dict[int, dict[int, float]] = {at: {} for at in range(len(weights))}
    for at, terms in enumerate(weights):
        for term, weight in terms.items():
            for before in having[term]:
                more = weight * weights[before][term]
                sums[at][before] = sums[before][at] = sums[at].get(before, 0.0) + more
            having[term].append(at)
    return sums


def _joined(sums: dict[int, dict[int, float]], one: int, other: int) -> dict[int, float]:
    """The sums of a joined group, its two parts taken out of everybody's."""
    joined = Counter(sums.pop(one))
    joined.update(sums.pop(other))
    del joined[one], joined[other]
    for near in joined:
        sums[near].pop(one, None)
        sums[near].pop(other, None)
    return dict(joined)
