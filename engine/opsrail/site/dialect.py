"""Block Markdown: from CommonMark, as people write it, to Python-Markdown, as mkdocs reads it.

The two disagree about how deep a nested list is indented, which blank lines may be left out,
what may be raw HTML, and more. So a text is not patched but read by the one and written for
the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from opsrail.content.markdown import tokens_of
from opsrail.site.prose import Dialect, escaped, inline, opening, title_text

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TASK = re.compile(r"\[(?P<done>[ xX])\]\s+")
_LANGUAGE = re.compile(r"^[A-Za-z][\w+-]*")
_NOTHING = "&#8203;"
"""Holds a list item's place that does not begin with words."""
_APART = "<!-- -->"
"""Keeps two lists apart that stand one after the other."""


def rewritten(markdown: str, dialect: Dialect) -> str:
    """A Markdown text as Python-Markdown shows it alike. Raw HTML becomes text."""
    tokens, _ = tokens_of(_definitions(dialect.references) + markdown)
    return "\n\n".join(_blocks(SyntaxTreeNode(tokens).children, dialect))


def heading(level: int, title: str, attributes: str, dialect: Dialect, suffix: str = "") -> str:
    """A heading with its id and classes, as in `{#id .class}`. `suffix` is Markdown already."""
    marks = "#" * min(max(level, 1), 6)
    said = (title_text(title, dialect) or _NOTHING) + suffix
    return f"{marks} {said} {{{attributes}}}" if attributes else f"{marks} {said}"


def _definitions(references: Mapping[str, str]) -> str:
    """Reference definitions stand before the text: behind it, an open fence would eat them."""
    sound = (pair for pair in references.items() if not re.search(r"[<>\n]", pair[1]))
    lines = "".join(f"[{label}]: <{target}>\n" for label, target in sound)
    return f"{lines}\n" if lines else ""


def _blocks(nodes: Sequence[SyntaxTreeNode], dialect: Dialect) -> Iterator[str]:
    before = ""
    for node in nodes:
        text = _block(node, dialect)
        if not text.strip():
            continue
        if node.type == before and node.type in {"bullet_list", "ordered_list", "blockquote"}:
            yield _APART
        yield text
        before = node.type


def _block(node: SyntaxTreeNode, dialect: Dialect) -> str:
    write = _WRITERS.get(node.type)
    return write(node, dialect) if write else _as_text(node, dialect)


def _as_text(node: SyntaxTreeNode, _: Dialect) -> str:
    """Raw HTML, and whatever else there may be: shown as it was written, comments left out."""
    text = _COMMENT.sub("", node.content) if node.content else ""
    return opening(escaped(" ".join(text.split())))


def _paragraph(node: SyntaxTreeNode, dialect: Dialect) -> str:
    return opening(inline(_tokens(node), dialect))


def _inner_heading(node: SyntaxTreeNode, dialect: Dialect) -> str:
    return f"{'#' * int(node.tag[1:])} {inline(_tokens(node), dialect) or _NOTHING}"


def _tokens(node: SyntaxTreeNode) -> Sequence[Token]:
    child = node.children[0] if node.children else None
    token = child.token if child and child.type == "inline" else None
    return (token.children or ()) if token else ()


def _code(node: SyntaxTreeNode, _: Dialect) -> str:
    content = node.content.rstrip("\n")
    longest = max((len(run) for run in re.findall(r"`{3,}", content)), default=2)
    language = _LANGUAGE.match(node.info.strip())
    ticks = "`" * (longest + 1)
    return f"{ticks}{language[0] if language else ''}\n{content}\n{ticks}"


def _quote(node: SyntaxTreeNode, dialect: Dialect) -> str:
    lines = "\n\n".join(_blocks(node.children, dialect)).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _list(node: SyntaxTreeNode, dialect: Dialect) -> str:
    start = node.attrs.get("start", 1)
    first = start if isinstance(start, int) else 1
    items = [_item(item, dialect) for item in node.children]
    loose = any("\n\n" in item for item in items) or not _is_tight(node)
    ordered = node.type == "ordered_list"
    marks = (f"{first + place}." if ordered else "-" for place in range(len(items)))
    lines = (f"{mark:<3} {item}" for mark, item in zip(marks, items, strict=True))
    return ("\n\n" if loose else "\n").join(lines)


def _is_tight(node: SyntaxTreeNode) -> bool:
    paragraphs = (child for item in node.children for child in item.children)
    return all(child.hidden for child in paragraphs if child.type == "paragraph")


def _item(item: SyntaxTreeNode, dialect: Dialect) -> str:
    """An item's text; everything below its first line four blanks in."""
    children = item.children
    lead = _NOTHING
    if children and children[0].type == "paragraph":
        lead = _task(_tokens(children[0]), dialect) or _NOTHING
        children = children[1:]
    parts = list(_blocks(children, dialect))
    lists = {"bullet_list", "ordered_list"}
    near = len(children) == 1 and children[0].type in lists and _is_tight(children[0])
    below = ("\n" if near else "\n\n") + "\n\n".join(parts) if parts else ""
    return lead + "\n".join(f"    {line}".rstrip() for line in below.split("\n")).lstrip(" ")


def _task(tokens: Sequence[Token], dialect: Dialect) -> str:
    """An item's first paragraph; `[ ]` before it stays a box to tick."""
    first = tokens[0] if tokens else None
    if first is None or first.type != "text" or not (found := _TASK.match(first.content)):
        return opening(inline(tokens, dialect))
    rest = first.copy(content=first.content[found.end() :])
    box = "[ ]" if found["done"] == " " else "[x]"
    return f"{box} {inline([rest, *tokens[1:]], dialect)}"


def _table(node: SyntaxTreeNode, dialect: Dialect) -> str:
    rows = [row for part in node.children for row in part.children]
    lines = [_row([_cell(cell, dialect) for cell in row.children]) for row in rows]
    ruler = _row([_ruler(cell) for cell in rows[0].children])
    return "\n".join((lines[0], ruler, *lines[1:]))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: SyntaxTreeNode, dialect: Dialect) -> str:
    return inline(_tokens(cell), dialect) or " "


def _ruler(cell: SyntaxTreeNode) -> str:
    style = str(cell.attrs.get("style", ""))
    left, right = "left" in style or "center" in style, "right" in style or "center" in style
    return f"{':' if left else '-'}--{':' if right else '-'}"


_WRITERS: Mapping[str, Callable[[SyntaxTreeNode, Dialect], str]] = {
    "paragraph": _paragraph,
    "heading": _inner_heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "fence": _code,
    "code_block": _code,
    "blockquote": _quote,
    "table": _table,
    "hr": lambda _, __: "---",
}
