"""From tokens to blocks: paragraphs, lists with their items, tables with their rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from markdown_it.token import Token

from opsrail.content.digests import digest, unwrapped
from opsrail.content.model import Block, BlockKind, Part
from opsrail.findings import Finding, Location

ONLY = re.compile(r"<!--\s*only:\s*(?P<roles>[\w\s,-]+?)\s*-->")
ONLY_END = re.compile(r"<!--\s*/only\s*-->")
NEEDS = re.compile(r"\s*<!--\s*needs:\s*(?P<permission>[\w-]+)\s*-->")

_CODE = re.compile(r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|~~~.*?~~~", re.DOTALL)

_KINDS = {
    "paragraph_open": BlockKind.PARAGRAPH,
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "table_open": BlockKind.TABLE,
    "fence": BlockKind.CODE,
    "code_block": BlockKind.CODE,
    "blockquote_open": BlockKind.QUOTE,
    "html_block": BlockKind.HTML,
    "hr": BlockKind.RULE,
}


def block_of(group: Sequence[Token], lines: Sequence[str], offset: int) -> Block:
    """One top-level block. `offset` is how many lines of front matter stand before."""
    first = group[0]
    start, end = first.map or (0, 0)
    line, last = start + offset + 1, end + offset
    while last > line and not lines[last - 1].strip():
        last -= 1
    text = "\n".join(lines[line - 1 : last])
    kind = _KINDS.get(first.type, BlockKind.PARAGRAPH)
    if kind is BlockKind.HTML and (
        ONLY.fullmatch(text.strip()) or ONLY_END.fullmatch(text.strip())
    ):
        return Block(BlockKind.MARKER, line, last, text, digest("marker", unwrapped(text)))
    parts: tuple[Part, ...] = ()
    if kind is BlockKind.LIST:
        parts = _items(group, lines, offset)
    elif kind is BlockKind.TABLE:
        parts = _rows(group, offset)
    return Block(kind, line, last, text, _block_digest(kind, group, parts, text), parts)


def _block_digest(
    kind: BlockKind, group: Sequence[Token], parts: tuple[Part, ...], text: str
) -> str:
    if parts:
        said = (f"{part.depth}{part.ordered}{part.digest}" for part in parts)
        return digest(kind, *said)
    if kind is BlockKind.CODE:
        return digest(kind, group[0].info.strip(), group[0].content)
    if kind is BlockKind.QUOTE:
        return digest(kind, *(token.type + unwrapped(token.content) for token in group))
    return digest(kind, unwrapped(text))


def _items(group: Sequence[Token], lines: Sequence[str], offset: int) -> tuple[Part, ...]:
    """The items of a list at every depth, in order, each with its own words only."""
    parts: list[Part] = []
    words: list[list[str]] = []
    open_items: list[int] = []
    ordered: list[bool] = []
    for token in group:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                ordered.append(token.type == "ordered_list_open")
            case "bullet_list_close" | "ordered_list_close":
                ordered.pop()
            case "list_item_open":
                start, end = token.map or (0, 0)
                last = end + offset
                while last > start + offset + 1 and not lines[last - 1].strip():
                    last -= 1
                depth = len(ordered) - 1
                parts.append(Part(start + offset + 1, last, "", "", depth, ordered[-1]))
                words.append([])
                open_items.append(len(parts) - 1)
            case "list_item_close":
                open_items.pop()
            case "inline" | "fence" | "code_block" | "html_block" if open_items:
                words[open_items[-1]].append(token.content.strip("\n"))
    return tuple(_worded(part, said) for part, said in zip(parts, words, strict=True))


def _worded(part: Part, said: Sequence[str]) -> Part:
    text = "\n".join(said)
    needs = NEEDS.search(text)
    return replace(
        part,
        text=NEEDS.sub("", text).strip(),
        digest=digest("item", unwrapped(text)),
        needs=needs["permission"] if needs else "",
    )


def _rows(group: Sequence[Token], offset: int) -> tuple[Part, ...]:
    rows: list[Part] = []
    cells: list[str] = []
    line = 0
    for token in group:
        if token.type == "tr_open":
            cells = []
            line = (token.map or (line, 0))[0] + offset + 1
        elif token.type == "inline":
            cells.append(unwrapped(token.content))
        elif token.type == "tr_close":
            rows.append(Part(line, line, " | ".join(cells), digest("row", *cells)))
    return tuple(rows)


def restrict(blocks: Sequence[Block], path: str) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    """Give every block between `<!-- only: … -->` and `<!-- /only -->` its roles.

    A region ends with its section: what is left open stays restricted up to there (closed by
    default) and is a finding. So is a marker inside another block, which is then restricted as
    a whole.
    """
    restricted: list[Block] = []
    problems: list[Finding] = []
    roles: frozenset[str] | None = None
    opened: Block | None = None
    for block in blocks:
        if block.kind is not BlockKind.MARKER:
            if found := _buried(block):
                problems.append(_not_alone(path, block, found))
            only = roles if roles is not None else _roles_in(found)
            restricted.append(block if only is None else replace(block, only=only))
            continue
        restricted.append(block)
        opening = ONLY.fullmatch(block.text.strip())
        if (opening is None) == (opened is None):
            problems.append(_unpaired(path, block, opened))
        if opening:
            roles = frozenset(opening["roles"].replace(",", " ").split())
            opened = block
        else:
            roles = opened = None
    if opened:
        problems.append(_unpaired(path, opened, None))
    return tuple(restricted), tuple(problems)


def _buried(block: Block) -> re.Match[str] | None:
    """A marker inside another block, where it restricts nothing; in code it is only quoted."""
    if "<!--" not in block.text or block.kind is BlockKind.CODE:
        return None
    prose = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), block.text)
    return ONLY.search(prose) or ONLY_END.search(prose)


def _roles_in(found: re.Match[str] | None) -> frozenset[str] | None:
    opening = ONLY.fullmatch(found[0]) if found else None
    return frozenset(opening["roles"].replace(",", " ").split()) if opening else None


def _not_alone(path: str, block: Block, found: re.Match[str]) -> Finding:
    return Finding(
        Location(path, block.line + found.string.count("\n", 0, found.start())),
        "only-region",
        f"`{found[0]}` stands inside other text, so the whole block counts as restricted"
        if ONLY.fullmatch(found[0])
        else f"`{found[0]}` stands inside other text and closes nothing",
        hint="put the marker on a line of its own, outside of lists, with empty lines around it",
    )


def _unpaired(path: str, marker: Block, opened: Block | None) -> Finding:
    if ONLY_END.fullmatch(marker.text.strip()):
        message = "this `<!-- /only -->` closes nothing in its section"
    elif opened:
        message = f"the `only` region of line {opened.line} is still open here"
    else:
        message = "this `only` region is not closed within its section"
    return Finding(
        Location(path, marker.line),
        "only-region",
        message,
        hint="close each region with `<!-- /only -->` before the next heading",
    )
