"""The small pieces that every page is made of: badges, days, notes. All text is escaped here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from html import escape

from opsrail.report.escaping import shortened
from opsrail.site.prose import code_span, escaped, link

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
LONG_MONTHS = (
    "January February March April May June July August September October November December"
).split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NO_BREAK = "\u00a0"
UNSEARCHED = "data-search-exclude"
"""The attribute that keeps an element out of the search index."""


def day(when: date) -> str:
    """`2 Nov 2026`, whatever the machine's locale."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def long_day(when: date) -> str:
    """`Saturday, 21 November 2026`."""
    return f"{WEEKDAYS[when.weekday()]}, {when.day} {LONG_MONTHS[when.month - 1]} {when.year}"


def counted(count: int, one: str, many: str = "") -> str:
    """`1 playbook`, `3 playbooks`."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def badge(kind: str, text: str) -> str:
    """A short coloured label; `kind` is one of the style sheet's."""
    return f'<span class="ops-badge ops-badge--{kind}">{escaped(text)}</span>'


def span(kind: str, markdown: str) -> str:
    """A stretch of a line with a style of its own; its text is the site's Markdown."""
    return f'<span class="ops-{kind}">{markdown}</span>'


def aside(text: str) -> str:
    """What stands small behind other words; nothing for no text."""
    # The dot stays with the first word at the end of a line.
    return f" {span('meta', f'·{NO_BREAK}{escaped(text)}')}" if text else ""


def line(kind: str, parts: Iterable[str]) -> str:
    """A paragraph of small parts with dots between them, kept out of the search."""
    text = " · ".join(part for part in parts if part)
    return f"{text}\n{{: .ops-{kind} {UNSEARCHED} }}" if text else ""


def boxed(kind: str, *parts: str, search: bool = True) -> str:
    """Blocks of Markdown in a box with a style of its own, left out of the search if so said."""
    inner = "\n\n".join(part for part in parts if part)
    unsearched = "" if search else f" {UNSEARCHED}"
    return f'<div class="{kind}"{unsearched} markdown>\n\n{inner}\n\n</div>'


def item(*parts: str) -> str:
    """A list item that holds several blocks."""
    inner = "\n\n".join(part for part in parts if part).split("\n")
    return "-   " + "\n".join(f"    {text}".rstrip() for text in inner).strip()


def heading(level: int, anchor: str, title: str, name: str = "") -> str:
    """A heading with an anchor that stays, whatever its title comes to say; the name stands small.

    It is a tag because `{#a_b}` behind a Markdown heading is read as Markdown itself. Its label in
    the table of contents loses what looks like a tag, so that is escaped once more.
    """
    label = escape(escape(title, quote=False))
    small = f" {span('name', code_span(name))}" if name else ""
    tag = f'h{level} id="{anchor}" data-toc-label="{label}" markdown'
    return f"<{tag}>{escaped(title)}{small}</h{level}>"


def in_html(text: str) -> str:
    """Text for a place of the theme that takes HTML: the title of a page, an entry of the
    navigation.
    """
    return escape(plain_text(text), quote=False)


def plain_text(text: str, most: int = 2_000) -> str:
    """What a person wrote as one line, without what is invisible or turns the reading around."""
    shown = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    return shortened(" ".join(shown.split()), most)


def linked(text: str, target: str | None) -> str:
    """A link with plain text, or only the text where there is nothing to link to."""
    said = escaped(" ".join(text.split()))
    return link(said, target) if target else said


def page(
    title: str, *parts: str, search: bool = True, boost: int = 1, hide: tuple[str, ...] = ()
) -> str:
    """A whole page with its front matter. `boost` is its weight among what a search finds.

    The theme puts the title into its HTML as it stands, so it is escaped here.
    """
    front = [f"title: {json.dumps(in_html(title), ensure_ascii=False)}"]
    if hide:
        front.append(f"hide: {json.dumps(list(hide))}")
    if not search:
        front.append("search: {exclude: true}")
    elif boost != 1:
        front.append(f"search: {{boost: {boost}}}")
    body = "\n\n".join(part for part in parts if part)
    return "\n".join(("---", *front, "---", "", body, ""))
