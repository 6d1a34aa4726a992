"""Globs over repository paths, as policies write them: `content/sources/*.md`, `rules/**`.

Within a folder `*` stands for any characters and `?` for one; `**` as a whole step stands for any
number of folders, none included, and at the end for everything below. A glob that ends in `/` means
the folder. Everything else stands for itself: there are no brackets and no escapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

ANY_FOLDERS: Final = "**"

Step = TypeVar("Step")


def matches(glob: str, path: str) -> bool:
    """Whether the file at `path` is one that `glob` means. Capital letters count.

    Takes time in the order of glob times path at the worst, whatever they are: of several stars
    only the last one that was met is ever tried again, since the earlier ones, taken as short as
    can be, leave the most for it.
    """
    steps = _steps(glob)
    parts = path.split("/")
    if steps[-1] == ANY_FOLDERS:  # below a folder is not the folder itself
        steps = (*steps, "*")
    return _fits(steps, parts, ANY_FOLDERS, _is_alike)


@lru_cache(maxsize=1_024)
def _steps(glob: str) -> tuple[str, ...]:
    whole = f"{glob}{ANY_FOLDERS}" if glob.endswith("/") else glob
    return tuple(whole.removeprefix("/").split("/"))


def _is_alike(step: str, part: str) -> bool:
    """Whether a folder's or file's name fits one step of a glob."""
    if "*" not in step and "?" not in step:
        return step == part
    return _fits(step, part, "*", lambda one, other: one in ("?", other))


def _fits(
    pattern: Sequence[Step],
    items: Sequence[Step],
    star: Step,
    is_alike: Callable[[Step, Step], bool],
) -> bool:
    """Whether the items fit the pattern, in which `star` stands for any number of them."""
    at = place = 0
    behind_star, tried = -1, 0
    while place < len(items):
        if at < len(pattern) and pattern[at] == star:
            behind_star, tried = at + 1, place
            at += 1
        elif at < len(pattern) and is_alike(pattern[at], items[place]):
            at += 1
            place += 1
        elif behind_star >= 0:
            tried += 1
            at, place = behind_star, tried
        else:
            return False
    return all(one == star for one in pattern[at:])
