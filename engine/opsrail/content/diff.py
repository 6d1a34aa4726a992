"""Structural diff: what happened to each section, told the way a colleague would.

Sections are matched in rounds, each over what the one before left unmatched: the same key and
text; the same text elsewhere; the same key; a parent whose children went along; children that
kept their title below a joined parent; and the rest by likeness. Inside a matched pair, the
longest common subsequence of pieces is kept, the others are paired by kind and likeness, and
the facts of the old side are weighed against the facts of the new.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from opsrail.content.changes import (
    ChangeKind,
    ContentDiff,
    FrontChange,
    PieceChange,
    SectionChange,
)
from opsrail.content.facts import Fact, FactChange, moved_between
from opsrail.content.model import Document, Section
from opsrail.content.pieces import Piece, pieces_of
from opsrail.content.similarity import dice, words_of
from opsrail.content.statements import facts_by_text

SECTION_LIKENESS = 0.5
"""Two sections with less in common than this are one removed and one added."""
PIECE_LIKENESS = 0.4
PAIR_LIMIT = 40_000
"""Beyond this many candidate pairs, sections are only compared within their own document."""

Key = Callable[[Section], Hashable | None]


def diff_documents(old: Mapping[str, Document], new: Mapping[str, Document]) -> ContentDiff:
    """What changed between two sets of documents, by path. Equal documents may be left out."""
    matching = _Matching(_sections(old), _sections(new))
    changes = [
        *_changes(matching),
        *(_removed(section) for section in matching.old_left() if _is_told(section)),
        *(_added(section) for section in matching.new_left() if _is_told(section)),
    ]
    return ContentDiff(
        tuple(sorted(changes, key=lambda change: change.order)),
        tuple(_front_changes(old, new)),
        tuple(sorted((was.name, now.name) for was, now in matching.pairs)),
    )


def _sections(documents: Mapping[str, Document]) -> list[Section]:
    return [section for path in sorted(documents) for section in documents[path].sections]


def _is_told(section: Section) -> bool:
    """An empty text before the first heading comes and goes without a word."""
    return bool(section.level or section.blocks)


class _Matching:
    """Which old section is which new one; filled in rounds."""

    def __init__(self, old: Sequence[Section], new: Sequence[Section]) -> None:
        self._old = {(section.path, section.index): section for section in old}
        self._new = {(section.path, section.index): section for section in new}
        self._to_new: dict[tuple[str, int], tuple[str, int]] = {}
        self._to_old: dict[tuple[str, int], tuple[str, int]] = {}
        ordinal_old, ordinal_new = _ordinals(old), _ordinals(new)
        self._key: dict[int, Hashable] = {
            **{id(section): ordinal_old[section.path, section.index] for section in old},
            **{id(section): ordinal_new[section.path, section.index] for section in new},
        }
        self._match_unique(lambda s: (s.path, self._key[id(s)], s.title, s.body))
        self._match_unique(lambda s: (s.body, s.title) if s.body else None)
        self._match_unique(lambda s: s.body or None)
        self._match_unique(lambda s: (s.path, self._key[id(s)]))
        self._match_unique(lambda s: s.tree if s.children else None)
        self._match_parents()
        self._match_children()
        self._match_alike()
        self._match_parents()
        self._match_children()

    @property
    def pairs(self) -> list[tuple[Section, Section]]:
        return [(self._old[was], self._new[now]) for was, now in self._to_new.items()]

    def old_left(self) -> Iterator[Section]:
        return (section for place, section in self._old.items() if place not in self._to_new)

    def new_left(self) -> Iterator[Section]:
        return (section for place, section in self._new.items() if place not in self._to_old)

    def has_moved(self, old: Section, new: Section) -> bool:
        """Whether it stands under another parent now; what moved with its parent did not."""
        if old.parent is None or new.parent is None:
            return old.parent is not new.parent or old.path != new.path
        return self._to_new.get((old.path, old.parent)) != (new.path, new.parent)

    def _join(self, old: Section, new: Section) -> None:
        was, now = (old.path, old.index), (new.path, new.index)
        self._to_new[was], self._to_old[now] = now, was

    def _match_unique(self, key: Key) -> None:
        """Join what has a key that occurs once on either side."""
        one, other = _by_key(self.old_left(), key), _by_key(self.new_left(), key)
        for value, sections in one.items():
            if len(sections) == 1 and len(other.get(value, ())) == 1:
                self._join(sections[0], other[value][0])

    def _match_parents(self) -> None:
        """Join a section with the one that most of its children went to, deepest first.

        A document whose title changed is thereby one renamed section, not a moved one per
        child.
        """
        for old in sorted(self.old_left(), key=lambda section: -section.level):
            went = (self._to_new.get((old.path, child)) for child in old.children)
            parents = Counter(
                (place[0], parent)
                for place in went
                if place and (parent := self._new[place].parent) is not None
            )
            for place, count in parents.most_common(1):
                new = self._new[place]
                free = place not in self._to_old and new.level == old.level
                if free and 2 * count > max(len(old.children), 1):
                    self._join(old, new)

    def _match_children(self) -> None:
        """Join what kept its title below a joined parent, from the top down.

        So sections without words of their own follow a document that got another name.
        """
        waiting = self.pairs
        while waiting:
            old, new = waiting.pop()
            one = _by_key(self._children_left(old, self._old, self._to_new), _title_of)
            other = _by_key(self._children_left(new, self._new, self._to_old), _title_of)
            for title, sections in one.items():
                if len(sections) == len(other.get(title, ())):
                    for pair in zip(sections, other[title], strict=True):
                        self._join(*pair)
                        waiting.append(pair)

    def _children_left(
        self,
        section: Section,
        sections: Mapping[tuple[str, int], Section],
        joined: Mapping[tuple[str, int], tuple[str, int]],
    ) -> Iterator[Section]:
        places = ((section.path, child) for child in section.children)
        return (sections[place] for place in places if place not in joined)

    def _match_alike(self) -> None:
        """Join the most alike first; those of one document, and of one level, before others."""
        old, new = list(self.old_left()), list(self.new_left())
        across = len(old) * len(new) <= PAIR_LIMIT
        bags = {id(section): words_of(_text(section)) for section in (*old, *new)}
        scored = [
            (-score, *_distance(was, now), was.path, was.index, now.path, now.index, was, now)
            for was in old
            for now in new
            if (across or was.path == now.path)
            and bool(was.level) == bool(now.level)
            and (score := _likeness(was, now, bags)) >= SECTION_LIKENESS
        ]
        for *_, was, now in sorted(scored, key=lambda row: row[:-2]):
            taken = (was.path, was.index) in self._to_new or (now.path, now.index) in self._to_old
            if not taken:
                self._join(was, now)


def _likeness(old: Section, new: Section, bags: Mapping[int, Counter[str]]) -> float:
    # A title alone proves little: "Overview" stands in every second document.
    if not (old.blocks and new.blocks) and old.path != new.path:
        return 0.0
    return dice(bags[id(old)], bags[id(new)])


def _distance(old: Section, new: Section) -> tuple[bool, int]:
    return old.path != new.path, abs(old.level - new.level)


def _title_of(section: Section) -> str:
    return section.title


def _text(section: Section) -> str:
    return "\n".join((section.title, *(block.text for block in section.blocks)))


def _ordinals(sections: Sequence[Section]) -> dict[tuple[str, int], Hashable]:
    """A person's id where there is one, else the heading path and which of its kind it is."""
    seen: Counter[Hashable] = Counter()
    keys: dict[tuple[str, int], Hashable] = {}
    for section in sections:
        if section.is_named:
            keys[section.path, section.index] = section.anchor
            continue
        place = (section.path, section.trail)
        keys[section.path, section.index] = (section.trail, seen[place])
        seen[place] += 1
    return keys


