"""Links whose text was kept must lead where they led."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from opsrail.tailor.faithful.align import Alignment
from opsrail.tailor.faithful.model import Departure, Kind
from opsrail.tailor.faithful.quoting import Texts
from opsrail.tailor.faithful.statements import Sort, Statement, folded
from opsrail.tailor.faithful.terms import Reading, in_own_words

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_TARGET = r"<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*"
_LINK = re.compile(
    rf"\[(?P<text>(?:[^\[\]\\]|\\.)*)\]"
    rf"(?:\(\s*(?P<target>{_TARGET})(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)|\[(?P<label>[^\[\]\n]*)\])?"
)


@dataclass(frozen=True, slots=True)
class _Link:
    statement: Statement
    text: str
    target: str
    written: str


def link_departures(found: Alignment, reading: Reading, texts: Texts) -> Iterator[Departure]:
    """A departure for each link of the derived text that has the words of one in the source and
    another target. A link that became plain text is none.

    Words like "here" stand on many links, so those of the same statement are compared first.
    """
    source = _links(found.source, texts.source.references, reading.source_at, reading.words)
    every = _by_text(link for links in source.values() for link in links)
    derived = _links(found.derived, texts.derived.references, reading.derived_at, {})
    partners: defaultdict[int, list[_Link]] = defaultdict(list)
    for one, other in found.matched:
        partners[other.number] += source.get(one.number, [])
    for number, links in derived.items():
        near = _by_text(partners[number])
        for text, same in _by_text(links).items():
            for link, there in _paired(same, near.get(text) or every.get(text, [])):
                if not any(_is_same(link.target, known.target, reading) for known in there):
                    yield _led_elsewhere(there[0], link, texts)


def _by_text(links: Iterable[_Link]) -> Mapping[str, list[_Link]]:
    found: defaultdict[str, list[_Link]] = defaultdict(list)
    for link in links:
        found[link.text].append(link)
    return found


def _paired(
    links: Sequence[_Link], there: Sequence[_Link]
) -> Iterator[tuple[_Link, Sequence[_Link]]]:
    """Each link with those it may be; one by one where there are as many of them."""
    if len(links) == len(there):
        return ((link, [known]) for link, known in zip(links, there, strict=True))
    return ((link, there) for link in links if there)


def _links(
    statements: Iterable[Statement],
    references: Mapping[str, str],
    at: str,
    words: Mapping[str, str],
) -> dict[int, list[_Link]]:
    found: defaultdict[int, list[_Link]] = defaultdict(list)
    for statement in statements:
        if "[" not in statement.original or statement.sort in {Sort.CODE, Sort.QUOTE}:
            continue
        for link in _LINK.finditer(statement.original):
            written = _written(link, references)
            if written is not None and link["text"].strip():
                text = folded(in_own_words(link["text"], words))
                target = _resolved(written, at)
                found[statement.number].append(_Link(statement, text, target, written))
    return found


def _written(link: re.Match[str], references: Mapping[str, str]) -> str | None:
    if link["target"] is not None:
        return link["target"].strip("<>")
    label = " ".join((link["label"] or link["text"]).split()).upper()
    return references.get(label)


def _resolved(target: str, at: str) -> str:
    """A target as a path from the repository's root; addresses stay as they are."""
    if _SCHEME.match(target) or target.startswith("/"):
        return target
    path, mark, anchor = target.partition("#")
    if not path:
        return f"{at}{mark}{anchor}"
    return posixpath.normpath(posixpath.join(posixpath.dirname(at), path)) + mark + anchor


def _is_same(target: str, known: str, reading: Reading) -> bool:
    """A place of the source's own file may stand on the page as well."""
    return target == known or (
        target.partition("#")[0] == reading.derived_at
        and known.partition("#")[0] == reading.source_at
        and target.partition("#")[2] == known.partition("#")[2]
    )


def _led_elsewhere(before: _Link, after: _Link, texts: Texts) -> Departure:
    return Departure(
        Kind.LINK_TARGET,
        texts.in_source(before.statement, before.written),
        texts.in_derived(after.statement, after.written),
        f"the link “{after.text}” led to “{before.written}” in the source and leads to"
        f" “{after.written}” here",
    )
