"""Which derived sections are to be rewritten, and which are left as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from opsrail.tailor.catalog import Catalog, PageName
from opsrail.tailor.generate import Generated
from opsrail.tailor.lock import LOCK_PATH, read_lock
from opsrail.tailor.rewriting.pending import Pending, pending_of
from opsrail.tailor.rewriting.standing import refusals
from opsrail.tailor.state import PageView, view_page


class Why(StrEnum):
    """Why a section that its playbook wants rewritten is left alone."""

    EDITED = "a person edited it"
    DECLINED = "the model's answer was not taken"


@dataclass(frozen=True, slots=True)
class Left:
    """A section that is left as it is. `reason` says more."""

    page: PageName
    key: str
    why: Why
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do. `done` counts the sections whose words are up to date."""

    pending: tuple[Pending, ...]
    left: tuple[Left, ...]
    done: int


def work(catalog: Catalog, pages: Iterable[PageName], *, again: bool = False) -> Work:
    """The sections of these pages that are to be rewritten, by page and place.

    What a person edited is left to them. What was declined is left until something that it is
    made of changes, unless `again`; then words that would not be taken today are asked for, too.
    """
    lock = read_lock(catalog.text(LOCK_PATH))
    pending: list[Pending] = []
    left: list[Left] = []
    done = 0
    for page in pages:
        playbook = catalog.playbook(page.playbook)
        if playbook is None or not any(role == page.role for _, role, _ in playbook.prompts()):
            continue
        view = view_page(catalog, lock, page, playbook)
        drafted = {section.key: section for section in view.draft.sections}
        refused = refusals(catalog, playbook, view) if again else {}
        for section in view.expected:
            if section.brief is None:
                continue
            if section.is_rewritten and section.key not in refused and not _is_away(view, section):
                done += 1
            elif _is_edited(view, section):
                left.append(Left(page, section.key, Why.EDITED))
            elif section.declined and not again:
                left.append(Left(page, section.key, Why.DECLINED, section.declined))
            else:
                pending += pending_of(catalog, playbook, page, drafted[section.key])
    return Work(tuple(pending), tuple(left), done)


def _is_away(view: PageView, section: Generated) -> bool:
    return view.theirs is None or view.theirs.segment(section.key) is None


def _is_edited(view: PageView, section: Generated) -> bool:
    theirs = view.theirs.segment(section.key) if view.theirs else None
    written = view.written.segment(section.key) if view.written else None
    return theirs is not None and (written is None or written.text != theirs.text)