def _by_key(sections: Iterable[Section], key: Key) -> Mapping[Hashable, list[Section]]:
    found: defaultdict[Hashable, list[Section]] = defaultdict(list)
    for section in sections:
        if (value := key(section)) is not None:
            found[value].append(section)
    return found


def _changes(matching: _Matching) -> Iterator[SectionChange]:
    for old, new in matching.pairs:
        if not (_is_told(old) or _is_told(new)):
            continue
        moved = matching.has_moved(old, new)
        renamed = old.title != new.title or (old.anchor != new.anchor and old.is_named)
        said = old.body != new.body
        if moved or renamed or said or old.clearance is not new.clearance:
            pieces = tuple(piece_changes(list(pieces_of(old)), list(pieces_of(new))))
            titles = (old.title, new.title) if old.title != new.title else ("", "")
            kind = (
                ChangeKind.MOVED
                if moved
                else ChangeKind.RENAMED
                if renamed and not said
                else ChangeKind.CHANGED
            )
            yield SectionChange(kind, old, new, pieces, facts_moved(titles, pieces))


def _removed(section: Section) -> SectionChange:
    pieces = tuple(PieceChange(piece, None) for piece in pieces_of(section))
    facts = facts_moved((section.title, ""), pieces)
    return SectionChange(ChangeKind.REMOVED, section, None, pieces, facts)


