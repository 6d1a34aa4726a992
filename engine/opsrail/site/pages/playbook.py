"""A playbook as one role reads it: the derived page, with its markers gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from opsrail.content.model import Block, Section
from opsrail.site.dialect import heading, rewritten
from opsrail.site.edition import Edition
from opsrail.site.layout import EVALS, PLAYBOOKS, Layout, between, role_home
from opsrail.site.markup import UNSEARCHED, boxed, counted, day, line, linked, page, span
from opsrail.site.newsroom import Item, Newsroom
from opsrail.site.pages.evals import asked_of
from opsrail.site.prose import Dialect, escaped, link
from opsrail.site.readings import Part
from opsrail.site.told import weight_badge
from opsrail.site.upkeep import page_upkeep
from opsrail.tailor.catalog import PageName
from opsrail.tailor.generate import ORIGIN_START
from opsrail.tailor.page import OPENING
from opsrail.tailor.state import State

RECENT = timedelta(days=14)
"""For so long a page itself says what changed on it."""

_ISO_DAY = re.compile(r"\b\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])\b")
_BEHIND = {State.STALE, State.CONFLICTED, State.BROKEN}


def playbook_page(edition: Edition, layout: Layout, room: Newsroom, name: PageName) -> str:
    """The page of one playbook for one role."""
    here = layout.places[name.path]
    parts = edition.readings.parts(name)
    local = {part.key: part.first for part in parts if part.key and not part.is_peoples}

    def resolve(target: str) -> str | None:
        way = layout.resolve(target, name.path, here)
        anchor = local.get(_source_of(target))
        return f"#{anchor}" if way and anchor else way

    states = {} if edition.is_public else edition.readings.states(name)
    opening = [part for part in parts if part.key == OPENING]
    rest = [part for part in parts if part.key != OPENING]
    title, reader = opening[0].document.title, edition.roles[name.role].title
    suffix = f" {span('for', escaped(reader))}" if len(edition.roles) > 1 else ""
    return page(
        f"{title} · {reader}",
        _body(opening[0], Dialect(resolve), suffix),
        _upkeep(edition, name, here),
        _lately(edition, room, name, here),
        _ticks(name),
        *(_notes(part, Dialect(resolve)) for part in opening[1:]),
        *(
            _part(part, Dialect(resolve), layout, here, is_behind=states.get(part.key) in _BEHIND)
            for part in rest
        ),
        _others(edition, layout, name, here),
    )


def _source_of(target: str) -> str:
    """`../../content/sources/x.md#y` → `content/sources/x.md#y`."""
    return target[target.find("content/") :] if "content/" in target else ""


def _part(part: Part, dialect: Dialect, layout: Layout, here: str, *, is_behind: bool) -> str:
    if part.is_peoples:
        return _notes(part, dialect)
    notice = boxed("ops-behind", "The source of this section has changed since it was written.")
    body, origin = _body(part, dialect), _origin(part, layout, here)
    return "\n\n".join(text for text in (body, notice if is_behind else "", origin) if text)


def _body(part: Part, dialect: Dialect, suffix: str = "") -> str:
    return "\n\n".join(
        text
        for section, anchor in zip(part.document.sections, part.anchors, strict=True)
        for text in _section(part, section, anchor, dialect, suffix)
    )


def _section(
    part: Part, section: Section, anchor: str, dialect: Dialect, suffix: str
) -> Iterator[str]:
    """`suffix` stands behind a title of the first level."""
    if section.level:
        behind = suffix if section.level == 1 else ""
        yield heading(section.level, section.title, f"#{anchor}", dialect, behind)
    origin = _origin_block(part)
    with_references = Dialect(dialect.resolve, dialect.comment, part.document.references)
    for block in section.blocks:
        if block is not origin and (text := rewritten(block.text, with_references)):
            yield text


def _origin_block(part: Part) -> Block | None:
    """The line under a derived section that says where it comes from."""
    blocks = [block for section in part.document.sections for block in section.blocks]
    last = blocks[-1] if blocks and not part.is_peoples else None
    return last if last and last.text.startswith(ORIGIN_START) else None


def _origin(part: Part, layout: Layout, here: str) -> str:
    """Where a section comes from; this link leads to the source, not to the page itself."""
    if (block := _origin_block(part)) is None:
        return ""
    said = block.text.strip().removeprefix("*").removesuffix("*")
    said = _ISO_DAY.sub(_as_day, said)
    dialect = Dialect(lambda target: layout.resolve(target, part.document.path, here))
    return f"{rewritten(said, dialect)}\n{{: .ops-origin {UNSEARCHED} }}"


def _as_day(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found[0]))
    except ValueError:  # 31 February: it stays as it was written
        return found[0]


def _notes(part: Part, dialect: Dialect) -> str:
    """What the team wrote itself."""
    return boxed("ops-addendum", "Team’s own note\n{: .ops-label }", _body(part, dialect))


def _upkeep(edition: Edition, name: PageName, here: str) -> str:
    upkeep = page_upkeep(edition, name)
    words = (escaped(word) for word in upkeep.words(edition))
    asked = asked_of(edition, name, between(here, EVALS))
    return line("upkeep", (upkeep.badge(edition), *words, asked))


def _lately(edition: Edition, room: Newsroom, name: PageName, here: str) -> str:
    """That this very page changed in the last days, with the way to what."""
    fresh: list[Item] = [
        item
        for item in room.by_role.get(name.role, ())
        if name.playbook in item.through and edition.today - item.news.day <= RECENT
    ]
    if not fresh:
        return ""
    worst = min((item.news.weight for item in fresh), key=lambda weight: weight.rank)
    way = between(here, role_home(name.role))
    newest = fresh[0].news.day
    said = f"{counted(len(fresh), 'change')} here since {day(fresh[-1].news.day)}"
    see = link("see what changed", f"{way}#changed-{newest.isoformat()}")
    return f"{weight_badge(worst)} {said}: {see}\n{{: .ops-lately {UNSEARCHED} }}"


def _ticks(name: PageName) -> str:
    """The bar over the steps; the script shows it where there are steps to tick."""
    return (
        f'<div class="ops-ticks" data-ops-page="{name.playbook}/{name.role}" hidden'
        f' {UNSEARCHED}><span role="status"></span>'
        '<button type="button" class="ops-button">Start over</button></div>'
    )


def _others(edition: Edition, layout: Layout, name: PageName, here: str) -> str:
    """The same playbook as other roles read it."""
    book = edition.catalog.playbook(name.playbook)
    if book is None or not edition.is_internal:
        return ""
    ways = [
        linked(edition.roles[role].title, target)
        for role in edition.readers(book)
        if role != name.role and (target := layout.to(PageName(book.name, role).path, here))
    ]
    mine = link("Everything for your role", between(here, role_home(name.role)))
    every = link("all playbooks", between(here, PLAYBOOKS))
    same = f"The same for {', '.join(ways)}" if ways else ""
    return line("others", (same, mine, every))
