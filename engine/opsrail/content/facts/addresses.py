"""URLs, e-mail addresses, inline code and handles: found first, then blanked.

What is blanked becomes spaces of the same length, so every later offset still fits. Link targets,
HTML, comments, attributes, shortcodes and fenced code are blanked and state nothing, except that
an absolute URL in a link or a tag is a URL fact. A code span that holds nothing but a handle, a
URL or an e-mail address is a fact of that kind: `#billing` reads the same with or without ticks.
"""

from __future__ import annotations

import re
from collections import defaultdict

from opsrail.content.facts.model import FactKind, Value

_SCHEME = r"(?:https?|ftp|slack|zoommtg)://"
_URL = re.compile(rf"{_SCHEME}[^\s<>\"'`|\\]+|www\.[\w-]{{1,63}}\.[^\s<>\"'`|\\]+", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?<![-.])")
_HANDLE = re.compile(
    r"(?<![\w/&#@.\\])(?:@[A-Za-z][\w-]{1,63}(?:\.[\w-]{1,63}){0,3}|#[a-z][a-z0-9_-]{0,78}[a-z0-9])(?![\w/@#-])"
)
_HEX_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_FENCE = re.compile(r"^[ \t]{0,8}(?P<mark>`{3,}|~{3,})", re.MULTILINE)
_TICKS = re.compile(r"`+")
_NOISY = re.compile(r"[`<{@#\[\]\\&*_>|~]|://|www\.|^\s{0,8}(?:[-+]|\d{1,9}[.)])\s", re.IGNORECASE)
_TARGET = re.compile(
    r"\]\(\s{0,8}<?([^\s()<>]{0,2000}(?:\([^\s()]{0,200}\)[^\s()<>]{0,2000}){0,4})"
)
_TITLE = re.compile(r">?(?:\s{1,8}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\s{0,8}\)")
_REFERENCE = re.compile(r"\]\[[^\[\]\n]{0,200}\]|\[\^[^\[\]\s]{1,60}\]")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}(?=\])")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>")
_SHORTCODE = re.compile(
    r"\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\}|\{[:.#][^{}\n]{0,300}\}|\$\{[^{}]{0,100}\}"
)
_LEAD = re.compile(
    r"^[ \t]{0,8}(?:#{1,6}(?=\s)|(?:[-+*]|\d{1,9}[.)])(?=\s)(?:\s{1,4}\[[ xX]\])?)", re.MULTILINE
)
_QUOTE = re.compile(
    r"^[ \t]{0,4}>(?!\s?[$€£~\d])[> \t]{0,8}|(?<=\n)[ \t]{0,4}>[> \t]{0,8}", re.MULTILINE
)
_ENTITY = re.compile(r"&(?:#?\w{1,10});")
_MARKUP = re.compile(r"[*\[\]]|~~|(?<!\w)_+|_+(?!\w)|\\(?=[^\w\s])")
_TRAILING = ".,;:!?*_~]\u201d\u2019"


def read_addresses(text: str) -> tuple[str, list[Value]]:
    """The text with everything opaque turned to spaces, and the facts that stood there."""
    if _NOISY.search(text) is None:
        return text, []
    page = _Page(text)
    page.blank_fences()
    page.take_code()
    page.blank_between("<!--", "-->")
    page.blank_all(_SHORTCODE)
    page.take_urls()
    page.take(FactKind.EMAIL, _EMAIL)
    page.blank_all(_IMAGE)
    page.blank_links()
    for pattern in (_TAG, _REFERENCE, _LEAD, _QUOTE):
        page.blank_all(pattern)
    page.take(FactKind.HANDLE, _HANDLE)
    page.soften()
    return page.text, page.values


