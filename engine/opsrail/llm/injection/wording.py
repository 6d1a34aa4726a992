"""Phrases that talk to a model, read from the files of `phrases/`, and where a text has them.

All matching is done by RE2, whose time grows with the text's length and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from opsrail.llm.injection.folding import fold
from opsrail.llm.injection.model import Kind
from opsrail.llm.injection.views import View

_GAPS = (("~~~ ", r"(?:[^ ]+ ){0,30}"), ("~~ ", r"(?:[^ .]+ ){0,8}"), ("~ ", r"(?:[^ .]+ ){0,3}"))
_HEAD = re.compile(r"\[[a-z]+\]")
_WITHOUT_BLANKS = frozenset({"ja", "zh"})
_SCRIPTS = {
    "ar": "[\u0600-\u06ff]",
    "hi": "[\u0900-\u097f]",
    "ja": "[\u3040-\u30ff]",
    "ko": "[\uac00-\ud7af]",
    "ru": "[\u0400-\u04ff]",
    "zh": "[\u4e00-\u9fff]",
}
_MEMORY = 64 << 20
"""Bytes that RE2 may use for one pattern's states before it falls back to a slower way."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that was found: from `start` to `end` of the view."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Language:
    script: re.Pattern[str] | None
    every: Any
    kinds: Sequence[tuple[Kind, Any]]


def phrases(view: View) -> Iterator[Phrase]:
    """Every phrase of a view in words."""
    for language in _languages():
        if language.script is not None and language.script.search(view.text) is None:
            continue
        for found in language.every.finditer(view.text):
            kind = next(kind for kind, one in language.kinds if one.search(found[0]))
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            yield Phrase(kind, start, found.start() + len(found[0].rstrip()))


@cache
def compiled(pattern: str) -> Any:  # noqa: ANN401 - google-re2 is published without types
    """A pattern for RE2. Raises re2.error where RE2 does not have what it asks for."""
    import re2  # type: ignore[import-untyped] # google-re2 is published without types

    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    return re2.compile(pattern, options)


@cache
def _languages() -> tuple[_Language, ...]:
    folder = files("opsrail.llm.injection.phrases")
    texts = {
        entry.name.removesuffix(".txt"): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".txt")
    }
    return tuple(_language(name, texts[name]) for name in sorted(texts))


def _language(name: str, text: str) -> _Language:
    patterns = {
        kind: "|".join(_pattern(line, name) for line in lines)
        for kind, lines in sections(text).items()
    }
    script = _SCRIPTS.get(name)
    return _Language(
        re.compile(script) if script else None,
        compiled("|".join(patterns.values())),
        [(kind, compiled(pattern)) for kind, pattern in patterns.items()],
    )


def sections(text: str) -> Mapping[Kind, list[str]]:
    """The lines of a list below each kind in brackets; those that start with # are remarks."""
    found: dict[Kind, list[str]] = {}
    kind = Kind.OVERRIDE
    for line in (line.strip() for line in text.splitlines()):
        if _HEAD.fullmatch(line):
            kind = Kind(line.strip("[]"))
        elif line and not line.startswith("#"):
            found.setdefault(kind, []).append(line)
    return found


def _pattern(line: str, language: str) -> str:
    pattern = fold(line).removesuffix(" ~")
    for sign, gap in _GAPS:
        pattern = pattern.replace(sign, gap)
    pattern = re.sub(r"\((?!\?)", "(?:", pattern)
    return f"(?:{pattern})" if language in _WITHOUT_BLANKS else f"(?:^| )(?:{pattern})(?: |$)"
