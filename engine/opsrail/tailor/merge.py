"""Three-way merge of a person's edit with a newer text from the source.

Diff3 (Khanna, Kunal and Pierce, “A Formal Investigation of Diff3”, 2007) over lines; where
lines collide, once more over sentences, since a paragraph is often one long line. What both
sides changed differently is a conflict: nothing is guessed, and no marker is ever written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCE = re.compile(r"(?<=[.!?;:])(?= )|(?<=\n)")


@dataclass(frozen=True, slots=True)
class _Edit:
    """`start` to `end` of the original becomes `text`."""

    start: int
    end: int
    text: tuple[str, ...]


def merge(original: str, theirs: str, ours: str) -> str | None:
    """The text with both sides' changes to `original`, or None where they collide.

    `theirs` is what a person wrote, `ours` what the source now gives. Where both add text at
    one place, the source's comes first.
    """
    if theirs in (original, ours):
        return ours
    if ours == original:
        return theirs
    for cut in (_lines, _sentences):
        merged = _merge(cut(original), cut(theirs), cut(ours))
        if merged is not None:
            return "".join(merged).removesuffix("\n")
    return None


def _lines(text: str) -> list[str]:
    """Lines with their ends; the last one gets one too, so that all lines compare alike."""
    return (text + "\n").splitlines(keepends=True)


def _sentences(text: str) -> list[str]:
    return [piece for line in _lines(text) for piece in _SENTENCE.split(line) if piece]


def _edits(original: Sequence[str], changed: Sequence[str]) -> list[_Edit]:
    matcher = SequenceMatcher(None, original, changed, autojunk=False)
    return [
        _Edit(start, end, tuple(changed[from_:to]))
        for tag, start, end, from_, to in matcher.get_opcodes()
        if tag != "equal"
    ]


def _merge(original: Sequence[str], theirs: Sequence[str], ours: Sequence[str]) -> list[str] | None:
    mine, other = _edits(original, ours), _edits(original, theirs)
    if any(_collide(one, two) for one in mine for two in other):
        return None
    # At one place the source's addition goes first, then the person's, then what replaces.
    both = [(edit.start, edit.end, 0, edit) for edit in mine]
    both += [(edit.start, edit.end, 1, edit) for edit in other if edit not in mine]
    merged: list[str] = []
    position = 0
    for *_, edit in sorted(both, key=lambda row: row[:3]):
        merged += [*original[position : edit.start], *edit.text]
        position = edit.end
    return [*merged, *original[position:]]


def _collide(one: _Edit, two: _Edit) -> bool:
    """Whether two edits touch the same text. The same edit on both sides does not; nor do two
    additions at one place, nor an addition at the edge of a replacement.
    """
    if one == two:
        return False
    return (
        max(one.start, two.start) < min(one.end, two.end) or _inside(one, two) or _inside(two, one)
    )


def _inside(addition: _Edit, edit: _Edit) -> bool:
    return addition.start == addition.end and edit.start < addition.start < edit.end