class _Page:
    """A text that loses what is opaque, piece by piece, and keeps its length."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: list[Value] = []

    def blank_all(self, pattern: re.Pattern[str]) -> None:
        self.text = pattern.sub(_spaces, self.text)

    def blank_between(self, opener: str, closer: str) -> None:
        pieces: list[str] = []
        done = 0
        while (start := self.text.find(opener, done)) >= 0:
            end = self.text.find(closer, start + len(opener))
            if end < 0:
                break
            end += len(closer)
            pieces += [self.text[done:start], " " * (end - start)]
            done = end
        self.text = "".join([*pieces, self.text[done:]])

    def blank_fences(self) -> None:
        """Fenced code is no prose; an unclosed fence reaches to the end, as in CommonMark."""
        opened: re.Match[str] | None = None
        spans: list[tuple[int, int]] = []
        for mark in _FENCE.finditer(self.text):
            if opened is None:
                rest = self.text[mark.end() : self.text.find("\n", mark.end())]
                if mark["mark"][0] == "~" or "`" not in rest:
                    opened = mark
            elif mark["mark"].startswith(opened["mark"]):
                spans.append((opened.start(), mark.end()))
                opened = None
        if opened is not None:
            spans.append((opened.start(), len(self.text)))
        self._blank(spans)

    def take_code(self) -> None:
        """Inline code as CommonMark pairs it: a run of ticks closes at the next run as long."""
        runs = [(m.start(), m.end()) for m in _TICKS.finditer(self.text)]
        later: defaultdict[int, list[int]] = defaultdict(list)
        for index in range(len(runs) - 1, -1, -1):
            later[runs[index][1] - runs[index][0]].append(index)
        spans: list[tuple[int, int]] = []
        index = 0
        while index < len(runs):
            waiting = later[runs[index][1] - runs[index][0]]
            while waiting and waiting[-1] <= index:
                waiting.pop()
            if not waiting:
                index += 1
                continue
            closer = waiting[-1]
            self._code(runs[index][1], runs[closer][0])
            spans.append((runs[index][0], runs[closer][1]))
            index = closer + 1
        self._blank(spans)

    def _code(self, start: int, end: int) -> None:
        inside = self.text[start:end]
        content = " ".join(inside.split())
        if not content:
            return
        start += len(inside) - len(inside.lstrip())
        end -= len(inside) - len(inside.rstrip())
        kind, shown = FactKind.CODE, content
        for other, shape in (
            (FactKind.HANDLE, _HANDLE), (FactKind.EMAIL, _EMAIL), (FactKind.URL, _URL)
        ):  # fmt: skip
            if shape.fullmatch(content):
                kind, shown = other, normalised(other, content)
        self.values.append(Value(kind, shown, start, end))

    def take_urls(self) -> None:
        if "://" not in self.text and "www." not in self.text.lower():
            return
        spans = []
        for found in _URL.finditer(self.text):
            end = found.start() + len(_trimmed(found[0]))
            shown = normalised(FactKind.URL, self.text[found.start() : end])
            self.values.append(Value(FactKind.URL, shown, found.start(), end))
            spans.append((found.start(), end))
        self._blank(spans, "\x00")

    def take(self, kind: FactKind, pattern: re.Pattern[str]) -> None:
        spans = []
        for found in pattern.finditer(self.text):
            if kind is FactKind.HANDLE and _HEX_COLOUR.fullmatch(found[0]):
                continue
            self.values.append(Value(kind, normalised(kind, found[0]), found.start(), found.end()))
            spans.append((found.start(), found.end()))
        self._blank(spans)

    def blank_links(self) -> None:
        """Link targets go, link words stay. A blanked URL in a target is still one piece here."""
        spans = []
        for found in _TARGET.finditer(self.text):
            closing = _TITLE.match(self.text, found.end())
            spans.append((found.start(), closing.end() if closing else found.end()))
        self._blank(spans)
        self.text = self.text.replace("\x00", " ")

    def soften(self) -> None:
        """Emphasis marks, escapes and entities give way to spaces or to what they mean."""
        self.text = _ENTITY.sub(_entity, self.text)
        self.text = _MARKUP.sub(_spaces, self.text)

    def _blank(self, spans: list[tuple[int, int]], filler: str = " ") -> None:
        if not spans:
            return
        pieces: list[str] = []
        done = 0
        for start, end in spans:
            pieces += [self.text[done:start], filler * (end - start)]
            done = end
        self.text = "".join([*pieces, self.text[done:]])


def normalised(kind: FactKind, written: str) -> str:
    """One spelling per address: scheme, host and mail domain in lower case, no final slash."""
    if kind is FactKind.EMAIL:
        return written.lower()
    if kind is not FactKind.URL:
        return written
    scheme, separator, rest = written.partition("://")
    if not separator:
        scheme, separator, rest = "https", "://", written
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}".rstrip("/")


def _trimmed(url: str) -> str:
    """The URL without the punctuation of the sentence or the link around it."""
    depth = 0
    for index, letter in enumerate(url):
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            url = url[:index]
            break
    return url.rstrip(_TRAILING)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _entity(found: re.Match[str]) -> str:
    sign = {"&lt;": "<", "&gt;": ">", "&le;": "≤", "&ge;": "≥"}.get(found[0].lower(), " ")
    return sign.rjust(len(found[0]))
