"""Small false edits of a derived text, one at a time, as a hurried person or a model makes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from random import Random
from typing import Final

from opsrail.content.facts import Fact, FactKind, find_facts
from opsrail.tailor.faithful import Kind

Edit = Callable[[str, Random], str | None]
"""From a text to one that says something else, or None where it has no place for the edit."""

_QUANTITIES = frozenset({FactKind.DURATION, FactKind.MONEY, FactKind.NUMBER, FactKind.PERCENT})
_PROSE_LINE = re.compile(r"^(?!\s*(?:#|\||`{3}|~{3}|<|!\[)).*\w.*", re.MULTILINE)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,}).*?^\s*\1", re.MULTILINE | re.DOTALL)
_NO_PROSE = re.compile(
    rf"{_FENCE.pattern}|^ {{0,3}}<(style|table|div)\b.*?(?:</\2>|\Z)", re.MULTILINE | re.DOTALL
)
_STEP = re.compile(r"^(?:\d+[.)]|- \[ \]) ")
_LINK = re.compile(r"(?<!!)(\[[^\[\]\n]+\]\()([^()\s]+)(\))")
_ROW = re.compile(r"^\|.*\|\s*$", re.MULTILINE)


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines of prose with where they start; code has none."""
    masked = _NO_PROSE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)
    return [(found.start(), found[0]) for found in _PROSE_LINE.finditer(masked)]


def _facts(text: str) -> list[tuple[int, Fact]]:
    return [
        (start, fact)
        for start, line in _lines(text)
        for fact in find_facts(line)
        if fact.kind in _QUANTITIES
    ]


def other_number(text: str, chance: Random) -> str | None:
    """Another figure in place of one."""
    places = [
        (at + fact.start, text[at + fact.start : at + fact.end])
        for at, fact in _facts(text)
        if re.search(r"\d", text[at + fact.start : at + fact.end])
    ]
    if not places:
        return None
    start, said = chance.choice(places)
    wrong = re.sub(r"\d+", lambda figure: str(int(figure[0]) * 3 + 7), said, count=1)
    return text[:start] + wrong + text[start + len(said) :]


def _word_gone(pattern: str, instead: str = "") -> Edit:
    word = re.compile(pattern, re.IGNORECASE)

    def edit(text: str, chance: Random) -> str | None:
        places = [
            (at + found.start(), at + found.end())
            for at, line in _lines(text)
            for found in word.finditer(re.sub(r"`[^`]*`|\]\([^)]*\)", _blank, line))
        ]
        if not places:
            return None
        start, end = chance.choice(places)
        return text[:start] + instead + text[end:]

    return edit


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def swapped_rows(text: str, chance: Random) -> str | None:
    """Two quantities of one column that changed places."""
    rows = [(m.start(), m[0]) for m in _ROW.finditer(_FENCE.sub("", text))]
    if "```" in text or "~~~" in text or "| Fact |" in text:
        return None
    cells = [(start, row.split("|")) for start, row in rows]
    choices = [
        (one, other, column)
        for one, other in combinations(cells, 2)
        if len(one[1]) == len(other[1])
        for column in range(2, len(one[1]) - 1)
        if _differ(one[1][column], other[1][column])
        and one[1][1].strip().lower() != other[1][1].strip().lower()
    ]
    if not choices:
        return None
    one, other, column = chance.choice(choices)
    changed = {start: list(row) for start, row in (one, other)}
    changed[one[0]][column], changed[other[0]][column] = other[1][column], one[1][column]
    for start, row in sorted((one, other), reverse=True):
        length = len("|".join(row))
        text = text[:start] + "|".join(changed[start]) + text[start + length :]
    return text


def _differ(one: str, other: str) -> bool:
    values = [{f.value for f in find_facts(cell) if f.kind in _QUANTITIES} for cell in (one, other)]
    return bool(values[0] and values[1] and not values[0] & values[1])


