"""Markdown as markdown-it-py reads it: CommonMark with tables, nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from opsrail.content.model import Link

DEPTH_LIMIT = 40
"""Lists and quotes nested deeper than this are not read as text a person wrote."""


def _as_written(url: str) -> str:
    return url


def _accepted(url: str) -> bool:  # noqa: ARG001 - the hook's signature
    return True


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": DEPTH_LIMIT * 3}).enable("table")
    # Links are checked and compared as they were written, not as a browser would send them.
    parser.normalizeLink = _as_written  # type: ignore[method-assign] # a documented hook
    parser.validateLink = _accepted  # type: ignore[method-assign] # a documented hook
    return parser


def tokens_of(text: str) -> tuple[list[Token], dict[str, str]]:
    """A document's block tokens (inline tokens carry their children), and the targets that its
    link reference definitions give to their labels, in upper case as CommonMark folds them.
    """
    environment: dict[str, dict[str, dict[str, str]]] = {}
    tokens = _parser().parse(text, environment)
    definitions = environment.get("references", {})
    return tokens, {label: definition["href"] for label, definition in definitions.items()}


def top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Groups of tokens, one a top-level block."""
    group: list[Token] = []
    for token in tokens:
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield group
            group = []


def plain(inline: Token) -> str:
    """An inline token's words without markup, code included."""
    words = (
        child.content if child.type in {"text", "code_inline", "image"} else " "
        for child in inline.children or ()
        if child.type in {"text", "code_inline", "image", "softbreak", "hardbreak"}
    )
    return "".join(words)


def links_in(inline: Token, lines: Sequence[str], offset: int) -> Iterator[Link]:
    """The links and images of an inline token, located in the file's own lines.

    `offset` is how many lines stand before the first one that markdown-it saw.
    """
    if not any(child.type in {"link_open", "image"} for child in inline.children or ()):
        return
    start, end = inline.map or (0, 0)
    line, column = start + offset, 0
    children = inline.children or []
    for position, child in enumerate(children):
        if child.type == "link_open":
            target, text = str(child.attrs.get("href", "")), _link_text(children[position + 1 :])
        elif child.type == "image":
            target, text = str(child.attrs.get("src", "")), child.content
        else:
            continue
        line, column = _find(target, lines, line, column, end + offset)
        yield Link(target, text, line + 1, column + 1)


def _link_text(following: Sequence[Token]) -> str:
    words: list[str] = []
    for child in following:
        if child.type == "link_close":
            break
        words.append(child.content or " ")
    return "".join(words).strip()


def _find(target: str, lines: Sequence[str], line: int, column: int, end: int) -> tuple[int, int]:
    """Where `target` is written, looking on from the last place; reference links stand where
    their text does, so the last place itself is the answer for them.
    """
    for number in range(line, min(end, len(lines))):
        found = lines[number].find(target, column if number == line else 0) if target else -1
        if found >= 0:
            return number, found
    return line, column
