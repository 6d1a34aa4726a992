"""From the Markdown of one block to its facts, in one pass over the blanked text.

A single search jumps from one place where a fact can begin to the next; the first character
says which readers to try there, and the first that reads something wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from opsrail.content.facts import dates, deontic, durations, labels, money, numbers, percents
from opsrail.content.facts.addresses import read_addresses
from opsrail.content.facts.binding import Words, bind
from opsrail.content.facts.comparators import comparator
from opsrail.content.facts.figures import NUMBER_WORD
from opsrail.content.facts.model import Fact, FactKind, Value

_Reader = Callable[[str, int], Value | None]

_STARTS = re.compile(
    r"(?<!\w)(?:"
    r"(?P<phone>\+\d[\d\s().-]{7,20}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d))"
    r"|(?P<digit>\d)"
    rf"|(?P<currency>{money.BEFORE})"
    rf"|(?P<date>{dates.NAME})"
    rf"|(?P<label>{labels.NAME})"
    rf"|(?P<deontic>{deontic.NAME})"
    rf"|(?P<single>(?i:half\b|an?\s|next\s))"
    rf"|(?P<word>(?i:{NUMBER_WORD})))"
)
_READERS: dict[str, tuple[_Reader, ...]] = {
    "phone": (),
    "digit": (dates.read, money.read, percents.read, durations.read, labels.read, numbers.read),
    "currency": (money.read_prefixed,),
    "date": (dates.read_named, deontic.read),
    "label": (labels.read_named,),
    "deontic": (deontic.read,),
    "single": (durations.read_single, money.read, percents.read, numbers.read),
    "word": (money.read, percents.read, durations.read, numbers.read),
}
_REST_OF_TOKEN = re.compile(r"\d[\w.,:/'’‑–—-]{0,200}")
_TOO_LONG = 160
_GAPS = re.compile(r"\s+")
_QUOTE_MARKS = re.compile(r"\]\([^()\s]*\)|[*`\[\]]|~~|\\(?=\W)")


def find_facts(text: str) -> tuple[Fact, ...]:
    """The facts of one block of Markdown (a paragraph, list item, heading or table cell), in order.

    Nothing is found in fenced code, HTML, comments or link targets, apart from absolute URLs.
    """
    prose, values = read_addresses(text)
    values += _scan(prose)
    if not values:
        return ()
    values.sort(key=lambda value: value.start)
    words = Words(prose)
    return tuple(_bound(text, prose, words, value) for value in values)


def _scan(prose: str) -> Iterator[Value]:
    at = 0
    while start := _STARTS.search(prose, at):
        group = start.lastgroup or ""
        value = _first(_READERS[group], prose, start.start())
        if value is not None:
            yield value
            at = value.end
        elif group == "digit" and (rest := _REST_OF_TOKEN.match(prose, start.start())):
            at = rest.end()
        else:
            at = start.end()


def _first(readers: tuple[_Reader, ...], prose: str, at: int) -> Value | None:
    for read in readers:
        if value := read(prose, at):
            return value
    return None


def _bound(text: str, prose: str, words: Words, value: Value) -> Fact:
    sign, begin, finish = "", value.start, value.end
    if value.kind is not FactKind.DEONTIC:
        sign, begin, finish = comparator(prose, value.kind, value.start, value.end)
    around = Value(value.kind, value.value, begin, finish)
    noun = bind(words, around)
    first = min(begin, noun.start) if noun.start >= 0 else begin
    first = min(first, _named_just_before(prose, begin, sign))
    last = max(finish, noun.end)
    said = _quoted(text[first:last], text[value.start : value.end])
    if value.kind in (FactKind.CODE, FactKind.URL):
        said = text[value.start : value.end]
    return Fact(
        value.kind, value.value, sign, noun.noun, said, value.start, value.end, value.amount
    )


_WORD_BEFORE = re.compile(r"(?<!\w)[^\W\d_]{3,24}\s$")


def _named_just_before(prose: str, begin: int, sign: str) -> int:
    """Where the word before the bound starts, as in "charges over USD 50"."""
    found = _WORD_BEFORE.search(prose, max(0, begin - 25), begin) if sign in (">", "<") else None
    return found.start() if found else begin


def _quoted(said: str, value: str) -> str:
    clean = _GAPS.sub(" ", _QUOTE_MARKS.sub("", said)).strip()
    if len(clean) > _TOO_LONG or not clean:
        clean = _GAPS.sub(" ", value).strip()[:_TOO_LONG]
    return clean
