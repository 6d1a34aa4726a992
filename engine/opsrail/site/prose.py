"""Inline Markdown: from what CommonMark read to what Python-Markdown reads alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from markdown_it.token import Token

from opsrail.content.markdown import plain, tokens_of

_SPECIAL = re.compile(r"[\\`*_{}\[\]|]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE_START = re.compile(r"^(?P<mark>[#+\-:]|!!!|\?\?\?|={3,})|^(?P<number>\d+)(?P<dot>\.)")
_IN_TARGET = "/:?#@!$&'*+,;=%~-._"
_RUNS_OF_TICKS = re.compile(r"`+")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def _drop(_: str) -> str:
    return ""


def _as_written(target: str) -> str | None:
    return target


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one text is rewritten.

    `resolve` gives the target to write for a link as it was written, or None to keep its text
    only. `comment` gives what stands for an author's comment (already in the site's Markdown);
    nothing by default. `references` are the targets of the text's reference links.
    """

    resolve: Callable[[str], str | None] = _as_written
    comment: Callable[[str], str] = _drop
    references: Mapping[str, str] = field(default_factory=dict)


def escaped(text: str) -> str:
    """Text that Python-Markdown shows as it stands, and never takes for markup or HTML."""
    text = _CONTROL.sub("", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\g<0>", text)


def opening(line: str) -> str:
    """A line that starts a paragraph, whatever mark it starts with."""
    line = line.lstrip()
    if line.startswith("~~~"):
        return f"&#126;{line[1:]}"
    found = _LINE_START.match(line)
    if not found:
        return line
    if found["number"]:
        return f"{found['number']}\\{line[found.end('number') :]}"
    return f"&#{ord(line[0])};{line[1:]}" if line[0] in ":?=" else f"\\{line}"


def code_span(content: str) -> str:
    """Inline code, fenced by more backticks than it holds."""
    content = _CONTROL.sub(" ", content)
    longest = max((len(run) for run in _RUNS_OF_TICKS.findall(content)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{ticks}{pad}{content}{pad}{ticks}"


def link(text: str, target: str) -> str:
    """An inline link; `text` is in the site's Markdown already."""
    return f"[{text}]({quote(target, safe=_IN_TARGET)})"


def inline(children: Sequence[Token], dialect: Dialect) -> str:
    """Inline tokens as one line of Markdown. Raw HTML comes out as text, images as links."""
    return "".join(_Inline(dialect).words(children)).strip()


class _Inline:
    """Walks inline tokens, keeping what is open.

    Emphasis inside emphasis is written as tags: the two readers of asterisks disagree there.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._marks: list[str] = []
        self._links: list[str | None] = []
        self._writers: Mapping[str, Callable[[Token], str]] = {
            "code_inline": lambda token: code_span(token.content),
            "softbreak": lambda _: " ",
            "hardbreak": lambda _: "<br>",
            "em_open": self._open_mark,
            "em_close": self._close_mark,
            "strong_open": self._open_mark,
            "strong_close": self._close_mark,
            "link_open": self._open_link,
            "link_close": self._close_link,
            "image": self._image,
            "html_inline": lambda token: self._html(token.content),
        }

    def words(self, children: Sequence[Token]) -> list[str]:
        return [self._word(token) for token in children]

    def _word(self, token: Token) -> str:
        write = self._writers.get(token.type)
        return write(token) if write else escaped(token.content)

    def _close_mark(self, _: Token) -> str:
        return self._marks.pop()

    def _open_link(self, token: Token) -> str:
        self._links.append(self._dialect.resolve(str(token.attrs.get("href", ""))))
        return "[" if self._links[-1] is not None else ""

    def _close_link(self, _: Token) -> str:
        target = self._links.pop()
        return f"]({quote(target, safe=_IN_TARGET)})" if target is not None else ""

    def _open_mark(self, token: Token) -> str:
        tag = "em" if token.type == "em_open" else "strong"
        if self._marks:
            self._marks.append(f"</{tag}>")
            return f"<{tag}>"
        self._marks.append("*" if tag == "em" else "**")
        return self._marks[-1]

    def _image(self, token: Token) -> str:
        """A picture is a request to somebody's server: its text stands, and leads to it."""
        text = escaped(token.content or "picture")
        target = self._dialect.resolve(str(token.attrs.get("src", "")))
        return link(text, target) if target and not self._links else text

    def _html(self, content: str) -> str:
        if found := _COMMENT.fullmatch(content):
            return self._dialect.comment(found[1].strip())
        return "<br>" if _BREAK.fullmatch(content) else escaped(content)


def title_text(title: str, dialect: Dialect) -> str:
    """A heading's text. Links in headings keep their text only, as their own anchor is a link."""
    plain_links = Dialect(lambda _: None, dialect.comment)
    return inline(_inline_tokens(title), plain_links)


def words_only(markdown: str) -> str:
    """What a reader sees of a short Markdown text: no markup, one line."""
    words = (plain(token) for token in tokens_of(markdown)[0] if token.type == "inline")
    return " ".join(" ".join(words).split())


def _inline_tokens(text: str) -> Sequence[Token]:
    tokens, _ = tokens_of(f"# {text}")
    return next((token.children or () for token in tokens if token.type == "inline"), ())
