"""What changed, told: each change with its weight, old → new, its section and its day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from opsrail.content.changes import ChangeKind, PieceChange, Weight
from opsrail.content.facts import FactChange, FactKind
from opsrail.content.pieces import Piece
from opsrail.site.edition import Edition
from opsrail.site.history import News
from opsrail.site.layout import Layout
from opsrail.site.markup import badge, boxed, linked, span
from opsrail.site.prose import escaped, words_only

Say = Callable[[str], str]
"""Puts plain words into the reader's own."""

WEIGHTS = {Weight.MUST_REREAD: "must", Weight.WORTH_KNOWING: "know", Weight.WORDING: "word"}
MOST_PIECES = 6
MOST_WORDS = 400
CONTEXT = 8
"""Words shown on either side of what changed."""

_KINDS = {
    ChangeKind.ADDED: "new section",
    ChangeKind.REMOVED: "section removed",
    ChangeKind.MOVED: "moved here",
    ChangeKind.RENAMED: "renamed",
}
_WORD = re.compile(r"\S+")


def weight_badge(weight: Weight) -> str:
    """How much a change weighs, as a badge."""
    return badge(WEIGHTS[weight], weight)


def place_of(edition: Edition, layout: Layout, news: News, page: str) -> str:
    """`Refunds § Approval bands`, linked to the section where it stands now."""
    found = edition.catalog.section(news.name) if news.name else None
    if found is None:
        return linked(news.change.section.title, None)
    document, section = found
    title = edition.title(document)
    text = f"{title} § {section.title}" if title != section.title else title
    return linked(words_only(text), layout.to(document.path, page, section.anchor))


def told(edition: Edition, layout: Layout, news: News, page: str, say: Say, where: str) -> str:
    """One change as a box. `where` names, in Markdown, the pages through which it reaches."""
    parts = [weight_badge(news.weight), span("place", place_of(edition, layout, news, page))]
    if news.change.kind in _KINDS:
        parts.append(span("meta", _KINDS[news.change.kind]))
    said = "\n".join(f"-   {item}" for item in _said(news, say))
    return boxed(
        f"ops-change ops-change--{WEIGHTS[news.weight]}",
        " ".join(parts),
        said,
        f"{_since(edition, news, where)}\n{{: .ops-meta }}",
        search=False,
    )


def _since(edition: Edition, news: News, where: str) -> str:
    parts = [where]
    if edition.is_internal:
        parts.append(f"since `{news.commit[:7]}`")
        if edition.clearance.admits(news.needs) and news.subject:
            parts.append(escaped(news.subject))
    return " · ".join(part for part in parts if part)


def _said(news: News, say: Say) -> Iterator[str]:
    """Old → new: facts first; then, where they don't say it all, the words around them."""
    facts = [change for change in news.change.facts if change.kind is not FactKind.DEONTIC]
    if news.change.old and news.change.new and news.change.old.title != news.change.new.title:
        yield _arrow(say(news.change.old.title), say(news.change.new.title))
    if news.change.kind in {ChangeKind.ADDED, ChangeKind.REMOVED}:
        return
    quoted = [piece for piece in news.change.pieces if not _is_told_by(piece, facts)]
    whole = [words_only(_whole(piece)) for piece in quoted[:MOST_PIECES]]
    for change in facts:
        if not _is_quoted(change, whole):
            yield fact_line(change, say)
    for piece in quoted[:MOST_PIECES]:
        yield piece_line(piece, say)
    if (more := len(quoted) - MOST_PIECES) > 0:
        yield f"and {more} more in this section"


def _whole(piece: PieceChange) -> str:
    """The text of a passage that came or went as a whole."""
    side = piece.new if piece.old is None else piece.old if piece.new is None else None
    return side.text if side else ""


def _is_quoted(change: FactChange, passages: Sequence[str]) -> bool:
    """Whether a fact came or went with a passage that is quoted anyway."""
    one_sided = change.old is None or change.new is None
    text = change.new.text if change.new else change.old.text if change.old else ""
    return one_sided and any(text in passage for passage in passages)


def _is_told_by(piece: PieceChange, facts: Sequence[FactChange]) -> bool:
    """Whether the fact lines already say all that happened to a piece."""
    if piece.old is None or piece.new is None or piece.is_readership:
        return False
    old, new = words_only(piece.old.text), words_only(piece.new.text)
    return any(
        change.old
        and change.new
        and change.old.text in old
        and old.replace(change.old.text, change.new.text, 1) == new
        for change in facts
    )


def fact_line(change: FactChange, say: Say) -> str:
    """`within 30 days of the charge → within 14 days of the charge (lowered)`."""
    if change.old and change.new:
        word = f" {span('meta', change.direction)}" if change.direction != "changed" else ""
        before, after = change.words
        return f"{_label(change, say)}{_arrow(say(before), say(after))}{word}"
    text = _side(say("".join(change.words)), is_new=bool(change.new))
    return f"{span('meta', f'{change.direction}:')} {_label(change, say)}{text}"


def _label(change: FactChange, say: Say) -> str:
    return f"{escaped(say(change.label))}: " if change.label else ""


def _arrow(old: str, new: str) -> str:
    return f"{_side(old, is_new=False)} → {_side(new, is_new=True)}"


def _side(text: str, *, is_new: bool) -> str:
    return span("new" if is_new else "old", escaped(text))


def piece_line(change: PieceChange, say: Say) -> str:
    """A paragraph, step or row: what is new, what is gone, or which words of it changed."""
    if change.old and change.new:
        words = _compared(_text(change.old, say), _text(change.new, say))
        return words or span("meta", "for other readers, or other permissions, than before")
    if change.new:
        return f"{span('meta', 'new:')} {span('new', escaped(_cut(_text(change.new, say))))}"
    gone = _cut(_text(change.old, say)) if change.old else ""
    return f"{span('meta', 'gone:')} {span('old', escaped(gone))}"


def _text(piece: Piece, say: Say) -> str:
    return say(words_only(piece.text))


def _cut(text: str) -> str:
    words = text.split()
    return f"{' '.join(words[:40])} …" if len(words) > 40 else text


def _compared(old: str, new: str) -> str:
    """Two versions of a text in one, with only some words around what changed."""
    was, now = _WORD.findall(old)[:MOST_WORDS], _WORD.findall(new)[:MOST_WORDS]
    if was == now:
        return ""
    parts: list[str] = []
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    codes = matcher.get_opcodes()
    for place, (tag, start, end, from_, to) in enumerate(codes):
        if tag == "equal":
            parts.append(escaped(_around(was[start:end], place, len(codes))))
            continue
        if start < end:
            parts.append(_side(" ".join(was[start:end]), is_new=False))
        if from_ < to:
            parts.append(_side(" ".join(now[from_:to]), is_new=True))
    return " ".join(part for part in parts if part)


def _around(words: list[str], place: int, count: int) -> str:
    before = words[:CONTEXT] if place else []
    after = words[-CONTEXT:] if place < count - 1 else []
    if len(words) <= len(before) + len(after):
        return " ".join(words)
    return " ".join((*before, "…", *after))
