"""Groups of tickets in which every two are alike: no ticket drags in what only it resembles."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[np.float64]]


def groups_of(alike: Numbers, threshold: float) -> list[tuple[int, ...]]:
    """Groups of two or more by complete linkage (Defays, An efficient algorithm for a complete
    link method, The Computer Journal 20, 1977): the least alike two of a group reach the
    threshold.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(alike) < 2:
        return []
    distances = 1 - squareform(alike, checks=False)
    tree = linkage(distances, method="complete")
    # A hair is added: 1 − (1 − x) is not always x.
    numbers = fcluster(tree, 1 - threshold + 1e-12, criterion="distance")
    members: dict[int, list[int]] = defaultdict(list)
    for at, number in enumerate(numbers.tolist()):
        members[number].append(at)
    return sorted(tuple(several) for several in members.values() if len(several) > 1)


def nearest_pairs(alike: Numbers, threshold: float) -> list[tuple[int, int]]:
    """Each ticket with the one it is most like, where that reaches the threshold."""
    if len(alike) < 2:
        return []
    nearest = alike.argmax(axis=1).tolist()
    pairs = {(min(one, other), max(one, other)) for one, other in enumerate(nearest)}
    return sorted(pair for pair in pairs if alike[pair] >= threshold)
