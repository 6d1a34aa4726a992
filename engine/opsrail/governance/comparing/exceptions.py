"""What an edit does to the exceptions: rollbacks and break-glass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from opsrail.governance.comparing.approvals import Aspect, choice, counted, duty
from opsrail.governance.comparing.model import Difference, listed, otherwise
from opsrail.governance.formats import BreakGlass, GovernanceFile, Rollbacks
from opsrail.repo.formats import FileFormat
from opsrail.streams.spans import micros

WIDENED: Final = "exception widened"
NARROWED: Final = "exception narrowed"
NEUTRAL: Final = "policy changed"
_OF_TIERS: Final = "those of its tiers"


def rollback_changes(old: Rollbacks, new: Rollbacks) -> Iterator[Difference]:
    """What a proved rollback may do more or less."""
    yield from _told("rollbacks", old, new, _of_rollbacks(old, new))


def glass_changes(old: BreakGlass | None, new: BreakGlass | None) -> Iterator[Difference]:
    """What may be done in an emergency that could not before, or no more."""
    subject = "break-glass"
    if old is not None and new is not None:
        yield from _told(subject, old, new, _of_glass(old, new))
    elif old is not new:
        yield Difference(WIDENED if new else NARROWED, subject, _whole(old), _whole(new))


def stranger_changes(old: GovernanceFile, new: GovernanceFile) -> Iterator[Difference]:
    """Whether somebody whom nobody knows may have a part in a change now, or no more."""
    was, now = old.strangers, new.strangers
    if was != now:
        yield Difference(WIDENED if now == "told" else NARROWED, "strangers", was, now)


def _told(
    subject: str, old: FileFormat, new: FileFormat, aspects: Iterator[Aspect]
) -> Iterator[Difference]:
    found = [aspect for aspect in aspects if aspect.asks_less or aspect.asks_more]
    for aspect in found:
        yield from aspect.told(subject, WIDENED, NARROWED)
    yield from otherwise(NEUTRAL, subject, old, new, {aspect.key for aspect in found})


def _of_rollbacks(old: Rollbacks, new: Rollbacks) -> Iterator[Aspect]:
    was, now = old.freezes == "exempt", new.freezes == "exempt"
    words = (f"freezes {old.freezes}", f"freezes {new.freezes}")
    yield Aspect("freezes", *words, now and not was, was and not now)
    yield duty("needs", old.needs or (_OF_TIERS,), new.needs or (_OF_TIERS,))


def _of_glass(old: BreakGlass, new: BreakGlass) -> Iterator[Aspect]:
    yield counted(old.count, new.count)
    yield choice("from", old.from_, new.from_)
    yield duty("distinct_from", old.distinct_from, new.distinct_from)
    yield _lasting("valid_for", old.valid_for, new.valid_for)
    yield _lasting("review_within", old.review_within, new.review_within)


def _lasting(key: str, old: str, new: str) -> Aspect:
    was, now, words = micros(old), micros(new), key.replace("_", " ")
    return Aspect(key, f"{words} {old}", f"{words} {new}", now > was, now < was)


def _whole(glass: BreakGlass | None) -> str:
    if glass is None:
        return ""
    return f"{glass.count} from {listed(glass.from_)}, valid for {glass.valid_for}"
