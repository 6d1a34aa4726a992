"""What an edit does to freezes: for which sorts of changes which instants are frozen no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from opsrail.governance.comparing.boxes import Box, box_of
from opsrail.governance.comparing.coverage import Coverage, times_of
from opsrail.governance.comparing.model import Difference, edits, otherwise
from opsrail.governance.comparing.probes import Probe, Probes, Side, probes, without
from opsrail.governance.formats import Freeze

SHORTENED: Final = "freeze shortened"
EXTENDED: Final = "freeze extended"
NEUTRAL: Final = "policy changed"
_FREE: Final = "not frozen"


@dataclass(frozen=True, slots=True)
class _Loss:
    """An instant that is frozen on one side only, and for what."""

    at: datetime
    probes: tuple[Probe, ...]

    def told(self, tried: Probes) -> str:
        return f"{tried.words(self.probes)}: frozen on {self.at:%Y-%m-%d at %H:%M} UTC"


def freeze_changes(
    before: Sequence[Freeze], after: Sequence[Freeze], since: datetime
) -> Iterator[Difference]:
    """Each freeze that some instant is frozen by on one side only, with the first such instant
    from `since` on; then what freezes say otherwise, their names included.
    """
    if before == after:
        return
    found = list(_moves(before, after, since))
    yield from found
    rest = list(_said_otherwise(before, after, {one.subject for one in found}))
    yield from rest
    if not found and not rest:
        yield Difference(NEUTRAL, "freezes", _order(before), _order(after))


def _order(freezes: Sequence[Freeze]) -> str:
    return f"order {', '.join(one.name for one in freezes)}"


def _moves(
    before: Sequence[Freeze], after: Sequence[Freeze], since: datetime
) -> Iterator[Difference]:
    was, now = _boxes(before), _boxes(after)
    old_marks, new_marks = ([(times_of(one), box) for one, box in side] for side in (was, now))
    tried = probes(
        Side([box for _, box in was], without(old_marks, new_marks)),
        Side([box for _, box in now], without(new_marks, old_marks)),
    )
    coverage = Coverage((*before, *after), since)
    if tried is None or coverage.is_too_much:
        words = "more freezes than can be compared"
        yield Difference(SHORTENED, "freezes", words, words)
        yield Difference(EXTENDED, "freezes", words, words)
        return
    lost: dict[str, _Loss] = {}
    gained: dict[str, _Loss] = {}
    for probe in tried.probes:
        old = _freezes(was, probe.before)
        new = _freezes(now, probe.after)
        _keep_first(lost, probe, coverage.lost(old, new))
        _keep_first(gained, probe, coverage.lost(new, old))
    old_words, new_words = _edited(before, after)
    for name in sorted(lost):
        frozen = lost[name].told(tried) + old_words.get(name, "")
        free = _FREE + new_words.get(name, "")
        yield Difference(SHORTENED, f"freeze {name}", frozen, free)
    for name in sorted(gained):
        free = _FREE + old_words.get(name, "")
        frozen = gained[name].told(tried) + new_words.get(name, "")
        yield Difference(EXTENDED, f"freeze {name}", free, frozen)


def _edited(
    before: Sequence[Freeze], after: Sequence[Freeze]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What each freeze of both sides said and says where it was edited, in brackets."""
    was = {one.name: one for one in before}
    old_words: dict[str, str] = {}
    new_words: dict[str, str] = {}
    for new in after:
        moved = list(_edits(was[new.name], new)) if new.name in was else []
        if moved:
            old_words[new.name] = f" ({', '.join(f'{words} {old}' for words, old, _ in moved)})"
            new_words[new.name] = f" ({', '.join(f'{words} {now}' for words, _, now in moved)})"
    return old_words, new_words


def _edits(old: Freeze, new: Freeze) -> Iterator[tuple[str, str, str]]:
    told = {"name", "title"}
    for key, was, now in (("weekly", old.weekly, new.weekly), ("dates", old.dates, new.dates)):
        if was is not None and now is not None:
            told.add(key)
            yield from edits(was, now, ())
    yield from edits(old, new, told)


def _boxes(freezes: Sequence[Freeze]) -> list[tuple[Freeze, Box]]:
    return [(freeze, box_of(word)) for freeze in freezes for word in freeze.covers]


def _freezes(boxes: list[tuple[Freeze, Box]], numbers: tuple[int, ...]) -> list[Freeze]:
    return list({boxes[one][0].name: boxes[one][0] for one in numbers}.values())


def _keep_first(kept: dict[str, _Loss], probe: Probe, losses: Mapping[str, datetime]) -> None:
    for name, at in losses.items():
        known = kept.get(name)
        if known is None or at < known.at:
            kept[name] = _Loss(at, (probe,))
        elif at == known.at:
            kept[name] = _Loss(at, (*known.probes, probe))


def _said_otherwise(
    before: Sequence[Freeze], after: Sequence[Freeze], told: Collection[str]
) -> Iterator[Difference]:
    for old, new in _pairs(before, after):
        one = new or old
        assert one is not None
        subject = f"freeze {one.name}"
        if subject in told:
            continue
        if old is not None and new is not None:
            yield from otherwise(NEUTRAL, subject, old, new, ())
        else:
            yield Difference(NEUTRAL, subject, old.name if old else "", new.name if new else "")


def _pairs(
    before: Sequence[Freeze], after: Sequence[Freeze]
) -> Iterator[tuple[Freeze | None, Freeze | None]]:
    """The freezes of both sides by name, and those that only have another name now together."""
    was, now = ({one.name: one for one in freezes} for freezes in (before, after))
    for name in sorted(was.keys() & now.keys()):
        yield was[name], now[name]
    added = [now[name] for name in sorted(now.keys() - was.keys())]
    for name in sorted(was.keys() - now.keys()):
        same = next((one for one in added if _unnamed(one) == _unnamed(was[name])), None)
        if same is not None:
            added.remove(same)
        yield was[name], same
    yield from ((None, one) for one in added)


def _unnamed(freeze: Freeze) -> Freeze:
    return freeze.model_copy(update={"name": ""})
