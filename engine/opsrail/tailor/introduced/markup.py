"""Markup in a text: links, images, HTML, code, commands, marks, characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from opsrail.llm.injection.views import CONTROLS, UNSEEN, View
from opsrail.tailor.introduced.addresses import trimmed, url_key
from opsrail.tailor.introduced.commands import COMMAND, PATH
from opsrail.tailor.introduced.model import Element, Kind

_TARGET = r"(?P<target><[^<>\n]{0,2000}>|[^\s()]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500}){0,5})"
_LINK = re.compile(rf"(?P<image>!?)\[(?P<text>[^\[\]]{{0,1000}})\]\(\s{{0,20}}{_TARGET}")
_NESTED = re.compile(rf"\]\(\s{{0,20}}{_TARGET}")
_DEFINITION = re.compile(
    r"^[ \t>]{0,12}\[(?P<label>[^\[\]\n]{1,200})\]:[ \t]{0,20}\n?[ \t]{0,20}"
    r"(?P<target><[^<>\n]{0,2000}>|\S+)",
    re.MULTILINE,
)
_IMAGE_BY_LABEL = re.compile(
    r"!\[(?P<text>[^\[\]\n]{0,200})\](?:\[(?P<label>[^\[\]\n]{0,200})\])?(?!\()"
)
_WIKI = re.compile(r"\[\[(?P<target>[^\[\]\n]{1,200})\]\]")
_HTML = re.compile(
    r"<!--.*?(?:-->|\Z)|<[!?][a-z\[].{0,1000}?>|</?[a-z][\w-]{0,40}(?::[\w-]{1,40})?(?=[\s/>]|\Z)[^<>]{0,2000}>?",
    re.IGNORECASE | re.DOTALL,
)
_FENCE = re.compile(
    r"^[ \t>]{0,12}(?P<mark>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:^[ \t>]{0,12}(?P=mark)|\Z)",
    re.MULTILINE | re.DOTALL,
)
_SPAN = re.compile(
    r"(?<!`)(?P<mark>`{1,2})(?!`)(?P<code>[^`\n]{1,500}(?:\n[^`\n]{1,500}){0,3})(?P=mark)(?!`)"
)
_MARK = re.compile(
    r"</?untrusted\b[^>\n]{0,80}>?|[<(]/?\s?untrusted [\w-]+ [0-9a-f]{12}[>)]?|<\|[^|<>\n]{1,40}\|>"
    r"|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|</?s>|\[/?(?:system|assistant|user)\]"
    r"|^[#*_ \t]{0,8}(?:system|assistant|developer|human)(?: (?:prompt|message|instructions?))?"
    r"[*_]{0,3}:[*_]{0,3}(?=\s)"
    r"|<!--\s*/?(?:derived|only|needs|opsrail)\b.{0,200}?(?:-->|\Z)"
    r"|^[ \t]{0,3}(?:<{7}|>{7}|={7}|\|{7})(?:[ \t][^\n]{0,100})?$",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_HIDDEN = re.compile(f"[{UNSEEN}{CONTROLS}\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"


def markup(view: View) -> Iterator[Element]:
    """Every link, image, tag, piece of code and mark of a text."""
    yield from _links(view)
    yield from _plain(view, _HTML, Kind.HTML)
    yield from _plain(view, _MARK, Kind.MARK)
    yield from _code(view)


def _links(view: View) -> Iterator[Element]:
    seen = set()
    for found in _LINK.finditer(view.text):
        seen.add(found.start("target"))
        kind = Kind.IMAGE if found["image"] else Kind.LINK
        yield _target(view, kind, found["target"], found.start())
    for found in _NESTED.finditer(view.text):
        if found.start("target") not in seen:
            yield _target(view, Kind.LINK, found["target"], found.start())
    labels = {}
    for found in _DEFINITION.finditer(view.text):
        if not found["label"].startswith("^"):
            labels[_label(found["label"])] = found["target"]
            yield _target(view, Kind.LINK, found["target"], found.start())
    for found in _IMAGE_BY_LABEL.finditer(view.text):
        if target := labels.get(_label(found["label"] or found["text"])):
            yield _target(view, Kind.IMAGE, target, found.start())
    for found in _WIKI.finditer(view.text):
        yield _target(view, Kind.LINK, found["target"], found.start())


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


def _target(view: View, kind: Kind, target: str, start: int) -> Element:
    bare = target.strip("<>").strip()
    return Element(kind, f"{kind.value} {target_key(bare)}", bare, view.at(start))


def target_key(target: str) -> str:
    """One spelling of a link's target."""
    is_address = re.match(r"[a-z][a-z0-9+.-]*:|//|www\.", target, re.IGNORECASE)
    return url_key(trimmed(target)) if is_address else target.removeprefix("./")


def _plain(view: View, pattern: re.Pattern[str], kind: Kind) -> Iterator[Element]:
    for found in pattern.finditer(view.text):
        text = found[0].strip()
        yield Element(kind, folded(text), _short(text), view.at(found.start()))


def _code(view: View) -> Iterator[Element]:
    for found in _FENCE.finditer(view.text):
        start = found.start("code")
        for line in found["code"].splitlines(keepends=True):
            if re.search(r"\w", line):
                yield _quoted(view, line, start)
            start += len(line)
    for pattern in (_SPAN, COMMAND, PATH):
        for found in pattern.finditer(view.text):
            text = found["code"] if pattern is _SPAN else found[0]
            yield _quoted(view, text, found.start())


def _quoted(view: View, text: str, start: int) -> Element:
    key = folded(text.strip(" \t>`").rstrip(".,;:!?)”\"’'"))
    return Element(Kind.CODE, key, _short(text.strip()), view.at(start), is_quoted=True)


def folded(text: str) -> str:
    """A text on one line with single blanks, in small letters."""
    return " ".join(text.split()).casefold()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:79]}…"


def hidden(text: str) -> Iterator[Element]:
    """Characters of a text, as it was written, that a reader can't see."""
    for found in _HIDDEN.finditer(text):
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        odd = [c for c in found[0] if not _belongs(c, before, after)]
        if odd:
            names = ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in odd[:4]))
            yield Element(Kind.HIDDEN, found[0], names, found.start())


def _belongs(character: str, before: str, after: str) -> bool:
    """Whether a joiner is part of an emoji, or of a script that needs it."""
    if character not in _JOINERS or not before:
        return False
    if unicodedata.category(before) in {"So", "Sk"} or before in "#*0123456789":
        return True
    needs = ("ARABIC", "DEVANAGARI", "BENGALI", "GUJARATI", "KANNADA", "MALAYALAM", "SINHALA")
    names = (unicodedata.name(one, "") for one in (before, after) if one)
    return all(name.startswith(needs) for name in names)
