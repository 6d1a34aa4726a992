"""Which changes a policy's words mean, and the tier that a change falls into."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from opsrail.governance.changes import Change
from opsrail.governance.formats import GovernanceFile, Predicate, Tier, spread
from opsrail.governance.globs import matches
from opsrail.governance.vocabulary import terms_of

Value = TypeVar("Value")


def fits(word: str | Predicate, change: Change) -> bool:
    """Whether a word, or everything that a predicate says, fits the change.

    A predicate's `owner` fits a change that any of those teams answers for, `reaches` one that is
    on a page of any of those roles. What it does not say fits all.
    """
    if isinstance(word, str):
        return change.what in meant_by(word)
    return (
        any(change.what in meant_by(one) for one in spread(word.change))
        and (not word.kind or _is_among((change.kind,), word.kind))
        and _is_among((change.weight,), word.weight)
        and _is_among(change.owners, word.owner)
        and _is_among(change.roles, word.reaches)
        and (not word.files or any(matches(glob, change.path) for glob in spread(word.files)))
    )


def tier_of(policy: GovernanceFile, change: Change) -> Tier | None:
    """The tier of a change: the first, from the gravest down, that fits it; None if none does."""
    return next(
        (tier for tier in policy.tiers if any(fits(word, change) for word in tier.when)), None
    )


@lru_cache(maxsize=1_024)
def meant_by(word: str) -> frozenset[str]:
    """The names of the terms that a policy's word stands for."""
    return terms_of(word)


def _is_among(values: Iterable[Value], wanted: Value | tuple[Value, ...]) -> bool:
    """Whether any of the values is wanted; all are where nothing is said."""
    allowed = spread(wanted)
    return not allowed or any(value in allowed for value in values)
