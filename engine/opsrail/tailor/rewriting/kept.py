"""What a rewritten text has to keep besides facts and rules, and what it may not add.

Facts and rules are the faithful judge's. But a model also drops a whole remark, turns five items
into nine, thanks the reader, or speaks about the text instead of saying it. Where people edit, all
of that is theirs to do; of a model it is asked that items, code and links stay, and that every
sentence of either text is found in the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from opsrail.content.model import BlockKind, Document
from opsrail.content.pieces import Piece, pieces_of
from opsrail.content.sections import parse_document
from opsrail.tailor.faithful.words.source import Level, Source
from opsrail.tailor.faithful.words.tokens import Word, words_of

KEPT = 0.75
"""The share of a source sentence's own words that the answer has to have: the word, one of the
same root, or a synonym. With less, “and deleted afterwards” could go from the end of a long
sentence. A false alarm costs little: the source's own words stay.
"""
FOUND = 0.5
"""The share of an answer sentence's own words that its text has to have. What a small model made
up about a real handbook had about one in four.
"""
FEW = 3
"""Words of its own from which on a sentence says something that can be looked for."""

_KINDS = {"item": "item", "step": "step", "row": "row of a table"}
_FENCES = re.compile(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_WAY = re.compile(r"[A-Z][\w-]*(?: [A-Z][\w-]*)?(?: → [\w-]+(?: [A-Z][\w-]*)*)+")
"""A way through menus: Settings → Billing → Cancel."""
_TURNS = {
    "an exception": re.compile(
        r"\b(?:unless|except\w*|exclud\w+|other than|apart from|aside from|but not|besides)\b",
        re.IGNORECASE,
    ),
    "“only”": re.compile(
        r"\b(?:only|solely|exclusively|nothing but|no more than|alone)\b", re.IGNORECASE
    ),
    "a condition": re.compile(
        r"\b(?:if|when|whenever|once|as soon as|in case|provided|until|before|after)\b",
        re.IGNORECASE,
    ),
    "a denial": re.compile(
        r"\b(?:not|no|never|none|nobody|nothing|without|neither|nor|cannot|\w+n['’]t)\b",
        re.IGNORECASE,
    ),
}
"""Words on which a sentence turns. A text that has none of a kind cannot gain one, and the other
way round.
"""


def losses(text: str, answer: str) -> Iterator[str]:
    """What is gone, or came in, one plain sentence each."""
    before, after = parse_document("", text), parse_document("", answer)
    yield from _structure(before, after)
    yield from _code(before, after, text, answer)
    yield from _links(before, after)
    yield from _turns(text, answer)
    yield from (f"“{quote}” is not said any more" for quote in _unfound(before, answer, KEPT))
    yield from (f"“{quote}” is not what the text says" for quote in _unfound(after, text, FOUND))


def unsaid(answer: str, texts: str) -> Iterator[str]:
    """The sentences of an answer that the texts it was made from do not have, quoted."""
    return _unfound(parse_document("", answer), texts, FOUND)


def _pieces(document: Document) -> Iterator[Piece]:
    return (piece for section in document.sections for piece in pieces_of(section))


def _structure(before: Document, after: Document) -> Iterator[str]:
    counts = [Counter(piece.kind for piece in _pieces(one)) for one in (before, after)]
    for kind, name in _KINDS.items():
        had, has = (count[kind] for count in counts)
        if had != has:
            yield f"the text has {had} of the kind “{name}”, and the answer {has}"


def _code(before: Document, after: Document, text: str, answer: str) -> Iterator[str]:
    blocks = [
        Counter(piece.text.strip() for piece in _pieces(one) if piece.kind == BlockKind.CODE)
        for one in (before, after)
    ]
    for code in blocks[0] - blocks[1]:
        yield f"the code “{_short(_FENCES.sub('', code))}” is gone, or is another"
    for span in dict.fromkeys(_CODE.findall(text)):
        if span not in answer:
            yield f"the code “{_short(span)}” is gone"
    shown = answer.replace("*", "")
    for way in dict.fromkeys(_WAY.findall(text.replace("*", ""))):
        if way not in shown:
            yield f"the way “{_short(way)}” is gone, or is another"


def _links(before: Document, after: Document) -> Iterator[str]:
    kept = {link.target for link in after.links}
    for target in dict.fromkeys(link.target for link in before.links):
        if target not in kept:
            yield f"the link to {target} is gone"


def _turns(text: str, answer: str) -> Iterator[str]:
    for what, words in _TURNS.items():
        had, has = words.search(text), words.search(answer)
        if had and not has:
            yield f"{what} is gone: “{had[0]}”"
        elif has and not had:
            yield f"{what} came in: “{has[0]}”"


def _unfound(document: Document, other: str, least: float) -> Iterator[str]:
    """The sentences of a text of whose words another one has less than this share."""
    source = Source(other)
    for piece in _pieces(document):
        if not piece.is_prose:
            continue
        for _, group in groupby(words_of(piece.text), key=lambda word: word.sentence):
            words = list(group)
            if _is_unfound(words, source, least):
                yield _short(piece.text[words[0].start : words[-1].end])


def _is_unfound(words: list[Word], source: Source, least: float) -> bool:
    own = [word for word in words if word.sort.is_content]
    if len(own) < FEW:
        return False
    found = sum(source.find(word)[0] is not Level.ABSENT for word in own)
    return found / len(own) < least


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
