"""Derived pages: which the engine wrote anew, and where a person's words on them changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Final

from opsrail.content.changes import Weight
from opsrail.content.facts import FactChange
from opsrail.gate.changing.comparison import Comparison
from opsrail.gate.changing.facts import fact_change
from opsrail.gate.changing.quoting import quoted
from opsrail.gate.changing.registry import reader
from opsrail.governance.changes import Change
from opsrail.governance.kinds import ArtifactKind
from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import without_origin
from opsrail.tailor.page import Segment, split_page
from opsrail.tailor.state import fact_moves

MOST_COMPARED: Final = 4_000_000
"""Pairs of words: about a second. Longer sections are no page for people."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """What a person did to one segment: words put in another's place, and what they wrote behind.

    `text` and `written` are the page's words and the engine's, without lines of origin.
    """

    words: tuple[tuple[str, str], ...]
    text: str
    written: str
    line: int

    @property
    def facts(self) -> Mapping[tuple[object, object], FactChange]:
        """The facts in which the page departs from what the engine wrote."""
        moved = fact_moves(self.written, self.text) if self.words else ()
        return {(one.old and one.old.key, one.new and one.new.key): one for one in moved}


@reader("pages")
def read(compared: Comparison) -> Iterator[Change]:
    """Each page that changed, with its generated form.

    A page that carries a person's words from version to version is regenerated; it was edited
    where those words themselves are others than at base.
    """
    for page in _pages(compared):
        edits = list(_edited(compared, page))
        yield from edits
        for path in (page.path, page.generated):
            if path not in compared.subject.changed:
                continue
            if path not in compared.head.snapshot:
                yield Change(path, "page removed", roles=(page.role,))
            elif path == page.generated or page.generated in compared.subject.changed:
                # What it follows is told of its sources, with the weight that it has there.
                yield Change(path, "page regenerated", weight=Weight.WORDING, roles=(page.role,))
            elif not edits:
                yield Change(path, "page edited", "its layout", roles=(page.role,))


def _pages(compared: Comparison) -> Iterator[PageName]:
    found = (PageName.of(path) for path in compared.changed(ArtifactKind.PAGE))
    return iter(sorted({page for page in found if page}, key=lambda page: page.path))


def _edited(compared: Comparison, page: PageName) -> Iterator[Change]:
    """Where a person's words are others than at base. None on a page that is gone."""
    if page.path not in compared.head.snapshot:
        return
    was, now = _edits(compared.base, page), _edits(compared.head, page)
    path = page.path if page.path in compared.subject.changed else page.generated
    for key in sorted(was.keys() | now.keys()):
        before, after = was.get(key, _NONE), now.get(key, _NONE)
        if before.words == after.words:
            continue
        subject = f"§ {key.partition('#')[2] or key.rsplit('/', 1)[-1] or 'the opening'}"
        old, new = _told(before, after)
        yield Change(path, "page edited", subject, old, new, after.line, roles=(page.role,))
        for moved, fact in after.facts.items():
            if moved not in before.facts:
                told = fact_change(fact, path, subject, after.line)
                yield replace(told, roles=(page.role,))


_NONE = _Edit((), "", "", 1)


def _told(before: _Edit, after: _Edit) -> tuple[str, str]:
    """The first words that a person changed, before and now."""
    changed = next((one for one in after.words if one not in before.words), None)
    if changed is None:
        taken_back = next(one for one in before.words if one not in after.words)
        return quoted(*reversed(taken_back))
    return quoted(*changed)


def _edits(side: Catalog, page: PageName) -> Mapping[str, _Edit]:
    """What people did to a page, by the section that they did it to."""
    text, written = side.text(page.path), side.text(page.generated)
    if text is None:
        return {}
    theirs = split_page(page.path, text)
    ours = split_page(page.generated, written or "")
    found = {one.key: _edit(one, ours.segment(one.key)) for one in theirs.segments}
    for gone in (one for one in ours.segments if one.key not in found):
        found[gone.key] = _edit(Segment(gone.key, ""), gone)
    return {key: edit for key, edit in found.items() if edit.words}


def _edit(theirs: Segment, ours: Segment | None) -> _Edit:
    written = ours.text if ours else ""
    whole = f"{theirs.text}\n\n{theirs.addendum}"
    words = tuple(_departures(written.split(), whole.split()))
    line = theirs.line if theirs.text else theirs.addendum_line or 1
    # The line of origin belongs to the engine, and is the last of its own text only.
    said = f"{without_origin(theirs.text)}\n\n{theirs.addendum}"
    return _Edit(words, said, without_origin(written), line)


def _departures(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """The words in which two texts differ. What would take too long to take apart is one piece."""
    if old == new:
        return
    if len(old) * len(new) > MOST_COMPARED:
        yield " ".join(old), " ".join(new)
        return
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for tag, start, end, from_, to in found:
        if tag != "equal":
            yield " ".join(old[start:end]), " ".join(new[from_:to])
