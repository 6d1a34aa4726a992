"""Names that the derived text has and nothing of its source: people, products, menus, code.

Addresses, handles and codes are facts and looked at there. Here are words in capitals inside a
sentence, names in mixed case anywhere, and blocks of code. The first word of a sentence and the
words of a heading prove nothing, since they are written in capitals anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from opsrail.tailor.faithful.align import Alignment
from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.quoting import Texts, shortened
from opsrail.tailor.faithful.statements import Sort, Statement, folded, plain, stem
from opsrail.tailor.faithful.terms import Reading, in_own_words

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ADDRESS = re.compile(r"\S+@\S+|\S+://\S+|www\.\S+|[@#][\w.-]+|`[^`\n]*`")
_MIXED_CASE = re.compile(r"[A-Z]?[a-z]+[A-Z]\w*|[A-Z]{2,}\w*")
_BEGINS = re.compile(r"(?:^|[.!?:;|→>(“\"‘–—]|\s[-–/])[\s*_\"“‘(\[]*$")
_MENU_BEGINS = re.compile(r"[→>][\s*_\"“(\[]*$")
_ROOT = 5
_OF_PLACES = ("n", "an", "ian", "a", "ia", "ish")
"""How the name of a place and that of its people differ: Colombia, Colombian."""
_EVERYDAY = frozenset(
    """
    i i'm i'll i've i'd ok okay faq note tip id ids url urls pdf csv api ui no yes
    mr mrs ms dr am pm utc cet gmt est pst monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december english
    """.split()
)


def entity_departures(
    found: Alignment, reading: Reading, texts: Texts, documents: Iterable[str]
) -> Iterator[Departure]:
    """A departure for each new name, told where it first stands. `documents` are the source's
    texts in full, with what is no statement in them.
    """
    known = _vocabulary(documents, reading)
    equal = set(found.equal.values())
    seen: set[str] = set()
    for statement in found.derived:
        if statement.number in equal or statement.sort is Sort.QUOTE:
            continue
        if statement.sort is Sort.CODE:
            own = (in_own_words(line, reading.words) for line in texts.source.lines)
            lines = (*texts.source.lines, *own)
            if line := _first_new_line(statement, lines):
                yield _new(statement, shortened(line), texts)
            continue
        for name in _new_names(statement, known):
            if name.lower() not in seen:
                seen.add(name.lower())
                yield _new(statement, name, texts)


def _vocabulary(documents: Iterable[str], reading: Reading) -> frozenset[str]:
    every = (*documents, *reading.allowed, *reading.hand_over, *reading.words.values())
    words = {word.lower().strip("_") for text in every for word in _WORD.findall(text)}
    parts = {part for word in words for part in re.split(r"[-'’]", word)}
    return frozenset(words | parts | {stem(word) for word in words | parts})


def _is_known(name: str, known: frozenset[str]) -> bool:
    word = name.lower().removesuffix("'s").removesuffix("’s")
    if word in known or stem(word) in known or word in _EVERYDAY:
        return True
    parts = [part.lower() for part in re.split(r"[-'’]", name) if part[:1].isupper()]
    if word.count("-") and all(part in known or stem(part) in known for part in parts):
        return True
    return len(word) > _ROOT and any(
        word[:size] in known or word[:size] + ending in known
        for size in range(max(_ROOT, len(word) - 3), len(word))
        for ending in _OF_PLACES
    )


def _new_names(statement: Statement, known: frozenset[str]) -> Iterator[str]:
    """Names that nobody knows, those side by side as one."""
    text = ""
    end = -2
    for start, word in _names(statement):
        if _is_known(word, known):
            continue
        if text and start != end + 1:
            yield text
            text = ""
        text = f"{text} {word}" if text else word
        end = start + len(word)
    if text:
        yield text


def _names(statement: Statement) -> Iterator[tuple[int, str]]:
    """Words in capitals where small letters were to be expected, with their places."""
    text = plain(_ADDRESS.sub(lambda found: " " * len(found[0]), statement.text))
    is_heading = statement.sort is Sort.HEADING or _is_titled(text)
    for found in _WORD.finditer(text):
        word = found[0]
        if not any(letter.isupper() for letter in word):
            continue
        before = text[: found.start()]
        at_begin = _BEGINS.search(before) and not _MENU_BEGINS.search(before)
        is_odd = bool(_MIXED_CASE.fullmatch(word)) and not text.isupper()
        if is_odd or (word[0].isupper() and not at_begin and not is_heading):
            yield found.start(), word


def _is_titled(text: str) -> bool:
    """Whether nearly every longer word has a capital, as titles are written, without a stop."""
    if text.rstrip().endswith((".", "!", "?", ":", ";")):
        return False
    words = [word for word in _WORD.findall(text) if len(word) > 3]
    return len(words) > 2 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def _first_new_line(code: Statement, source: Sequence[str]) -> str:
    """The first line of code that the source has nowhere, not as prose either."""
    there = {folded(line) for line in source}
    lines = (line.strip() for line in code.text.splitlines())
    return next((line for line in lines if _WORD.search(line) and folded(line) not in there), "")


def _new(statement: Statement, name: str, texts: Texts) -> Departure:
    what = "code" if statement.sort is Sort.CODE else "name"
    return Departure(
        Kind.ENTITY_NEW,
        None,
        texts.in_derived(statement, name, name),
        f"the {what} “{name}” is not in the source",
    )
