"""Parse a Markdown file into a `Document`: sections with stable anchors and digests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from markdown_it.token import Token

from opsrail.content.blocks import block_of, restrict
from opsrail.content.clearance import Clearance, clearance_named
from opsrail.content.digests import digest
from opsrail.content.frontmatter import read_front_matter
from opsrail.content.headings import Anchors, Heading, read_heading, slug
from opsrail.content.markdown import DEPTH_LIMIT, links_in, plain, tokens_of, top_level
from opsrail.content.model import Block, Document, FrontMatter, Link, Section
from opsrail.findings import Finding, Location

_LINE_END = re.compile(r"\r\n?|\n")  # as CommonMark counts lines


@dataclass(slots=True)
class _Draft:
    """A section while its blocks are still being met. `line` counts from 1."""

    line: int
    level: int = 0
    heading: Heading = field(default_factory=lambda: Heading("", "", {}))
    words: str = ""
    blocks: list[Block] = field(default_factory=list)


def parse_document(path: str, text: str) -> Document:
    """Read one Markdown file. It never fails: what is wrong is among `problems`."""
    return _parsed(path, text)


# Base and head share most documents, and pages of several roles draw from the same ones.
@lru_cache(maxsize=256)
def _parsed(path: str, text: str) -> Document:
    lines = _LINE_END.split(text)
    if len(lines) > 1 and lines[-1] == "":
        lines.pop()
    front = read_front_matter(path, lines)
    tokens, references = tokens_of("\n".join(lines[front.lines :]))
    drafts, links = _drafts(tokens, lines, front.lines)
    meta = FrontMatter.of(front.values)
    sections, problems = _assemble(path, drafts, max(len(lines), 1), meta.clearance)
    return Document(
        path,
        meta,
        front.values,
        sections,
        tuple(lines),
        links,
        references,
        (*front.problems, *_too_deep(path, tokens, front.lines), *problems),
    )


def _drafts(
    tokens: Sequence[Token], lines: Sequence[str], offset: int
) -> tuple[list[_Draft], tuple[Link, ...]]:
    drafts = [_Draft(line=1)]
    links: list[Link] = []
    for group in top_level(tokens):
        for token in group:
            if token.type == "inline":
                links.extend(links_in(token, lines, offset))
        if group[0].type == "heading_open":
            inline = group[1]
            line = (group[0].map or (0, 0))[0] + offset + 1
            heading = read_heading(inline.content)
            words = read_heading(plain(inline)).title
            drafts.append(_Draft(line, int(group[0].tag[1:]), heading, words))
        else:
            drafts[-1].blocks.append(block_of(group, lines, offset))
    return drafts, tuple(links)


def _assemble(
    path: str, drafts: Sequence[_Draft], last_line: int, clearance: Clearance
) -> tuple[tuple[Section, ...], tuple[Finding, ...]]:
    if len(drafts) > 1 and drafts[1].line == 1:
        drafts = drafts[1:]  # a heading on the very first line leaves nothing before it
    sections: list[Section] = []
    problems: list[Finding] = []
    anchors = Anchors(draft.heading.identifier for draft in drafts if draft.heading.identifier)
    stack: list[int] = []
    for index, draft in enumerate(drafts):
        while stack and sections[stack[-1]].level >= draft.level:
            stack.pop()
        parent = stack[-1] if stack and sections[stack[-1]].level else None
        above = sections[parent] if parent is not None else None
        level, trouble = _clearance(path, draft, above.clearance if above else clearance)
        blocks, unpaired = restrict(draft.blocks, path)
        problems += [*trouble, *unpaired]
        end = drafts[index + 1].line - 1 if index + 1 < len(drafts) else last_line
        sections.append(
            Section(
                path=path,
                anchor=_anchor(draft, anchors),
                title=draft.heading.title,
                level=draft.level,
                trail=(*(above.trail if above else ()), draft.heading.title),
                line=draft.line,
                end=end,
                blocks=blocks,
                clearance=level,
                is_named=bool(draft.heading.identifier),
                body=digest(*(block.digest for block in blocks)) if blocks else "",
                tree="",
                index=index,
                parent=parent,
                children=(),
            )
        )
        stack.append(index)
    return _with_trees(sections), tuple(problems)


def _anchor(draft: _Draft, anchors: Anchors) -> str:
    if draft.level == 0:
        return ""
    if draft.heading.identifier:
        return anchors.name(draft.heading.identifier)
    return anchors.claim(slug(draft.words) or "section")


def _clearance(
    path: str, draft: _Draft, inherited: Clearance
) -> tuple[Clearance, tuple[Finding, ...]]:
    word = draft.heading.attributes.get("clearance")
    if word is None:
        return inherited, ()
    if level := clearance_named(word):
        return level, ()
    problem = Finding(
        Location(path, draft.line),
        "clearance-unknown",
        f"“{word}” is no clearance, so this section counts as restricted",
        hint=f"use one of {', '.join(Clearance)}",
    )
    return Clearance.RESTRICTED, (problem,)


def _with_trees(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Add children and the Merkle digests, from the last section up to the first."""
    children: list[list[int]] = [[] for _ in sections]
    for section in sections:
        if section.parent is not None:
            children[section.parent].append(section.index)
    done: dict[int, Section] = {}
    for section in reversed(sections):
        below = tuple(children[section.index])
        tree = digest(section.title, section.body, *(done[child].tree for child in below))
        done[section.index] = replace(section, children=below, tree=tree)
    return tuple(done[index] for index in range(len(sections)))


def _too_deep(path: str, tokens: Sequence[Token], offset: int) -> Iterator[Finding]:
    deep = next((token for token in tokens if token.level >= DEPTH_LIMIT and token.map), None)
    if deep and deep.map:
        yield Finding(
            Location(path, deep.map[0] + offset + 1),
            "nested-too-deeply",
            f"lists or quotes are nested more than {DEPTH_LIMIT // 2} deep here",
            hint="split it into sections with headings of their own",
        )