def swapped_steps(text: str, chance: Random) -> str | None:
    """Two steps that follow each other, the other way round."""
    lines = text.split("\n")
    places = [
        at
        for at in range(len(lines) - 1)
        if _STEP.match(lines[at])
        and _STEP.match(lines[at + 1])
        and (at + 2 == len(lines) or not lines[at + 2].startswith(" "))
        and _words(lines[at]) != _words(lines[at + 1])
    ]
    if not places:
        return None
    at = chance.choice(places)
    marks = [(_STEP.match(lines[n]) or [""])[0] for n in (at, at + 1)]
    one, other = (line[len(mark) :] for line, mark in zip(lines[at : at + 2], marks, strict=True))
    lines[at], lines[at + 1] = marks[0] + other, marks[1] + one
    return "\n".join(lines)


def dropped_step(text: str, chance: Random) -> str | None:
    """A step that is gone."""
    lines = text.split("\n")
    places = [
        at
        for at in range(len(lines))
        if _STEP.match(lines[at])
        and (at + 1 == len(lines) or not lines[at + 1].startswith(" "))
        and lines.count(lines[at]) == 1
    ]
    if not places:
        return None
    del lines[chance.choice(places)]
    return "\n".join(lines)


def _words(line: str) -> str:
    return re.sub(r"\W+", " ", _STEP.sub("", line)).lower()


def other_link(text: str, chance: Random) -> str | None:
    """A link that leads elsewhere."""
    links = list(_LINK.finditer(text))
    if not links:
        return None
    link = chance.choice(links)
    if len({found[2] for found in links if found[1] == link[1]}) > 1:
        return None
    return f"{text[: link.start()]}{link[1]}{link[2]}-elsewhere{link[3]}{text[link.end() :]}"


def new_name(text: str, chance: Random) -> str | None:
    """A product that the source doesn't know."""
    places = [
        at + found.end() - 1
        for at, line in _lines(text)
        for found in re.finditer(r"[a-z]{3}[.]$", line)
    ]
    if not places:
        return None
    at = chance.choice(places)
    return f"{text[:at]} in Quillbase{text[at:]}"


EDITS: Final[Mapping[str, tuple[Edit, frozenset[Kind]]]] = {
    "another number": (other_number, frozenset({Kind.FACT_CHANGED, Kind.FACT_ADDED})),
    "must becomes may": (_word_gone(r"\bmust\b", "may"), frozenset({Kind.DEONTIC})),
    "must dropped": (_word_gone(r"\bmust\b (?!not\b)"), frozenset({Kind.DEONTIC})),
    "never dropped": (_word_gone(r"\bnever\b "), frozenset({Kind.DEONTIC})),
    "only dropped": (_word_gone(r"(?<!not )(?<!read )\bonly\b "), frozenset({Kind.DEONTIC})),
    "not dropped": (
        _word_gone(r"(?<=do) not\b|(?<=does) not\b|(?<=is) not\b|(?<=are) not\b|(?<=do)n['’]t\b"),
        frozenset({Kind.NEGATION, Kind.DEONTIC}),
    ),
    "values of rows swapped": (swapped_rows, frozenset({Kind.FACT_CHANGED})),
    "steps swapped": (swapped_steps, frozenset({Kind.STEP_ORDER})),
    "step dropped": (dropped_step, frozenset({Kind.OBLIGATION_LOST})),
    "link led elsewhere": (other_link, frozenset({Kind.LINK_TARGET})),
    "new name": (new_name, frozenset({Kind.ENTITY_NEW})),
}
"""What the edit is called → the edit, and the departures that are right about it."""


def _masked(line: str) -> str:
    """A line without code, handles and targets: these are not put into other words."""
    return _KEPT.sub(_blank, line)


def _worded(pattern: str, instead: str | Callable[[re.Match[str]], str]) -> Edit:
    """One place where a pattern stands in prose, said otherwise."""
    words = re.compile(pattern)

    def say(found: re.Match[str]) -> str:
        return found.expand(instead) if isinstance(instead, str) else instead(found)

    def edit(text: str, chance: Random) -> str | None:
        places = [
            (at + found.start(), at + found.end(), say(found))
            for at, line in _lines(text)
            for found in words.finditer(line)
            if found[0] == _masked(line)[found.start() : found.end()]
        ]
        if not places:
            return None
        start, end, said = chance.choice(places)
        return text[:start] + said + text[end:]

    return edit