def _added(section: Section) -> SectionChange:
    pieces = tuple(PieceChange(None, piece) for piece in pieces_of(section))
    facts = facts_moved(("", section.title), pieces)
    return SectionChange(ChangeKind.ADDED, None, section, pieces, facts)


def facts_moved(titles: tuple[str, str], pieces: Sequence[PieceChange]) -> tuple[FactChange, ...]:
    """The facts that moved between a section's old and new title, and in its changed pieces.

    A fact of a table's row is quoted with the row's first cell: “House: 1,200”.
    """
    before = facts_by_text((titles[0], *(_prose(change.old) for change in pieces)))
    after = facts_by_text((titles[1], *(_prose(change.new) for change in pieces)))
    passages: list[tuple[list[Fact], list[Fact]]] = []
    rows: list[tuple[list[Fact], list[Fact]]] = []
    for change, old, new in zip((None, *pieces), before, after, strict=True):
        key = change.row if change else ""
        labelled = ([fact.labelled(key) for fact in old], [fact.labelled(key) for fact in new])
        is_same_row = bool(key and change and change.old and change.new)
        (rows if is_same_row else passages).append(labelled)
    return moved_between(passages, rows)


def _prose(piece: Piece | None) -> str:
    return piece.text if piece and piece.is_prose else ""


def piece_changes(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[PieceChange]:
    """Pieces that differ, in reading order; what both versions have in order is left out."""
    matcher = SequenceMatcher(
        None, [piece.digest for piece in old], [piece.digest for piece in new], autojunk=False
    )
    for tag, start, end, from_, to in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(old[start:end], new[from_:to])


def _paired(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[PieceChange]:
    partner = _partners(old, new)
    taken = set(partner.values())
    for place, piece in enumerate(old):
        yield PieceChange(piece, new[partner[place]] if place in partner else None)
    for place, piece in enumerate(new):
        if place not in taken:
            yield PieceChange(None, piece)


def _partners(old: Sequence[Piece], new: Sequence[Piece]) -> dict[int, int]:
    """Old place → new place: table rows by their key, the rest by kind and likeness."""
    bags_old = [words_of(piece.text) for piece in old]
    bags_new = [words_of(piece.text) for piece in new]
    scored = []
    for was, piece in enumerate(old):
        for now, other in enumerate(new):
            if piece.kind != other.kind:
                continue
            same_row = piece.kind == "row" and piece.key == other.key
            score = 2.0 if same_row else dice(bags_old[was], bags_new[now])
            if score >= PIECE_LIKENESS:
                scored.append((-score, abs(was - now), was, now))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for *_, was, now in sorted(scored):
        if was not in partner and now not in taken:
            partner[was] = now
            taken.add(now)
    return partner


def _front_changes(
    old: Mapping[str, Document], new: Mapping[str, Document]
) -> Iterator[FrontChange]:
    for path in sorted(old.keys() & new.keys()):
        before, after = old[path].front_values, new[path].front_values
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                yield FrontChange(path, key, _written(before.get(key)), _written(after.get(key)))


def _written(value: object) -> str:
    return "" if value is None else str(value)
