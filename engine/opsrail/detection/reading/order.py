"""In which order rules are evaluated: each after those it is built on and silenced by."""

from __future__ import annotations

from collections.abc import Collection, Mapping

Needs = Mapping[str, Collection[str]]


def arranged(needs: Needs) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """All names in an order in which each comes after what it needs, and the circles left out.

    A name in a circle is in no order; who needs it counts as if it were not there.
    """
    waiting = {name: {need for need in some if need in needs} for name, some in needs.items()}
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    while waiting:
        ready = sorted(name for name, some in waiting.items() if not some & waiting.keys())
        order += ready
        gone = tuple(ready) or _circle(waiting)
        if not ready:
            circles.append(gone)
        for name in gone:
            del waiting[name]
    return tuple(order), tuple(circles)


def _circle(waiting: Mapping[str, set[str]]) -> tuple[str, ...]:
    """A circle among names that all need one another, from its first name on."""
    path: dict[str, None] = {}
    name = min(waiting)
    while name not in path:
        path[name] = None
        name = min(waiting[name] & waiting.keys())
    names = list(path)
    found = names[names.index(name) :]
    start = found.index(min(found))
    return (*found[start:], *found[:start])


def reachable(names: Collection[str], needs: Needs) -> frozenset[str]:
    """These names and everything that they need, directly or not."""
    found: set[str] = set()
    ahead = list(names)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += needs.get(name, ())
    return frozenset(found)
