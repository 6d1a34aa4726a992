"""A role's landing page: its playbooks, what changed for it, and whom to turn to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from opsrail.site.edition import Edition
from opsrail.site.layout import Layout, role_home
from opsrail.site.markup import (
    UNSEARCHED,
    badge,
    boxed,
    counted,
    day,
    item,
    line,
    linked,
    long_day,
    page,
)
from opsrail.site.newsroom import Item, Newsroom, tally
from opsrail.site.prose import escaped
from opsrail.site.told import WEIGHTS, told
from opsrail.site.upkeep import page_upkeep
from opsrail.tailor.catalog import PageName, Playbook
from opsrail.tailor.formats import Role
from opsrail.tailor.prose import with_words

MOST = 60


def role_page(edition: Edition, layout: Layout, room: Newsroom, name: str) -> str:
    """Where a person of this role starts."""
    role = edition.roles[name]
    books = edition.books_of(name)
    rows = "\n\n".join(_row(edition, layout, name, book) for book in books)
    heading = "What changed" if edition.is_public else "What changed for you"
    return page(
        role.title,
        f"# {escaped(role.title)}",
        f"{_greeting(edition, role, len(books))}\n{{: .ops-lead }}",
        _news(edition, room.by_role[name]),
        "## Playbooks" if not edition.is_public else "",
        boxed("ops-rows", rows) if rows else boxed("ops-empty", "No playbook reads for you yet."),
        _turning(edition, role),
        f"## {heading} {{#changed}}",
        *_changed(edition, layout, room.by_role[name], name),
        *_allowed(edition, role),
    )


def _greeting(edition: Edition, role: Role, books: int) -> str:
    if edition.is_public:
        return "What we do for you, what you can do yourself, and how long each thing takes."
    return (
        f"What you work by as **{escaped(role.title)}**: {counted(books, 'playbook')} with the"
        " steps, limits and words that are yours, each drawn from the source it names."
    )


def _news(edition: Edition, items: tuple[Item, ...]) -> str:
    """At the top: how much changed lately, and the way there."""
    if not items or edition.is_public:
        return ""
    newest = f"[what changed for you, last on {day(items[0].news.day)}](#changed)"
    return line("tally", (*_counts(items), newest))


def _counts(items: tuple[Item, ...]) -> Iterator[str]:
    for weight, count in tally(items).items():
        if count:
            yield badge(WEIGHTS[weight], f"{count} {weight}")


def _row(edition: Edition, layout: Layout, role: str, book: Playbook) -> str:
    """One playbook: what it is for, and whether it can be trusted today."""
    name = PageName(book.name, role)
    target = layout.to(name.path, role_home(role))
    upkeep = page_upkeep(edition, name)
    state = upkeep.badge(edition) if target else badge("bad", "not written yet")
    parts = (
        f"**{linked(book.file.title, target)}** {state if not edition.is_public else ''}".rstrip(),
        escaped(book.file.summary),
        line("meta", (escaped(word) for word in upkeep.words(edition))),
    )
    return item(*parts)


def _turning(edition: Edition, role: Role) -> str:
    if role.escalates_to is None or edition.is_public:
        return ""
    above = edition.catalog.roles.get(role.escalates_to.role)
    title = escaped(above.title if above else role.escalates_to.role)
    how = escaped(role.escalates_to.how).replace("\\`", "`")
    within = f", within {escaped(role.escalates_to.within)}" if role.escalates_to.within else ""
    return boxed("ops-note", f"**Not yours to do?** Turn to **{title}**: {how}{within}.")


def _changed(edition: Edition, layout: Layout, items: tuple[Item, ...], name: str) -> Iterator[str]:
    if not items:
        yield boxed("ops-empty", f"Nothing changed for you in the last {edition.days} days.")
        return
    since = day(edition.today - timedelta(days=edition.days))
    yield line("tally", (*_counts(items), f"since {since}"))
    last = None
    for one in items[:MOST]:
        if one.news.day != last:
            anchor = f"changed-{one.news.day.isoformat()}"
            yield f"### {long_day(one.news.day)} {{#{anchor} {UNSEARCHED} }}"
            last = one.news.day
        yield _item(edition, layout, one, name)
    if (more := len(items) - MOST) > 0:
        yield f"and {more} earlier ones."


def _item(edition: Edition, layout: Layout, change: Item, name: str) -> str:
    here, words = role_home(name), edition.roles[name].words
    where = ", ".join(_through(edition, layout, change, name, book) for book in change.through)
    return told(edition, layout, change.news, here, lambda text: with_words(text, words), where)


def _through(edition: Edition, layout: Layout, change: Item, role: str, book: str) -> str:
    """A playbook through which a change reaches the role, linked to the very section."""
    found = edition.catalog.playbook(book)
    title = found.file.title if found else book
    path = PageName(book, role).path
    anchor = change.news.name.partition("#")[2]
    target = layout.to(path, role_home(role), anchor) or layout.to(path, role_home(role))
    return f"in {linked(title, target)}"


def _allowed(edition: Edition, role: Role) -> Iterator[str]:
    file = edition.catalog.roles_file
    if edition.is_public or not role.can or file is None:
        return
    yield "## What you may do {#permissions}"
    rows = (
        f"| `{permission}` | {escaped(file.permissions.get(permission, ''))} |"
        for permission in role.can
    )
    yield "\n".join(("| Permission | Allows |", "| --- | --- |", *rows))