_KEPT = re.compile(r"`[^`]*`|\]\([^)]*\)|[#@][\w.-]+|\S+://\S+")
_IN_WORDS = dict(enumerate("two three four five six seven eight nine ten".split(), 2))
_WEEKS = {"7": "one week", "14": "two weeks", "21": "3 weeks", "28": "four weeks"}
_SYNONYMS = {
    "check": "verify", "ask": "request", "use": "employ", "help": "assist", "create": "make",
    "need": "require", "ensure": "see to it", "give": "provide", "important": "essential",
    "show": "display", "start": "begin", "also": "as well", "because": "since", "about": "on",
    "get": "receive", "look": "glance", "change": "alter", "send": "forward", "find": "locate",
}  # fmt: skip


def _synonym(found: re.Match[str]) -> str:
    return _SYNONYMS[found[0]]


def _in_words(found: re.Match[str]) -> str:
    return f"{_IN_WORDS[int(found[1])]} {found[2]}"


HARMLESS: Final[Mapping[str, Edit]] = {
    "not contracted": _worded(r"\b(do|does|is|are|can|should|must)n['’]t\b", r"\1 not"),
    "contracted": _worded(r"\b(do|does|is|are|should) not\b", r"\1n't"),
    "number in words": _worded(r"(?<=(?:the|for|has|are) )([2-9]|10) ([a-z]{3,})", _in_words),
    "weeks for days": _worded(r"\b(7|14|21|28) days\b", lambda found: _WEEKS[found[1]]),
    "have to for must": _worded(r"\bmust (?!not\b|only\b|never\b)", "have to "),
    "set in bold": _worded(r"(?<![*\w])([A-Za-z]{4,})(?= [a-z]+[.])", r"**\1**"),
    "synonym": _worded(rf"\b(?:{'|'.join(_SYNONYMS)})\b", _synonym),
    "filler word": _worded(r"(?<=[a-z], )(?=[a-z])", "of course "),
    "sentence added": _worded(r"(?<=[a-z][.])(?=\Z|$)", " Take your time."),
    "sentences joined": _worded(r"(?<=[a-z])[.] ([A-Z])(?=[a-z]+ )", lambda m: f"; {m[1].lower()}"),
    "sentence split": _worded(r"(?<=[a-z]{3}), and (?=(?:you|we|it|they|the) )", ". And "),
    "clause moved": _worded(
        r"(?:(?<=[.] )|(?<=^)|(?<=- ))(If|When) ([^.,:;]{8,60}), ([a-z][^.,;]{8,80})[.]",
        lambda m: f"{m[3][0].upper()}{m[3][1:]} {m[1].lower()} {m[2]}.",
    ),
}
"""What changes nothing for a reader; each departure about it is a false one."""


def reworded(text: str, chance: Random) -> Iterator[tuple[str, str]]:
    """One text for each harmless edit that has a place in `text`, behind the edit's name."""
    for name, edit in HARMLESS.items():
        other = edit(text, chance)
        if other is not None and other != text:
            yield name, other


def edited(text: str, source: str, chance: Random) -> Iterator[tuple[str, str]]:
    """One text for each edit that has a place in `text`, behind the edit's name.

    Steps are steps only where `source` has numbers and no bullets: the form `steps` makes a
    checklist of bullets, too.
    """
    numbered = re.search(r"^\s*\d+[.)] ", source, re.MULTILINE) and not re.search(
        r"^\s*[-*+] ", source, re.MULTILINE
    )
    for name, (edit, _) in EDITS.items():
        if "step" in name and not numbered:
            continue
        wrong = edit(text, chance)
        if wrong is not None and wrong != text:
            yield name, wrong
